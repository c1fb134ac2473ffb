// SMTP submission (RFC 5321, 6409) through libcurl, with TLS.
#include "post/sender.hpp"

#include "base/text.hpp"

#include <curl/curl.h>

#include <fstream>

namespace wasl::post {
namespace {

struct Upload {
    std::string_view rest;
};

std::size_t give(char* buffer, std::size_t size, std::size_t count, void* closure) {
    auto* upload = static_cast<Upload*>(closure);
    const std::size_t now = std::min(size * count, upload->rest.size());
    upload->rest.copy(buffer, now);
    upload->rest.remove_prefix(now);
    return now;
}

std::size_t swallow(char*, std::size_t size, std::size_t count, void*) { return size * count; }

// A certificate that is not trusted or a login that fails is the operator's to mend: the letter waits.
Result<void> judged(CURLcode code, long reply) {
    if (code == CURLE_OK) {
        return {};
    }
    const std::string detail = std::string(curl_easy_strerror(code)) + (reply > 0 ? " (" + std::to_string(reply) + ")" : "");
    const bool refused = reply >= 500 && reply < 600 && code != CURLE_LOGIN_DENIED;
    return refused ? fail(Code::unprocessable, "post.refused", detail) : fail(Code::unavailable, "post.try-later", detail);
}

class SmtpSender final : public Sender {
public:
    explicit SmtpSender(SmtpOptions options) : options_(std::move(options)) {
        static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
        (void)once;
    }

    [[nodiscard]] Channel channel() const noexcept override { return Channel::email; }

    Result<void> send(const Letter& letter, Instant at) override {
        const std::string text = TRY(mail_text(letter, options_.from, at));
        const std::string password = TRY(read_password());
        const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
        if (curl == nullptr) {
            return fail(Code::unavailable, "post.try-later", "libcurl gives no handle");
        }
        const std::string to = "<" + letter.to + ">";
        const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients(curl_slist_append(nullptr, to.c_str()),
                                                                                     &curl_slist_free_all);
        Upload upload{text};
        configure(curl.get(), password);
        curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
        curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, give);
        curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
        curl_easy_setopt(curl.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(text.size()));
        const CURLcode code = curl_easy_perform(curl.get());
        long reply = 0;
        curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &reply);
        return judged(code, reply);
    }

private:
    void configure(CURL* curl, const std::string& password) const {
        const std::string from = "<" + options_.from.address + ">";
        curl_easy_setopt(curl, CURLOPT_URL, options_.url.c_str());
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(options_.require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
        curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (!options_.ca_file.empty()) {
            curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
        }
        if (!options_.user.empty()) {
            curl_easy_setopt(curl, CURLOPT_USERNAME, options_.user.c_str());
            curl_easy_setopt(curl, CURLOPT_PASSWORD, password.c_str());
        }
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(options_.timeout.count()));
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(options_.timeout.count()) * 4);
        curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(options_.timeout.count()));
    }

    Result<std::string> read_password() const {
        std::string password;
        if (options_.password_file.empty()) {
            return password;
        }
        std::ifstream in(options_.password_file);
        if (!std::getline(in, password)) {
            return fail(Code::unavailable, "post.try-later", "cannot read the password file " + options_.password_file.string());
        }
        return std::string(trim(password));
    }

    SmtpOptions options_;
};

}  // namespace

std::unique_ptr<Sender> smtp_sender(SmtpOptions options) { return std::make_unique<SmtpSender>(std::move(options)); }

}  // namespace wasl::post
