// uses: base lingua post
// Whatever a letter says, its e-mail has the headers we wrote and no others, in lines that servers accept.
#include "post/letter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl::post;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const Letter letter{"x", Channel::email, "a@b.ma", wasl::lingua::Language::fr, text, text, {{text, text, text}}};
    const auto mail = mail_text(letter, {"c@d.ma", text, ""}, {});
    if (!mail || mail->find('\0') != std::string::npos) {
        __builtin_trap();
    }
    static constexpr const char* known[] = {"Date:", "From:", "To:", "Subject:", "Message-ID:", "Auto-Submitted:", "MIME-Version:", "Content-Type:", " "};
    for (std::size_t at = 0; at < mail->find("\r\n\r\n"); at = mail->find("\r\n", at) + 2) {
        bool ours = false;
        for (const char* name : known) {
            ours = ours || mail->compare(at, std::char_traits<char>::length(name), name) == 0;
        }
        if (!ours) {
            __builtin_trap();
        }
    }
    if (sms_parts(text) < 1 || for_telephone(text).size() > size * 3) {
        __builtin_trap();
    }
    return 0;
}
