#include "exchange/authority.hpp"

#include "trust/keys.hpp"

namespace wasl::exchange {

Result<Snapshot> next_snapshot(Snapshot rows, const Snapshot* before, Instant now) {
    rows.issued_at = now;
    rows.version = 1;
    if (before == nullptr) return rows;
    if (before->instance != rows.instance) return fail(Code::conflict, "exchange.registry-instance", before->instance + " was signed before");
    if (now <= before->issued_at) return fail(Code::conflict, "exchange.registry-rollback", "signed already for " + before->issued_at.iso());
    rows.version = before->version + (same_rows(rows, *before) ? 0 : 1);
    return rows;
}

Result<std::unique_ptr<RegistryAuthority>> RegistryAuthority::create(Snapshot rows, std::shared_ptr<const trust::Signer> key, Instant now) {
    const auto key_id = key->public_key().thumbprint();
    auto signing = TRY(SigningKey::of(std::move(key)));
    std::unique_ptr<RegistryAuthority> out(new RegistryAuthority(std::move(signing), key_id));
    TRY(out->sign(std::move(rows), nullptr, now));
    return out;
}

Result<void> RegistryAuthority::sign(Snapshot rows, const Snapshot* before, Instant now) {
    auto next = TRY(next_snapshot(std::move(rows), before, now));
    auto text = std::make_shared<const std::string>(TRY(sign_snapshot(next, key_id_, key_)));
    signed_ = std::move(next);
    text_ = std::move(text);
    return {};
}

Result<void> RegistryAuthority::change(const std::function<void(Snapshot&)>& edit, Instant now) {
    const std::lock_guard lock(guard_);
    Snapshot rows = signed_;
    edit(rows);
    const Snapshot before = signed_;
    return sign(std::move(rows), &before, now);
}

Result<void> RegistryAuthority::sign_again(Instant now) {
    return change([](Snapshot&) {}, now);
}

std::shared_ptr<const std::string> RegistryAuthority::text() const {
    const std::lock_guard lock(guard_);
    return text_;
}

Snapshot RegistryAuthority::snapshot() const {
    const std::lock_guard lock(guard_);
    return signed_;
}

}  // namespace wasl::exchange
