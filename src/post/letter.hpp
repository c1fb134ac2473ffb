// A message on its way out, in the words of its reader. Making it is pure; sending it is `sender.hpp`.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "lingua/language.hpp"
#include "lingua/messages.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::post {

enum class Channel { sms, email, print };
std::optional<Channel> parse_channel(std::string_view text) noexcept;  // "sms", "email", "print"
std::string_view to_string(Channel channel) noexcept;

struct Attachment {
    std::string name;   // "recepisse.pdf"
    std::string type;   // "application/pdf"
    std::string bytes;
};

struct Letter {
    std::string id;        // of the outbox; the same letter sent twice carries the same mark
    Channel channel = Channel::email;
    std::string to;        // E.164, e-mail address, or a name for the printer
    lingua::Language language = lingua::Language::ar;
    std::string subject;   // e-mail and print
    std::string text;      // plain text, lines ended by \n
    std::vector<Attachment> attachments;  // e-mail and print
};

// What the outbox holds, before it has words.
struct Notice {
    std::string id;
    Channel channel = Channel::email;
    std::string to;
    lingua::Language language = lingua::Language::ar;
    std::string key;                              // "post.code"
    std::vector<std::pair<std::string, std::string>> args;
    std::vector<Attachment> attachments;
};

// The words of a notice: message KEY (on a phone KEY-sms where there is one), with KEY-subject as subject where there is one,
// else the first line. Key "post.no-such-message" when the message does not exist.
Result<Letter> compose(const Notice& notice);

// Text for a telephone: without the marks of direction that old ones draw as boxes, blanks trimmed.
std::string for_telephone(std::string_view text);

// How many short messages a text takes (3GPP TS 23.038: 160 / 153 letters of the GSM alphabet, 70 / 67 of UCS-2).
int sms_parts(std::string_view text);

// One '@', no blanks, no control characters, none of < > , ; : " and at most 254 bytes: what may stand in an SMTP command.
bool is_mail_address(std::string_view text) noexcept;
bool is_e164(std::string_view text) noexcept;

// The sender of e-mail.
struct MailIdentity {
    std::string address;  // "ne-pas-repondre@tamri.ma"
    std::string name;     // "Commune de Tamri"
    std::string reply_to; // may be empty
};

// A complete message after RFC 5322 and MIME: UTF-8, attachments in base64, marked as sent by a machine (RFC 3834).
// Nothing of the letter can add a header. Keys "post.address-wrong".
Result<std::string> mail_text(const Letter& letter, const MailIdentity& from, Instant at);

}  // namespace wasl::post
