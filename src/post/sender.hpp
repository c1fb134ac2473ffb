// Senders: SMTP, short messages through gammu-smsd, the printer's folder. A failure says whether trying again makes sense.
#pragma once

#include "post/letter.hpp"

#include <chrono>
#include <filesystem>
#include <memory>

namespace wasl::post {

class Sender {
public:
    virtual ~Sender() = default;
    [[nodiscard]] virtual Channel channel() const noexcept = 0;
    // Blocks until it is handed over. Code::unavailable "post.try-later": later may help (network, 4xx, disk full).
    // Code::unprocessable "post.refused" or "post.address-wrong": it never will (5xx, no such address).
    virtual Result<void> send(const Letter& letter, Instant at) = 0;
};

struct SmtpOptions {
    std::string url;            // "smtp://mail.example.ma:587", "smtps://mail.example.ma:465"
    std::string user;           // empty: no login
    std::filesystem::path password_file;  // first line; read at each sending, never kept or logged
    std::filesystem::path ca_file;        // empty: the system's authorities
    bool require_tls = true;    // with smtp://: STARTTLS or nothing
    std::chrono::seconds timeout{30};
    MailIdentity from;
};
std::unique_ptr<Sender> smtp_sender(SmtpOptions options);

// Files for gammu-smsd's `files` backend (OutboxPath): "OUTA20261121_104200_00_+2126…_ID.txtd", UTF-16 with a byte order mark,
// written aside and renamed, mode 0660 so that the daemon's group can take them. A letter that still waits there is not written twice.
std::unique_ptr<Sender> gammu_sender(std::filesystem::path outbox_folder);

// A folder per letter, complete when its name no longer begins with a dot: letter.txt and the attachments.
std::unique_ptr<Sender> print_spool(std::filesystem::path folder);

}  // namespace wasl::post
