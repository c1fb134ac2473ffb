// Who speaks, without a name. A voice is a keyed hash of the verified identity document of a person together with what is
// spoken on; the key is the host's and never in the data.
//
// Error key: participation.not-verified [forbidden] nobody has checked this person's identity.
#pragma once

#include "base/result.hpp"
#include "identity/person.hpp"
#include "identity/secrets.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace wasl::participation {

struct Speaker {
    std::string person;           // id of the account
    int level = 0;                // identity::level_counter_verified and more: verified
    std::string document_kind;    // "cnie"
    std::string document_number;
    std::string language;

    static Speaker of(const identity::Person& person);
    [[nodiscard]] bool verified() const noexcept;
};

class Voices {
public:
    // `secrets` outlives it.
    Voices(std::string member, const identity::SecretBox& secrets) : member_(std::move(member)), secrets_(&secrets) {}

    // The same for every account with that document; another at each article and in each consultation. Hex.
    [[nodiscard]] Result<std::string> on_article(const Speaker& speaker, std::string_view consultation, std::int64_t article) const;
    // Of a support: no comment of the same person can be told from it.
    [[nodiscard]] Result<std::string> on_comment(const Speaker& speaker, std::string_view comment) const;

    // The account, for a message to the author alone; `place` is the id of the comment or suggestion.
    [[nodiscard]] std::string seal(std::string_view person, std::string_view place, Entropy& entropy) const;
    [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view place) const;

private:
    [[nodiscard]] Result<std::string> voice(const Speaker& speaker, std::string_view what) const;
    std::string member_;
    const identity::SecretBox* secrets_;
};

}  // namespace wasl::participation
