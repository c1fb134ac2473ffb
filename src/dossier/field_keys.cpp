#include "dossier/field_keys.hpp"

#include "base/cipher.hpp"
#include "base/text.hpp"
#include "form/form.hpp"
#include "trust/key_files.hpp"

#include <openssl/crypto.h>

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

namespace wasl::dossier {

namespace {

using Path = std::filesystem::path;
constexpr std::size_t id_bytes = 8;

struct FieldKey {
    int generation = 0;
    std::string id, bytes;
};

auto problem(const Path& file, std::string_view why) {
    return fail(Code::internal, "dossier.field-key", fmt::format("{}: {}", file.string(), why));
}

FieldKey new_key(int generation, Entropy& entropy) { return {generation, to_hex(entropy.bytes(id_bytes)), entropy.bytes(cipher_key_bytes)}; }

// On disk, with its name, before anything is sealed under it.
Result<void> keep(const FieldKey& key, const Path& folder) {
    const Path file = folder / fmt::format("field.{:06}.{}.key", key.generation, key.id);
    return trust::write_private_file(file, key.bytes, trust::Replace::no);
}

// Nothing for a file that is no field key.
Result<std::optional<FieldKey>> read_key(const Path& file) {
    const std::string name = file.filename().string();
    const auto parts = split(name, '.');
    if (parts.size() != 4 || parts[0] != "field" || parts[3] != "key") return std::nullopt;
    const auto generation = to_integer(parts[1]);
    if (!generation || parts[2].size() != 2 * id_bytes) return std::nullopt;
    auto bytes = TRY(trust::read_private_file(file));
    if (bytes.size() != cipher_key_bytes) return problem(file, "is not 32 bytes");
    return FieldKey{static_cast<int>(*generation), std::string(parts[2]), std::move(bytes)};
}

}  // namespace

struct FieldKeys::Impl {
    Path folder;  // empty: in memory
    mutable std::mutex mutex;
    std::vector<FieldKey> keys;  // by generation

    ~Impl() {
        for (auto& key : keys) OPENSSL_cleanse(key.bytes.data(), key.bytes.size());
    }

    // Copies, so that no lock is held while a cipher runs.
    FieldKey newest() const {
        const std::lock_guard lock(mutex);
        return keys.back();
    }
    std::optional<FieldKey> find(std::string_view id) const {
        const std::lock_guard lock(mutex);
        const auto found = std::ranges::find(keys, id, &FieldKey::id);
        return found == keys.end() ? std::nullopt : std::optional(*found);
    }
};

FieldKeys::FieldKeys(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FieldKeys::FieldKeys(FieldKeys&&) noexcept = default;
FieldKeys& FieldKeys::operator=(FieldKeys&&) noexcept = default;
FieldKeys::~FieldKeys() = default;

FieldKeys FieldKeys::in_memory(Entropy& entropy) {
    auto impl = std::make_unique<Impl>();
    impl->keys.push_back(new_key(1, entropy));
    return FieldKeys(std::move(impl));
}

Result<FieldKeys> FieldKeys::open_or_create(const Path& folder, Entropy& entropy) {
    std::error_code bad;
    std::filesystem::create_directories(folder, bad);
    if (bad) return problem(folder, bad.message());
    auto impl = std::make_unique<Impl>();
    impl->folder = folder;
    for (const auto& entry : std::filesystem::directory_iterator(folder, bad)) {
        if (auto key = TRY(read_key(entry.path()))) impl->keys.push_back(std::move(*key));
    }
    if (bad) return problem(folder, bad.message());
    std::ranges::sort(impl->keys, {}, &FieldKey::generation);
    FieldKeys keys(std::move(impl));
    if (keys.impl_->keys.empty()) TRY(keys.rotate(entropy));
    return keys;
}

Result<void> FieldKeys::rotate(Entropy& entropy) {
    const std::lock_guard lock(impl_->mutex);
    auto key = new_key(impl_->keys.empty() ? 1 : impl_->keys.back().generation + 1, entropy);
    if (!impl_->folder.empty()) TRY(keep(key, impl_->folder));
    impl_->keys.push_back(std::move(key));
    return {};
}

std::string FieldKeys::current() const { return impl_->newest().id; }

std::string FieldKeys::seal(std::string_view plain, std::string_view context, Entropy& entropy) const {
    const auto key = impl_->newest();
    return key.id + "." + to_base64(close_bytes(key.bytes, context, plain, entropy));
}

Result<std::string> FieldKeys::open(std::string_view sealed, std::string_view context) const {
    const auto dot = sealed.find('.');
    const auto id = sealed.substr(0, dot);
    const auto damaged = [&] { return fail(Code::internal, "dossier.field-damaged", std::string(id.substr(0, 2 * id_bytes))); };
    if (dot != 2 * id_bytes) return damaged();
    const auto key = impl_->find(id);
    if (!key) return fail(Code::unavailable, "dossier.field-key-missing", std::string(id));
    const auto bytes = from_base64(sealed.substr(dot + 1));
    auto out = bytes ? open_bytes(key->bytes, context, *bytes) : std::nullopt;
    if (!out) return damaged();
    return std::move(*out);
}

namespace {

std::string context_of(const SealPlace& place, std::string_view field) {
    return fmt::format("wasl answer\n{}\n{}\n{}", place.member, place.dossier, field);
}

Result<json::Value> open_one(std::string_view sealed, const std::string& field, const FieldKeys* keys, const SealPlace& place) {
    if (keys == nullptr) return fail(Code::unavailable, "dossier.field-key-missing", field);
    const auto plain = TRY(keys->open(sealed, context_of(place, field)));
    return json::parse(plain);
}

}  // namespace

Result<void> seal_answers(json::Object& answers, std::span<const std::string> sensitive, const FieldKeys* keys,
                          const SealPlace& place, Entropy& entropy) {
    for (const auto& field : sensitive) {
        const auto* value = answers.find(field);
        if (value == nullptr || value->is_null()) continue;
        if (keys == nullptr) return fail(Code::unavailable, "dossier.field-key-missing", field);
        answers.set(field, form::sealed_value(keys->seal(json::write(*value), context_of(place, field), entropy)));
    }
    return {};
}

std::vector<Unreadable> open_answers(json::Object& answers, std::span<const std::string> sensitive, const FieldKeys* keys,
                                     const SealPlace& place) {
    std::vector<Unreadable> out;
    for (const auto& field : sensitive) {
        const auto* value = answers.find(field);
        const auto sealed = value == nullptr ? std::nullopt : form::sealed_text(*value);
        if (!sealed) continue;  // absent, or written before fields were sealed
        auto opened = open_one(*sealed, field, keys, place);
        if (opened) {
            answers.set(field, std::move(*opened));
        } else {
            out.push_back({field, opened.error().key});
        }
    }
    return out;
}

}  // namespace wasl::dossier
