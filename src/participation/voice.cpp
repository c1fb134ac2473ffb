#include "participation/voice.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace wasl::participation {

Speaker Speaker::of(const identity::Person& person) {
    return {.person = person.id, .level = person.level, .document_kind = person.document_kind, .document_number = person.document_number,
            .language = person.language};
}

bool Speaker::verified() const noexcept { return level >= identity::level_counter_verified && !document_number.empty() && !document_kind.empty(); }

// The parts cannot run into each other: none of them holds a line's end.
Result<std::string> Voices::voice(const Speaker& speaker, std::string_view what) const {
    if (!speaker.verified()) return fail(Code::forbidden, "participation.not-verified", speaker.person);
    return secrets_->keyed_hash(fmt::format("participation\n{}\n{}\n{}\n{}", member_, what, speaker.document_kind, to_upper_ascii(trim(speaker.document_number))));
}

Result<std::string> Voices::on_article(const Speaker& speaker, std::string_view consultation, std::int64_t article) const {
    return voice(speaker, fmt::format("article {} {}", consultation, article));
}

Result<std::string> Voices::on_comment(const Speaker& speaker, std::string_view comment) const {
    return voice(speaker, fmt::format("comment {}", comment));
}

std::string Voices::seal(std::string_view person, std::string_view place, Entropy& entropy) const {
    return to_base64(secrets_->close(person, fmt::format("participation {} {}", member_, place), entropy));
}

Result<std::string> Voices::open(std::string_view sealed, std::string_view place) const {
    return secrets_->open(TRY(from_base64(sealed)), fmt::format("participation {} {}", member_, place));
}

}  // namespace wasl::participation
