#include "post/letter.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace wasl::post {
namespace {

constexpr std::u32string_view gsm_letters =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
constexpr std::u32string_view gsm_extension = U"^{}\\[~]|€\f";  // these count twice

bool is_direction_mark(char32_t c) {
    return (c >= 0x2066 && c <= 0x2069) || (c >= 0x202A && c <= 0x202E) || c == 0x200E || c == 0x200F || c == 0x061C;
}

int parts(int letters, int one, int each) { return letters <= one ? 1 : (letters + each - 1) / each; }

}  // namespace

std::optional<Channel> parse_channel(std::string_view text) noexcept {
    for (const Channel channel : {Channel::sms, Channel::email, Channel::print}) {
        if (to_string(channel) == text) {
            return channel;
        }
    }
    return std::nullopt;
}

std::string_view to_string(Channel channel) noexcept {
    switch (channel) {
        case Channel::sms: return "sms";
        case Channel::email: return "email";
        case Channel::print: return "print";
    }
    return "email";
}

Result<Letter> compose(const Notice& notice) {
    auto key = lingua::find_key(notice.key);
    if (notice.channel == Channel::sms) {
        if (const auto shorter = lingua::find_key(notice.key + "-sms")) {
            key = shorter;
        }
    }
    if (!key) {
        return fail(Code::internal, "post.no-such-message", notice.key);
    }
    std::vector<lingua::Arg> args;
    for (const auto& [name, value] : notice.args) {
        args.emplace_back(name, value);
    }
    Letter letter{notice.id, notice.channel, notice.to, notice.language, {}, {}, notice.attachments};
    lingua::append(letter.text, notice.language, *key, args);
    if (const auto subject = lingua::find_key(notice.key + "-subject")) {
        lingua::append(letter.subject, notice.language, *subject, args);
    } else {
        letter.subject = letter.text.substr(0, letter.text.find('\n'));
    }
    if (notice.channel == Channel::sms) {
        letter.text = for_telephone(letter.text);
        letter.subject.clear();
    }
    return letter;
}

std::string for_telephone(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        if (is_direction_mark(c)) {
            continue;
        }
        append_utf8(out, c == 0xA0 || c == 0x202F ? U' ' : c);
    }
    return std::string(trim(out));
}

int sms_parts(std::string_view text) {
    int gsm = 0, wide = 0;
    bool all_gsm = true;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        wide += c > 0xFFFF ? 2 : 1;
        if (gsm_extension.find(c) != std::u32string_view::npos) {
            gsm += 2;
        } else {
            all_gsm = all_gsm && gsm_letters.find(c) != std::u32string_view::npos;
            gsm += 1;
        }
    }
    return all_gsm ? parts(gsm, 160, 153) : parts(wide, 70, 67);
}

bool is_mail_address(std::string_view text) noexcept {
    const auto at = text.find('@');
    if (text.size() > 254 || at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.find('@', at + 1) != std::string_view::npos) {
        return false;
    }
    return std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '\x7F' || std::string_view("<>,;:\"\\()[]").find(c) != std::string_view::npos;
    });
}

bool is_e164(std::string_view text) noexcept {
    return text.size() >= 8 && text.size() <= 16 && text.front() == '+' &&
           text.find_first_not_of("0123456789", 1) == std::string_view::npos && text[1] != '0';
}

}  // namespace wasl::post
