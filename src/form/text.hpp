// A text in several languages, each with the state of its review (issue of a procedure: the pack
// requires ar and fr; the others may be unreviewed or absent and the page says so).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wasl::form {

enum class TextState { absent, unreviewed, reviewed };
std::string_view to_string(TextState state) noexcept;

// One language's wording. `language` is a BCP 47 tag: ar, fr, en, zgh.
struct Wording {
    std::string language;
    std::string text;
    TextState state = TextState::unreviewed;

    bool operator==(const Wording&) const = default;
};

class Text {
public:
    Text() = default;
    static Text of(std::string language, std::string text, TextState state = TextState::reviewed);

    // Exactly this language, or null.
    [[nodiscard]] const Wording* find(std::string_view language) const noexcept;
    // The language asked for, else ar, fr, en, else whatever there is: say `language` in the page's
    // lang attribute. An empty Text gives an empty Wording.
    [[nodiscard]] const Wording& best(std::string_view language) const noexcept;
    [[nodiscard]] const std::string& in(std::string_view language) const noexcept { return best(language).text; }
    [[nodiscard]] TextState state(std::string_view language) const noexcept;
    [[nodiscard]] bool empty() const noexcept { return wordings_.empty(); }
    void set(std::string language, std::string text, TextState state);  // empty text removes
    [[nodiscard]] const std::vector<Wording>& all() const noexcept { return wordings_; }

    bool operator==(const Text&) const = default;

private:
    std::vector<Wording> wordings_;  // sorted by language
};

}  // namespace wasl::form
