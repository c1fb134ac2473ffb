#include "form/text.hpp"

#include <algorithm>

namespace wasl::form {
namespace {

const Wording nothing;

}  // namespace

std::string_view to_string(TextState state) noexcept {
    switch (state) {
        case TextState::absent: return "absent";
        case TextState::unreviewed: return "unreviewed";
        case TextState::reviewed: return "reviewed";
    }
    return "absent";
}

Text Text::of(std::string language, std::string text, TextState state) {
    Text out;
    out.set(std::move(language), std::move(text), state);
    return out;
}

const Wording* Text::find(std::string_view language) const noexcept {
    for (const auto& wording : wordings_) {
        if (wording.language == language) {
            return &wording;
        }
    }
    return nullptr;
}

const Wording& Text::best(std::string_view language) const noexcept {
    for (const std::string_view tag : {language, std::string_view("ar"), std::string_view("fr"), std::string_view("en")}) {
        if (const Wording* wording = find(tag)) {
            return *wording;
        }
    }
    return wordings_.empty() ? nothing : wordings_.front();
}

TextState Text::state(std::string_view language) const noexcept {
    const Wording* wording = find(language);
    return wording ? wording->state : TextState::absent;
}

void Text::set(std::string language, std::string text, TextState state) {
    const auto at = std::lower_bound(wordings_.begin(), wordings_.end(), language,
                                     [](const Wording& w, const std::string& tag) { return w.language < tag; });
    const bool there = at != wordings_.end() && at->language == language;
    if (text.empty() || state == TextState::absent) {
        if (there) {
            wordings_.erase(at);
        }
    } else if (there) {
        at->text = std::move(text);
        at->state = state;
    } else {
        wordings_.insert(at, Wording{std::move(language), std::move(text), state});
    }
}

}  // namespace wasl::form
