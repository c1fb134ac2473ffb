#include "post/fake_smtp_test.hpp"
#include "post/sender.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace {

using namespace wasl;
using namespace wasl::post;

Letter letter_to(std::string address) {
    return {"mail-1", Channel::email, std::move(address), lingua::Language::ar, "وصل إيداع", "تم إيداع طلبكم.\nالمرجع: 123", {}};
}

SmtpOptions options(const fake::SmtpServer& server, bool tls = false) {
    SmtpOptions out;
    out.url = std::string(tls ? "smtps" : "smtp") + "://127.0.0.1:" + std::to_string(server.port());
    out.require_tls = tls;
    out.timeout = std::chrono::seconds(5);
    out.from = {"ne-pas-repondre@tamri.example", "Commune de Tamri", ""};
    return out;
}

Error error_with(fake::Script script) {
    const fake::SmtpServer server(std::move(script));
    const auto sent = smtp_sender(options(server))->send(letter_to("fatima@example.org"), {});
    REQUIRE_FALSE(sent);
    return sent.error();
}

struct TemporaryFile {
    std::filesystem::path path;
    TemporaryFile(const std::string& name, const std::string& text)
        : path(std::filesystem::temp_directory_path() / (name + std::to_string(getpid()))) {
        std::ofstream(path) << text;
    }
    ~TemporaryFile() { std::filesystem::remove(path); }
};

}  // namespace

TEST_CASE("a letter reaches the mail server with its envelope and its text") {
    const fake::SmtpServer server({});
    const auto sender = smtp_sender(options(server));
    REQUIRE(sender->send(letter_to("fatima@example.org"), {1'795'000'000'000'000}));
    REQUIRE(server.letters().size() == 1);
    const std::string text = server.letters().front();
    CHECK(text.find("To: <fatima@example.org>\r\n") != std::string::npos);
    CHECK(text.find("Subject: =?UTF-8?B?") != std::string::npos);
    bool envelope = false;
    for (const std::string& command : server.commands()) {
        envelope = envelope || command.starts_with("RCPT TO:<fatima@example.org>");
    }
    CHECK(envelope);
}

TEST_CASE("a full mailbox is tried again, an unknown one is not") {
    CHECK(error_with({{{"RCPT", "450 mailbox busy"}}}).key == "post.try-later");
    CHECK(error_with({{{"RCPT", "550 no such user"}}}).key == "post.refused");
    CHECK(error_with({{{"DATA", "452 no room"}}}).key == "post.try-later");
    CHECK(error_with({{{"MAIL", "553 sender not allowed"}}}).key == "post.refused");
    CHECK(error_with({{}, false, true}).key == "post.try-later");
}

TEST_CASE("no server, or one that has no TLS where it is required: later, and nothing leaves in the clear") {
    SmtpOptions nowhere;
    nowhere.url = "smtp://127.0.0.1:1";
    nowhere.from.address = "a@b.ma";
    CHECK(smtp_sender(nowhere)->send(letter_to("fatima@example.org"), {}).error().key == "post.try-later");
    const fake::SmtpServer server({});
    SmtpOptions strict = options(server);
    strict.require_tls = true;
    CHECK(smtp_sender(strict)->send(letter_to("fatima@example.org"), {}).error().key == "post.try-later");
    CHECK(server.letters().empty());
    for (const std::string& command : server.commands()) {
        CHECK_FALSE(command.starts_with("MAIL"));
    }
}

TEST_CASE("under TLS with a login; a certificate that is not trusted stops it") {
    fake::Script script;
    script.tls = true;
    const fake::SmtpServer server(script);
    const TemporaryFile authority("wasl-post-ca", server.certificate_pem()), password("wasl-post-password", "hush\n");
    SmtpOptions trusted = options(server, true);
    trusted.ca_file = authority.path;
    trusted.user = "wasl";
    trusted.password_file = password.path;
    const auto sent = smtp_sender(trusted)->send(letter_to("fatima@example.org"), {});
    CHECK_MESSAGE(sent, (sent ? std::string() : sent.error().detail));
    CHECK(server.letters().size() == 1);
    CHECK(smtp_sender(options(server, true))->send(letter_to("fatima@example.org"), {}).error().key == "post.try-later");
    CHECK(server.letters().size() == 1);
    trusted.password_file = "/nonexistent";
    CHECK(smtp_sender(trusted)->send(letter_to("fatima@example.org"), {}).error().key == "post.try-later");
}

TEST_CASE("an address that could add a command is refused before any connection") {
    const fake::SmtpServer server({});
    for (const char* address : {"a@b\r\nRCPT TO:<c@d>", "a b@c", "a@b@c", "@", "", "<a@b>"}) {
        CHECK(smtp_sender(options(server))->send(letter_to(address), {}).error().key == "post.address-wrong");
    }
    CHECK(server.commands().empty());
}
