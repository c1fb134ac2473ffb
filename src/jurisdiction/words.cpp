#include "jurisdiction/words.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace wasl::jurisdiction {

std::string Source::cite() const {
    std::string out = text;
    if (!article.empty()) {
        out += article == "annex" ? ", annex" : ", art. " + article;
    }
    if (!bulletin.empty()) {
        out += " (" + bulletin + ")";
    }
    return out;
}

int Delay::comparable_days() const noexcept {
    if (unit == Unit::month) {
        return n * 30;
    }
    return working ? n / 5 * 7 + n % 5 : n;
}

const std::string& Names::in(std::string_view language) const noexcept {
    const std::string* wanted = language == "ar"    ? &ar
                                : language == "en"  ? &en
                                : language == "zgh" ? &zgh
                                                    : &fr;
    for (const std::string* name : {wanted, &fr, &ar, &en}) {
        if (!name->empty()) {
            return *name;
        }
    }
    return zgh;
}

const Argument* Phrase::argument(std::string_view name) const noexcept {
    for (const auto& [key_of, value] : arguments) {
        if (key_of == name) {
            return &value;
        }
    }
    return nullptr;
}

std::string Phrase::debug() const {
    std::string out = key;
    for (const auto& [name, value] : arguments) {
        out += " " + name + "=";
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            out += std::to_string(*number);
        } else if (const auto* date = std::get_if<Date>(&value)) {
            out += date->iso();
        } else {
            out += std::get<std::string>(value);
        }
    }
    return out;
}

}  // namespace wasl::jurisdiction
