#include "trust/impl/files.hpp"
#include "trust/impl/key_access.hpp"
#include "trust/key_files.hpp"
#include "trust/keys.hpp"
#include "trust/token.hpp"

#include <algorithm>
#include <map>
#include <mutex>

namespace wasl::trust {

namespace {

constexpr std::int64_t day_seconds = 86'400;
// A key is valid a little before it is made: the journal's instants may lag behind a clock that was
// set back by a few seconds.
constexpr std::int64_t slack_seconds = 60;
constexpr auto set_file = "keys.json";
constexpr auto token_file = "token.uri";  // where new keys are made, when not in a file

// Of the file that holds the private half, or (".p11") the address of the token that does.
std::string private_name(const TrustedKey& key, std::string_view kind) {
    return std::string(to_string(key.use)) + "." + key.key.thumbprint() + std::string(kind);
}

Instant whole_seconds(Instant at) { return {at.seconds() * 1'000'000}; }

}  // namespace

struct KeyRing::Impl {
    std::string member;
    std::filesystem::path folder;  // empty: in memory
    Validity validity;
    mutable std::mutex mutex;
    TrustStore keys;
    std::map<std::string, std::shared_ptr<const Signer>> signers;  // by use and thumbprint
    std::map<std::string, std::shared_ptr<Token>> tokens;            // by address

    static std::string name_of(KeyUse use, const PublicKey& key) {
        return std::string(to_string(use)) + "." + key.thumbprint();
    }

    Result<void> save() const {
        return folder.empty() ? Result<void>() : write_private_file(folder / set_file, keys.write(), Replace::yes);
    }

    // A new key; the private half is on disk before the set names it.
    Result<void> make(KeyUse use, Instant now) {
        const auto address = use == KeyUse::cosign ? std::string() : TRY(token_address());
        std::shared_ptr<const Signer> signer = TRY(address.empty() ? new_in_memory(use) : new_in_token(address, use));
        const auto from = whole_seconds(now).plus_seconds(-slack_seconds);
        const auto to = from.plus_seconds(validity.days * day_seconds);
        TrustedKey key{signer->public_key(), member, use, from, to};
        if (use == KeyUse::document) {
            const auto serial = (static_cast<std::uint64_t>(key.key.short_id()) << 32U) |
                                (static_cast<std::uint64_t>(now.seconds()) & 0xFFFF'FFFFU);
            key.certificate = TRY(self_signed_certificate(*signer, member, from, to, serial));
        }
        if (!address.empty()) {
            TRY(write_private_file(folder / private_name(key, ".p11"), address + "\n", Replace::no));
        } else if (!folder.empty()) {
            TRY(keep_private(*signer, folder / private_name(key, ".pem")));
        }
        signers[name_of(use, key.key)] = std::move(signer);
        keys.add(std::move(key));
        return {};
    }

    // Where new keys are to be made: a token's address, or empty for files.
    Result<std::string> token_address() const {
        if (folder.empty() || !std::filesystem::exists(folder / token_file)) {
            return std::string();
        }
        return read_secret(folder / token_file);
    }
    Result<std::shared_ptr<Token>> token(const std::string& address) {
        auto& known = tokens[address];
        if (!known) {
            known = TRY(Token::open(address));
        }
        return known;
    }

    // The private half: in a file, or in the token that the file names.
    Result<std::unique_ptr<Signer>> load_private(const TrustedKey& key) {
        const auto in_token = folder / private_name(key, ".p11");
        if (!std::filesystem::exists(in_token)) {
            return load_signer_file(folder / private_name(key, ".pem"));
        }
        const auto address = TRY(read_secret(in_token));
        const auto held = TRY(token(address));
        return held->find(key.key);
    }

    static Result<std::unique_ptr<Signer>> new_in_memory(KeyUse use) {
        return generate_signer(use == KeyUse::cosign ? Curve::ed25519 : Curve::p256);
    }
    Result<std::unique_ptr<Signer>> new_in_token(const std::string& address, KeyUse use) {
        const auto held = TRY(token(address));
        return held->generate(member + " " + std::string(to_string(use)));
    }

    static Result<void> keep_private(const Signer& signer, const std::filesystem::path& file);

    Result<void> load() {
        keys = TRY(TrustStore::load(folder / set_file));
        for (const auto& key : keys.keys()) {
            if (key.member != member) {
                return fail(Code::invalid, "trust.keys-of-another-member", folder.string() + " holds keys of " + key.member);
            }
            auto signer = load_private(key);
            if (!signer && signer.error().key == "trust.key-missing") {
                continue;  // an old key whose private half was destroyed still verifies
            }
            if (!signer) {
                return std::unexpected(signer.error());
            }
            if (!((*signer)->public_key() == key.key)) {
                return fail(Code::invalid, "trust.key-malformed",
                            (folder / private_name(key, ".pem")).string() + " does not fit keys.json");
            }
            signers[name_of(key.use, key.key)] = std::move(*signer);
        }
        return {};
    }

    // The key in force: of those valid now with a private half, the one that began last.
    const TrustedKey* current(KeyUse use, Instant now) const {
        const TrustedKey* best = nullptr;
        for (const auto& key : keys.keys()) {
            if (key.use == use && key.valid_at(now) && signers.contains(name_of(use, key.key)) &&
                (best == nullptr || key.valid_from >= best->valid_from)) {
                best = &key;
            }
        }
        return best;
    }
};

Result<void> KeyRing::Impl::keep_private(const Signer& signer, const std::filesystem::path& file) {
    return write_private_file(file, TRY(private_key_pem(signer)), Replace::no);
}

KeyRing::KeyRing(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KeyRing::KeyRing(KeyRing&&) noexcept = default;
KeyRing& KeyRing::operator=(KeyRing&&) noexcept = default;
KeyRing::~KeyRing() = default;

bool has_keys(const std::filesystem::path& folder) { return std::filesystem::exists(folder / set_file); }

Result<KeyRing> KeyRing::open_or_create(const std::filesystem::path& folder, std::string_view member, Instant now,
                                        Validity validity) {
    auto impl = std::make_unique<Impl>();
    impl->member = member;
    impl->folder = folder;
    impl->validity = validity;
    TRY(make_private_folder(folder));
    if (std::filesystem::exists(folder / set_file)) {
        TRY(impl->load());
        return KeyRing(std::move(impl));
    }
    for (const auto use : {KeyUse::seal, KeyUse::checkpoint, KeyUse::document}) {
        TRY(impl->make(use, now));
    }
    TRY(impl->save());
    return KeyRing(std::move(impl));
}

Result<KeyRing> KeyRing::in_memory(std::string_view member, Instant now) {
    auto impl = std::make_unique<Impl>();
    impl->member = member;
    for (const auto use : {KeyUse::seal, KeyUse::checkpoint, KeyUse::document}) {
        TRY(impl->make(use, now));
    }
    return KeyRing(std::move(impl));
}

const std::string& KeyRing::member() const noexcept { return impl_->member; }

Result<std::shared_ptr<const Signer>> KeyRing::signer(KeyUse use, Instant now) const {
    const std::lock_guard lock(impl_->mutex);
    const auto* key = impl_->current(use, now);
    if (key == nullptr) {
        return fail(Code::unavailable, "trust.no-valid-key",
                    "no " + std::string(to_string(use)) + " key of " + impl_->member + " is valid at " + now.iso());
    }
    return impl_->signers.at(Impl::name_of(use, key->key));
}

Result<std::shared_ptr<const Signer>> KeyRing::signer_of(KeyUse use, const PublicKey& key) const {
    const std::lock_guard lock(impl_->mutex);
    const auto name = Impl::name_of(use, key);
    const auto found = impl_->signers.find(name);
    if (found == impl_->signers.end()) {
        return fail(Code::not_found, "trust.key-missing", name + " of " + impl_->member);
    }
    return found->second;
}

Result<std::string> KeyRing::certificate(Instant now) const {
    const std::lock_guard lock(impl_->mutex);
    const auto* key = impl_->current(KeyUse::document, now);
    if (key == nullptr || key->certificate.empty()) {
        return fail(Code::unavailable, "trust.no-valid-key", "no document key of " + impl_->member + " is valid");
    }
    return key->certificate;
}

Result<void> KeyRing::rotate(KeyUse use, Instant now) {
    const std::lock_guard lock(impl_->mutex);
    const auto until = whole_seconds(now).plus_seconds(impl_->validity.overlap_days * day_seconds);
    auto before = impl_->keys;
    for (auto key : before.keys()) {
        if (key.use == use && key.valid_to > until) {
            key.valid_to = until;
            impl_->keys.add(std::move(key));
        }
    }
    auto done = impl_->make(use, now);
    if (done) {
        done = impl_->save();
    }
    if (!done) {
        impl_->keys = std::move(before);
    }
    return done;
}

Result<void> KeyRing::make_new_keys_in(std::string_view address) {
    const std::lock_guard lock(impl_->mutex);
    const auto file = impl_->folder / token_file;
    if (address.empty()) {
        std::error_code problem;
        std::filesystem::remove(file, problem);
        return problem ? fail(Code::unavailable, "trust.io", problem.message()) : Result<void>();
    }
    TRY(impl_->token(std::string(address)));
    return write_private_file(file, std::string(address) + "\n", Replace::yes);
}

Result<int> KeyRing::rotate_if_due(Instant now, std::int64_t days) {
    std::map<KeyUse, Instant> ends;
    const auto known = public_keys();
    for (const auto& key : known.keys()) {
        auto& end = ends.try_emplace(key.use, key.valid_to).first->second;
        end = std::max(end, key.valid_to);
    }
    int done = 0;
    for (const auto& [use, end] : ends) {
        if (end < now.plus_seconds(days * day_seconds)) {
            TRY(rotate(use, now));
            ++done;
        }
    }
    return done;
}

TrustStore KeyRing::public_keys() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->keys;
}

}  // namespace wasl::trust
