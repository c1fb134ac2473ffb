// The shape of a filing's JSON.
#include "web/api_filing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace wasl::web::api {

namespace {

constexpr std::string_view wrong_type = "api.type", unknown = "api.unknown-member", absent = "api.required", unknown_value = "api.value";
constexpr std::array channels{"sms", "email", "print", "account"};

class Reading {
public:
    explicit Reading(std::vector<Flaw>& flaws) : flaws_(flaws) {}

    void blame(std::string pointer, std::string_view code) { flaws_.push_back({std::move(pointer), std::string(code)}); }

    void text(std::string& out, const json::Value& value, const std::string& pointer, bool required) {
        const auto* given = value.string();
        if (given == nullptr && !value.is_null()) {
            blame(pointer, wrong_type);
        } else if (given == nullptr || given->empty()) {
            if (required) blame(pointer, absent);
        } else {
            out = *given;
        }
    }

    void known(const json::Object& object, const std::string& at, std::initializer_list<std::string_view> names) {
        for (const auto& [name, value] : object) {
            if (std::ranges::find(names, std::string_view(name)) == names.end()) blame(fmt::format("{}/{}", at, std::string_view(name)), unknown);
        }
    }

private:
    std::vector<Flaw>& flaws_;
};

void read_contact(Reading& reading, Wish& wish, const json::Value& contact) {
    if (contact.is_null()) return;
    const auto* object = contact.object();
    if (object == nullptr) return reading.blame("/contact", wrong_type);
    reading.known(*object, "/contact", {"channel"});
    reading.text(wish.channel, contact["channel"], "/contact/channel", true);
    if (!wish.channel.empty() && std::ranges::find(channels, wish.channel) == channels.end()) reading.blame("/contact/channel", unknown_value);
}

void read_obligations(Reading& reading, Wish& wish, const json::Value& given) {
    if (given.is_null()) return;
    const auto* list = given.array();
    if (list == nullptr) return reading.blame("/obligations", wrong_type);
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto* code = (*list)[i].string();
        if (code == nullptr) return reading.blame("/obligations/" + std::to_string(i), wrong_type);
        wish.obligations.push_back(*code);
    }
}

}  // namespace

std::expected<Wish, std::vector<Flaw>> read_wish(const json::Object& body) {
    Wish wish;
    std::vector<Flaw> flaws;
    Reading reading(flaws);
    const json::Value nothing;
    const auto member = [&](std::string_view name) -> const json::Value& {
        const auto* found = body.find(name);
        return found == nullptr ? nothing : *found;
    };
    reading.known(body, "", {"member", "procedure", "answers", "contact", "language", "obligations"});
    reading.text(wish.member, member("member"), "/member", true);
    reading.text(wish.procedure, member("procedure"), "/procedure", true);
    reading.text(wish.language, member("language"), "/language", false);
    if (!wish.language.empty() && !lingua::from_tag(wish.language)) reading.blame("/language", unknown_value);
    read_contact(reading, wish, member("contact"));
    read_obligations(reading, wish, member("obligations"));
    const auto& answers = member("answers");
    if (const auto* object = answers.object()) {
        wish.answers = *object;
    } else {
        reading.blame("/answers", answers.is_null() ? absent : wrong_type);
    }
    if (!flaws.empty()) return std::unexpected(std::move(flaws));
    return wish;
}

}  // namespace wasl::web::api
