#include "trust/token.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "trust/impl/files.hpp"
#include "trust/key_files.hpp"

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace wasl::trust {

namespace {

// prime256v1 as CKA_EC_PARAMS wants it: the DER of its object identifier.
constexpr std::array<CK_BYTE, 10> p256_parameters{0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
constexpr std::size_t point_size = 65;  // 04 ‖ x ‖ y
constexpr std::size_t signature_size = 64;

std::unexpected<Error> token_failed(std::string_view step, CK_RV answer) {
    return fail(Code::unavailable, "trust.token-failed",
                fmt::format("{}: {} (0x{:08x})", step, p11_kit_strerror(answer), answer));
}

// A session is lost with its token (drawn out, or its server restarted).
bool is_lost(CK_RV answer) {
    return answer == CKR_SESSION_HANDLE_INVALID || answer == CKR_SESSION_CLOSED || answer == CKR_DEVICE_REMOVED ||
           answer == CKR_TOKEN_NOT_PRESENT || answer == CKR_USER_NOT_LOGGED_IN || answer == CKR_KEY_HANDLE_INVALID;
}

CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const void* value, std::size_t size) {
    return {type, const_cast<void*>(value), static_cast<CK_ULONG>(size)};  // NOLINT: PKCS#11 takes void* and only reads
}
template <class T>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const T& value) {
    return attribute(type, &value, sizeof value);
}
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const std::string& value) {
    return attribute(type, value.data(), value.size());
}

constexpr CK_BBOOL yes = 1;
constexpr CK_BBOOL no = 0;
constexpr CK_OBJECT_CLASS private_class = CKO_PRIVATE_KEY;

struct Module {
    CK_FUNCTION_LIST* calls = nullptr;
    bool initialised = false;

    Module() = default;
    Module(const Module&) = delete;
    Module& operator=(const Module&) = delete;
    ~Module() {
        if (initialised) p11_kit_module_finalize(calls);
        if (calls != nullptr) p11_kit_module_release(calls);
    }
};

struct Address {
    P11KitUri* uri = p11_kit_uri_new();

    Address() = default;
    Address(const Address&) = delete;
    Address& operator=(const Address&) = delete;
    ~Address() { p11_kit_uri_free(uri); }
};

Result<void> parse_address(std::string_view text, Address& address) {
    const auto wrong = [](std::string why) { return fail(Code::invalid, "trust.token-address", std::move(why)); };
    const int answer = p11_kit_uri_parse(std::string(text).c_str(), P11_KIT_URI_FOR_ANY, address.uri);
    if (answer != P11_KIT_URI_OK) return wrong(p11_kit_uri_message(answer));
    if (p11_kit_uri_any_unrecognized(address.uri) != 0) return wrong("it has words that RFC 7512 does not know");
    if (p11_kit_uri_get_pin_value(address.uri) != nullptr) return wrong("pin-value is a secret: write pin-source=FILE");
    if (p11_kit_uri_get_pin_source(address.uri) == nullptr) return wrong("pin-source=FILE is missing");
    if (p11_kit_uri_get_module_path(address.uri) == nullptr) return wrong("module-path=FILE is missing");
    return {};
}

Result<std::string> read_pin(const char* source) {
    std::string_view file = source;
    if (file.starts_with("file:")) file.remove_prefix(5);
    return read_secret(std::filesystem::path(file));
}

Result<CK_SLOT_ID> find_slot(const Module& module, P11KitUri* wanted) {
    CK_ULONG count = 0;
    auto answer = module.calls->C_GetSlotList(yes, nullptr, &count);
    std::vector<CK_SLOT_ID> slots(count);
    if (answer == CKR_OK) answer = module.calls->C_GetSlotList(yes, slots.data(), &count);
    if (answer != CKR_OK) return token_failed("listing slots", answer);
    slots.resize(count);
    std::vector<CK_SLOT_ID> found;
    for (const auto slot : slots) {
        CK_TOKEN_INFO info{};
        if (module.calls->C_GetTokenInfo(slot, &info) == CKR_OK && p11_kit_uri_match_token_info(wanted, &info) == 1 &&
            (info.flags & CKF_TOKEN_INITIALIZED) != 0) {
            found.push_back(slot);
        }
    }
    if (found.empty()) return fail(Code::unavailable, "trust.token-absent", "no token answers to this address");
    if (found.size() > 1) {
        return fail(Code::invalid, "trust.token-address", "more than one token answers to it: name its serial");
    }
    return found.front();
}

}  // namespace

struct Token::Impl {
    Address address;
    Module module;
    CK_SLOT_ID slot = 0;
    std::string pin;
    std::mutex mutex;
    std::vector<CK_SESSION_HANDLE> idle;  // sessions nobody uses now

    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        for (const auto session : idle) module.calls->C_CloseSession(session);
    }

    Result<CK_SESSION_HANDLE> open_session() {
        CK_SESSION_HANDLE session = 0;
        auto answer = module.calls->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session);
        if (answer != CKR_OK) return token_failed("opening a session", answer);
        auto* octets = reinterpret_cast<CK_UTF8CHAR*>(pin.data());
        answer = module.calls->C_Login(session, CKU_USER, octets, static_cast<CK_ULONG>(pin.size()));
        if (answer == CKR_OK || answer == CKR_USER_ALREADY_LOGGED_IN) return session;
        module.calls->C_CloseSession(session);
        if (answer == CKR_PIN_INCORRECT || answer == CKR_PIN_LOCKED || answer == CKR_PIN_EXPIRED ||
            answer == CKR_PIN_LEN_RANGE || answer == CKR_PIN_INVALID) {
            return fail(Code::invalid, "trust.token-pin", p11_kit_strerror(answer));
        }
        return token_failed("logging in", answer);
    }

    Result<CK_SESSION_HANDLE> take() {
        {
            const std::lock_guard lock(mutex);
            if (!idle.empty()) {
                const auto session = idle.back();
                idle.pop_back();
                return session;
            }
        }
        return open_session();
    }
    void give_back(CK_SESSION_HANDLE session) {
        const std::lock_guard lock(mutex);
        idle.push_back(session);
    }
    // After a loss no session of before is worth anything, nor is a login.
    void forget_sessions() {
        const std::lock_guard lock(mutex);
        for (const auto session : idle) module.calls->C_CloseSession(session);
        idle.clear();
    }

    // Runs `work(session)` → CK_RV; once more on a fresh session when this one was lost.
    template <class Work>
    Result<void> with_session(std::string_view step, Work work) {
        for (int attempt = 0;; ++attempt) {
            const auto session = TRY(take());
            const CK_RV answer = work(session);
            if (answer == CKR_OK) {
                give_back(session);
                return {};
            }
            module.calls->C_CloseSession(session);
            if (attempt > 0 || !is_lost(answer)) return token_failed(step, answer);
            forget_sessions();
        }
    }

    CK_RV find_private(CK_SESSION_HANDLE session, const std::string& id, CK_OBJECT_HANDLE& key) const {
        std::array search{attribute(CKA_CLASS, private_class), attribute(CKA_ID, id)};
        auto answer = module.calls->C_FindObjectsInit(session, search.data(), search.size());
        if (answer != CKR_OK) return answer;
        std::array<CK_OBJECT_HANDLE, 2> found{};
        CK_ULONG count = 0;
        answer = module.calls->C_FindObjects(session, found.data(), found.size(), &count);
        module.calls->C_FindObjectsFinal(session);
        key = count == 1 ? found[0] : CK_OBJECT_HANDLE{0};
        return answer;
    }

    CK_RV make_pair(CK_SESSION_HANDLE session, const std::string& label, CK_OBJECT_HANDLE& public_half,
                    CK_OBJECT_HANDLE& private_half) const {
        CK_MECHANISM mechanism{CKM_EC_KEY_PAIR_GEN, nullptr, 0};
        std::array public_template{attribute(CKA_TOKEN, yes), attribute(CKA_VERIFY, yes), attribute(CKA_LABEL, label),
                                   attribute(CKA_EC_PARAMS, p256_parameters.data(), p256_parameters.size())};
        std::array private_template{attribute(CKA_TOKEN, yes),     attribute(CKA_PRIVATE, yes),
                                    attribute(CKA_SENSITIVE, yes), attribute(CKA_EXTRACTABLE, no),
                                    attribute(CKA_SIGN, yes),      attribute(CKA_LABEL, label)};
        return module.calls->C_GenerateKeyPair(session, &mechanism, public_template.data(), public_template.size(),
                                               private_template.data(), private_template.size(), &public_half,
                                               &private_half);
    }

    CK_RV read_point(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, std::string& point) const {
        point.assign(2 * point_size, '\0');
        CK_ATTRIBUTE value{CKA_EC_POINT, point.data(), static_cast<CK_ULONG>(point.size())};
        const auto answer = module.calls->C_GetAttributeValue(session, key, &value, 1);
        if (answer == CKR_OK) point.resize(value.ulValueLen);
        return answer;
    }

    CK_RV name_by_id(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, const std::string& id) const {
        auto value = attribute(CKA_ID, id);
        return module.calls->C_SetAttributeValue(session, key, &value, 1);
    }
};

namespace {

// CKA_EC_POINT: a DER octet string around the point; some tokens give the bare point.
Result<PublicKey> key_of_point(std::string_view point) {
    if (point.size() == point_size + 2 && point.starts_with("\x04\x41")) point.remove_prefix(2);
    if (point.size() != point_size || point[0] != '\x04') {
        return fail(Code::unavailable, "trust.token-failed", "the token gives no P-256 point");
    }
    return PublicKey::p256(point.substr(1, 32), point.substr(33, 32));
}

}  // namespace

class TokenSigner final : public Signer {
public:
    TokenSigner(std::shared_ptr<Token> token, PublicKey key)
        : token_(std::move(token)), key_(std::move(key)), id_(from_base64url(key_.thumbprint()).value()) {}
    [[nodiscard]] const PublicKey& public_key() const noexcept override { return key_; }

    [[nodiscard]] Result<std::string> sign(std::string_view message) const override {
        auto digest = sha256(message);
        std::string signature(signature_size, '\0');
        bool missing = false;
        auto& token = *token_->impl_;
        TRY(token.with_session("signing", [&](CK_SESSION_HANDLE session) -> CK_RV {
            // The handle of a token's object holds for all sessions; it is looked up again after a loss.
            CK_OBJECT_HANDLE key = handle_.load();
            auto answer = key != 0 ? CKR_OK : token.find_private(session, id_, key);
            if (answer != CKR_OK) return answer;
            missing = key == 0;
            if (missing) return CKR_OK;
            CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
            answer = token.module.calls->C_SignInit(session, &mechanism, key);
            handle_ = answer == CKR_OK ? key : 0;
            if (answer != CKR_OK) return answer;
            auto length = static_cast<CK_ULONG>(signature.size());
            return token.module.calls->C_Sign(session, digest.bytes.data(), static_cast<CK_ULONG>(digest.bytes.size()),
                                              reinterpret_cast<CK_BYTE*>(signature.data()), &length);
        }));
        if (missing) return fail(Code::unavailable, "trust.token-key-missing", key_.thumbprint());
        return signature;
    }

private:
    std::shared_ptr<Token> token_;
    PublicKey key_;
    std::string id_;
    mutable std::atomic<CK_OBJECT_HANDLE> handle_{0};
};

Token::Token(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Token::~Token() = default;

Result<std::shared_ptr<Token>> Token::open(std::string_view address) {
    auto impl = std::make_unique<Impl>();
    TRY(parse_address(address, impl->address));
    impl->pin = TRY(read_pin(p11_kit_uri_get_pin_source(impl->address.uri)));
    const char* path = p11_kit_uri_get_module_path(impl->address.uri);
    impl->module.calls = p11_kit_module_load(path, 0);
    if (impl->module.calls == nullptr) {
        const char* why = p11_kit_message();
        return fail(Code::unavailable, "trust.token-module", fmt::format("{}: {}", path, why ? why : "no PKCS#11 module"));
    }
    const CK_RV answer = p11_kit_module_initialize(impl->module.calls);
    if (answer != CKR_OK) return token_failed("starting the module", answer);
    impl->module.initialised = true;
    impl->slot = TRY(find_slot(impl->module, impl->address.uri));
    TRY(impl->with_session("logging in", [](CK_SESSION_HANDLE) -> CK_RV { return CKR_OK; }));
    return std::shared_ptr<Token>(new Token(std::move(impl)));  // NOLINT: the constructor is private
}

Result<std::unique_ptr<Signer>> Token::generate(std::string_view label) {
    std::string point;
    const std::string name(label);
    CK_OBJECT_HANDLE public_half = 0;
    CK_OBJECT_HANDLE private_half = 0;
    std::optional<Result<PublicKey>> made;
    TRY(impl_->with_session("making a key", [&](CK_SESSION_HANDLE session) -> CK_RV {
        auto answer = impl_->make_pair(session, name, public_half, private_half);
        if (answer == CKR_OK) answer = impl_->read_point(session, public_half, point);
        if (answer != CKR_OK) return answer;
        made = key_of_point(point);
        if (!*made) return CKR_OK;
        const auto id = from_base64url((*made)->thumbprint()).value();
        answer = impl_->name_by_id(session, private_half, id);
        return answer == CKR_OK ? impl_->name_by_id(session, public_half, id) : answer;
    }));
    return find(TRY(std::move(*made)));
}

Result<std::unique_ptr<Signer>> Token::find(const PublicKey& key) {
    auto signer = std::make_unique<TokenSigner>(shared_from_this(), key);
    // What signs for it is what was meant: a token restored from elsewhere may hold another key of that id.
    constexpr std::string_view probe = "wasl: is this the key?";
    if (!key.verify(probe, TRY(signer->sign(probe)))) {
        return fail(Code::invalid, "trust.key-malformed", "the token's key does not fit " + key.thumbprint());
    }
    return signer;
}

}  // namespace wasl::trust
