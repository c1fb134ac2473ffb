// uses: http
// A page of 2 KB, one loop: requests a second of our server, and of nginx (one worker) serving the
// same bytes in the same run, when nginx is installed. Needs http_loader beside it.
#include "http/compression.hpp"
#include "http/server.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

namespace {

using namespace wasl::http;

const std::string page_bytes(2048, 'x');

double load(const std::filesystem::path& loader, const std::string& url, const std::string& options = {}) {
    const std::string command = fmt::format("'{}' -c 64 -d 4 {} {}", loader.string(), options, url);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    std::array<char, 512> line{};
    if (!pipe || std::fgets(line.data(), line.size(), pipe.get()) == nullptr) {
        return 0;
    }
    fmt::print("  {}", line.data());
    double rate = 0;
    return std::sscanf(line.data(), "{\"requests_per_second\": %lf", &rate) == 1 ? rate : 0;
}

// nginx with one worker on its own port; stopped when destroyed.
class Nginx {
public:
    Nginx() : folder_(std::filesystem::temp_directory_path() / fmt::format("nginx-bench-{}", ::getpid())) {
        std::filesystem::create_directories(folder_);
        std::ofstream(folder_ / "page") << page_bytes;
        std::ofstream(folder_ / "nginx.conf")
            << fmt::format("worker_processes 1; pid {0}/pid; error_log {0}/error;\n"
                           "events {{ worker_connections 1024; }}\n"
                           "http {{ access_log off; keepalive_requests 1000000000; default_type text/html;\n"
                           "  open_file_cache max=10; sendfile on; tcp_nopush on;\n"
                           "  client_body_temp_path {0}/b; proxy_temp_path {0}/p; fastcgi_temp_path {0}/f;\n"
                           "  uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;\n"
                           "  server {{ listen 127.0.0.1:{1}; root {0}; }} }}\n", folder_.string(), port);
        running_ = run("") == 0;
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    ~Nginx() {
        if (running_) {
            static_cast<void>(run("-s stop"));
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
        }
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Nginx(const Nginx&) = delete;
    Nginx& operator=(const Nginx&) = delete;
    [[nodiscard]] bool running() const { return running_; }
    static constexpr int port = 18'099;

private:
    [[nodiscard]] int run(const std::string& more) const {
        return std::system(fmt::format("/usr/sbin/nginx -c '{}/nginx.conf' {} 2>/dev/null", folder_.string(), more).c_str());
    }
    std::filesystem::path folder_;
    bool running_ = false;
};

}  // namespace

int main(int, char** words) {
    const auto loader = std::filesystem::path(words[0]).parent_path() / "http_loader";
    Options options;
    options.port = 0;
    options.threads = 1;
    const auto page = precompress(page_bytes, "text/html; charset=utf-8");
    Router router;
    router.get("/page", [page](Request&) { return Response::shared(page); });
    router.post("/echo", [](Request& request) { return Response::json(std::string(request.body())); });
    auto server = Server::create(std::move(options), std::move(router));
    if (!server) {
        fmt::print(stderr, "{}: {}\n", server.error().key, server.error().detail);
        return 1;
    }
    server->start();
    const std::string base = fmt::format("http://127.0.0.1:{}", server->port());
    fmt::print("POST /echo\n");
    load(loader, base + "/echo", "-m POST -b '{{\"n\": \"{n}\"}}'");
    fmt::print("GET /page\n");
    const double ours = load(loader, base + "/page");
    server->stop();
    const Nginx nginx;
    if (!nginx.running()) {
        fmt::print("nginx is not installed: no ratio\n");
        return 0;
    }
    fmt::print("GET /page of nginx\n");
    const double theirs = load(loader, fmt::format("http://127.0.0.1:{}/page", Nginx::port));
    fmt::print("ratio to nginx {:.2f} (limit 0.5)\n", theirs > 0 ? ours / theirs : 0.0);
    return theirs > 0 && ours / theirs < 0.5 ? 1 : 0;
}
