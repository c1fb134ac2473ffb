// RFC 5322, 2045–2047, 2231: the text of an e-mail.
#include "post/letter.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::post {
namespace {

constexpr std::size_t line_of_base64 = 76;

// Header text: no line breaks, no control characters, no marks of direction.
std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : for_telephone(text)) {
        out += static_cast<unsigned char>(c) < ' ' || c == '\x7F' ? ' ' : c;
    }
    return out;
}

// RFC 2047: encoded words of at most 75 characters, never inside a code point.
std::string encoded(std::string_view text) {
    std::string line = one_line(text);
    const bool plain = std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x7F; }) &&
                       line.find("=?") == std::string::npos && line.size() < 60;
    if (plain) {
        return line;
    }
    std::string out, chunk;
    const auto flush = [&] {
        if (!chunk.empty()) {
            out += (out.empty() ? "" : "\r\n ") + ("=?UTF-8?B?" + to_base64(chunk) + "?=");
            chunk.clear();
        }
    };
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t begin = at;
        next_code_point(line, at);
        if (chunk.size() + (at - begin) > 42) {
            flush();
        }
        chunk += line.substr(begin, at - begin);
    }
    flush();
    return out;
}

// A display name: quoted when plain, an encoded word otherwise.
std::string named_address(const std::string& name, const std::string& address) {
    if (name.empty()) {
        return "<" + address + ">";
    }
    const std::string text = encoded(name);
    const bool is_encoded = text.starts_with("=?");
    return (is_encoded ? text : "\"" + replace_all(replace_all(text, "\\", ""), "\"", "") + "\"") + " <" + address + ">";
}

std::string base64_lines(std::string_view bytes) {
    const std::string all = to_base64(bytes);
    std::string out;
    for (std::size_t at = 0; at < all.size(); at += line_of_base64) {
        out += all.substr(at, line_of_base64) + "\r\n";
    }
    return out;
}

std::string rfc5322_date(Instant at) {
    static constexpr const char* days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const LocalTime time = Zone::utc().local(at);
    return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", days[time.date.weekday() - 1], time.date.day,
                       months[time.date.month - 1], time.date.year, time.hour, time.minute, time.second);
}

// A type such as application/pdf, or the neutral one: it stands in a header.
std::string safe_type(const std::string& type) {
    const bool fine = !type.empty() && type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789/+.-") == std::string::npos;
    return fine ? type : "application/octet-stream";
}

std::string text_part(const Letter& letter) {
    return "Content-Type: text/plain; charset=utf-8\r\nContent-Language: " + std::string(lingua::tag(letter.language)) +
           "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64_lines(replace_all(letter.text, "\n", "\r\n"));
}

std::string attachment_part(const Attachment& attachment) {
    return fmt::format("Content-Type: {}\r\nContent-Transfer-Encoding: base64\r\n"
                       "Content-Disposition: attachment; filename*=UTF-8''{}\r\n\r\n{}",
                       safe_type(attachment.type), percent_encode(one_line(attachment.name)), base64_lines(attachment.bytes));
}

}  // namespace

Result<std::string> mail_text(const Letter& letter, const MailIdentity& from, Instant at) {
    for (const std::string* address : {&letter.to, &from.address}) {
        if (!is_mail_address(*address)) {
            return fail(Code::unprocessable, "post.address-wrong");
        }
    }
    if (!from.reply_to.empty() && !is_mail_address(from.reply_to)) {
        return fail(Code::unprocessable, "post.address-wrong");
    }
    const std::string mark = sha256(letter.id).hex().substr(0, 32);
    const std::string domain = from.address.substr(from.address.find('@') + 1);
    std::string out = fmt::format("Date: {}\r\nFrom: {}\r\nTo: <{}>\r\n", rfc5322_date(at), named_address(from.name, from.address), letter.to);
    if (!from.reply_to.empty()) {
        out += "Reply-To: <" + from.reply_to + ">\r\n";
    }
    out += fmt::format("Subject: {}\r\nMessage-ID: <{}@{}>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
                       encoded(letter.subject), mark, domain);
    if (letter.attachments.empty()) {
        return out + text_part(letter);
    }
    const std::string boundary = "wasl-" + mark;  // base64 parts hold no '-', so it cannot occur in them
    out += "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n";
    out += "--" + boundary + "\r\n" + text_part(letter);
    for (const Attachment& attachment : letter.attachments) {
        out += "--" + boundary + "\r\n" + attachment_part(attachment);
    }
    return out + "--" + boundary + "--\r\n";
}

}  // namespace wasl::post
