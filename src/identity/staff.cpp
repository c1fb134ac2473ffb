#include "identity/staff.hpp"

#include "base/ids.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "identity/impl/staff_rows.hpp"

#include <algorithm>

namespace wasl::identity {

namespace {

using store::Transaction;

constexpr std::int64_t window_seconds = 900;  // wrong tries are counted over fifteen minutes
// Five from one address; a stranger elsewhere must not lock the owner out with five tries of his own.
constexpr std::int64_t tries_a_pair = 5;
constexpr std::int64_t tries_a_login = 50;  // from all addresses together
constexpr std::int64_t tries_a_source = 20;
constexpr std::int64_t setup_life_seconds = 86'400;

json::Array role_words(const std::vector<Role>& roles) {
    json::Array out;
    for (const Role role : roles) out.emplace_back(to_string(role));
    return out;
}

json::Object object_of(const Staff& staff) {
    return {{"id", staff.id},          {"login", staff.login},           {"name", staff.name},
            {"name_arabic", staff.name_arabic}, {"roles", role_words(staff.roles)}, {"offices", words(staff.offices)},
            {"active", staff.active}};
}

// A row also holds what never leaves this file.
struct Row {
    Staff staff;
    std::string password;      // argon2id, encoded
    std::string totp;          // closed in the secret box
    std::int64_t last_step = 0;
    std::int64_t version = 0;
};

Result<Row> read(const store::Document& document, const std::string& member) {
    const auto value = TRY(json::parse(document.body));
    Row row;
    row.staff.id = value["id"].text_or("");
    row.staff.login = value["login"].text_or("");
    row.staff.name = value["name"].text_or("");
    row.staff.name_arabic = value["name_arabic"].text_or("");
    for (const auto& word : list_of(value["roles"])) {
        if (const auto role = role_from(word)) row.staff.roles.push_back(*role);
    }
    row.staff.offices = list_of(value["offices"]);
    row.staff.active = value["active"].bool_or(false);
    row.staff.member = member;
    row.password = value["password"].text_or("");
    row.totp = value["totp"].text_or("");
    row.last_step = value["last_step"].integer_or(0);
    row.version = document.version;
    return row;
}

Result<std::vector<Staff>> read_all(store::Reader& reader, const std::string& member) {
    store::Query query;
    query.collection = "staff";
    query.index = "login";
    query.limit = 10'000;
    std::vector<Staff> out;
    for (const auto& document : TRY(reader.find(query)).documents) out.push_back(TRY(read(document, member)).staff);
    return out;
}

Result<void> keep(Transaction& transaction, const Row& row) {
    auto body = object_of(row.staff);
    body.set("password", row.password);
    body.set("totp", row.totp);
    body.set("last_step", row.last_step);
    const auto kept = transaction.put("staff", row.staff.id, row.version, json::write(body), {{"login", row.staff.login}});
    if (!kept && kept.error().key == "store.duplicate") return fail(Code::conflict, "identity.login-taken");
    if (!kept) return std::unexpected(kept.error());
    return {};
}

// Wrong tries of a login or a source: {first, count} of the running window.
struct Tries {
    std::int64_t first = 0, count = 0;
};

Result<Tries> tries_of(store::Reader& reader, const std::string& key, Instant now) {
    const auto found = TRY(reader.get("setup", key));
    if (!found) return Tries{};
    const auto value = TRY(json::parse(found->body));
    const Tries tries{value["first"].integer_or(0), value["count"].integer_or(0)};
    return now.seconds() - tries.first < window_seconds ? tries : Tries{};
}

Result<std::int64_t> count_try(Transaction& transaction, const std::string& key) {
    auto tries = TRY(tries_of(transaction, key, transaction.now()));
    if (tries.count == 0) tries.first = transaction.now().seconds();
    TRY(transaction.put("setup", key, Transaction::any_version, json::write(json::Object{{"first", tries.first}, {"count", tries.count + 1}})));
    return tries.count + 1;
}

bool acceptable_login(std::string_view login) {
    return login.size() >= 2 && login.size() <= 60 && std::ranges::all_of(login, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

}  // namespace

Actor Staff::actor() const {
    Actor out;
    out.kind = ActorKind::staff;
    out.id = id;
    out.name = name;
    out.name_arabic = name_arabic;
    out.member = member;
    out.roles = roles;
    out.offices = offices;
    return out;
}

Result<bool> StaffBook::empty() const {
    const auto reader = TRY(store_->read());
    store::Query query;
    query.collection = "staff";
    return TRY(reader->count(query, 1)) == 0;
}

Result<std::string> StaffBook::new_setup_code() {
    static constexpr std::string_view letters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";  // none that look alike
    std::string code;
    for (int i = 0; i < 12; ++i) {
        if (i > 0 && i % 4 == 0) code.push_back('-');
        code.push_back(letters[entropy_->below(static_cast<std::uint32_t>(letters.size()))]);
    }
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        TRY(transaction.put("setup", "code", Transaction::any_version,
                            json::write(json::Object{{"hash", secrets_->keyed_hash("setup:" + code)},
                                                     {"until", transaction.now().plus_seconds(setup_life_seconds).micros}})));
        return {};
    }));
    return code;
}

Result<Enrolled> StaffBook::claim_setup(std::string_view code, const NewStaff& first) {
    if (!TRY(empty())) return fail(Code::forbidden, "identity.setup-wrong");
    NewStaff staff = first;
    if (std::ranges::find(staff.roles, Role::administrator) == staff.roles.end()) staff.roles.push_back(Role::administrator);
    return enrol(staff, "setup", secrets_->keyed_hash("setup:" + to_upper_ascii(trim(code))));
}

Result<Enrolled> StaffBook::add(const NewStaff& staff, const std::string& by) { return enrol(staff, by, {}); }

Result<Enrolled> StaffBook::enrol(const NewStaff& given, const std::string& by, std::string_view setup_hash) {
    if (!acceptable_login(given.login)) return fail(Code::unprocessable, "identity.login-malformed");
    TRY(acceptable_password(given.password));
    Row row;
    row.staff = {random_id(*entropy_), given.login, given.name, given.name_arabic, given.roles, given.offices, true, member_};
    row.password = hash_password(given.password, *entropy_);
    const std::string secret = new_totp_secret(*entropy_);
    row.totp = secrets_->close(secret, "totp:" + row.staff.id, *entropy_);
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        if (!setup_hash.empty()) {
            const auto found = TRY(transaction.get("setup", "code"));
            const auto value = found ? TRY(json::parse(found->body)) : json::Value();
            const bool right = equals_in_constant_time(value["hash"].text_or(""), setup_hash) &&
                               transaction.now().micros < value["until"].integer_or(0);
            if (!right) return fail(Code::forbidden, "identity.setup-wrong");
            TRY(transaction.erase("setup", "code"));
        }
        TRY(keep(transaction, row));
        return journal(transaction, row.staff.id, "staff-added", object_of(row.staff), by);
    }));
    return Enrolled{row.staff, secret};
}

Result<Staff> StaffBook::change(const Staff& staff, const std::string& by) {
    const auto administers = [](const Staff& one) { return one.active && one.actor().has(Role::administrator); };
    Staff changed;
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        const auto everyone = TRY(read_all(transaction, member_));
        const bool other = std::ranges::any_of(everyone, [&](const Staff& one) { return one.id != staff.id && administers(one); });
        if (!other && !administers(staff)) return fail(Code::conflict, "identity.last-administrator");
        const auto found = TRY(transaction.get("staff", staff.id));
        if (!found) return fail(Code::not_found, "identity.no-staff");
        auto row = TRY(read(*found, member_));
        row.staff.name = staff.name;
        row.staff.name_arabic = staff.name_arabic;
        row.staff.roles = staff.roles;
        row.staff.offices = staff.offices;
        row.staff.active = staff.active;
        changed = row.staff;
        TRY(keep(transaction, row));
        return journal(transaction, staff.id, "staff-changed", object_of(row.staff), by);
    }));
    return changed;
}

Result<Enrolled> StaffBook::reset(const std::string& id, std::string_view new_password, const std::string& by) {
    TRY(acceptable_password(new_password));
    const std::string encoded = hash_password(new_password, *entropy_);
    Enrolled out;
    out.totp_secret = new_totp_secret(*entropy_);
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        const auto found = TRY(transaction.get("staff", id));
        if (!found) return fail(Code::not_found, "identity.no-staff");
        auto row = TRY(read(*found, member_));
        row.password = encoded;
        row.totp = secrets_->close(out.totp_secret, "totp:" + id, *entropy_);
        row.last_step = 0;
        out.staff = row.staff;
        TRY(keep(transaction, row));
        return journal(transaction, id, "staff-reset", {{"id", id}}, by);
    }));
    return out;
}

Result<Staff> StaffBook::sign_in(std::string_view login, std::string_view password, std::string_view code, std::string_view source) {
    const std::string by_login = "tries:login:" + secrets_->keyed_hash(login);
    const std::string by_pair = "tries:pair:" + secrets_->keyed_hash(std::string(login) + "\n" + std::string(source));
    const std::string by_source = "tries:source:" + secrets_->keyed_hash(source);
    std::optional<Row> row;
    Instant now;
    bool blocked = false;
    {
        const auto reader = TRY(store_->read());
        if (acceptable_login(login)) {
            if (const auto found = TRY(reader->get_by("staff", "login", {store::Scalar(login)}))) row = TRY(read(*found, member_));
        }
    }
    // The slow check first and always: neither a missing login nor a block answers faster.
    const bool same = password_matches(password, row ? std::string_view(row->password) : std::string_view());
    bool right = false;
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        now = transaction.now();
        blocked = TRY(tries_of(transaction, by_pair, now)).count >= tries_a_pair ||
                  TRY(tries_of(transaction, by_login, now)).count >= tries_a_login ||
                  TRY(tries_of(transaction, by_source, now)).count >= tries_a_source;
        if (blocked) return {};
        if (same && row->staff.active) {
            const auto found = TRY(transaction.get("staff", row->staff.id));
            if (found) {
                auto fresh = TRY(read(*found, member_));
                const auto secret = TRY(secrets_->open(fresh.totp, "totp:" + fresh.staff.id));
                if (const auto step = totp_matches(secret, code, now, fresh.last_step)) {
                    fresh.last_step = *step;
                    TRY(keep(transaction, fresh));
                    TRY(transaction.erase("setup", by_pair));
                    TRY(transaction.erase("setup", by_login));
                    row = fresh;
                    right = true;
                    return journal(transaction, fresh.staff.id, "staff-signed-in", {{"id", fresh.staff.id}}, fresh.staff.id);
                }
            }
        }
        TRY(count_try(transaction, by_source));
        // A known login that is locked now: its owner and the auditor should know.
        const auto of_login = TRY(count_try(transaction, by_login));
        const auto of_pair = TRY(count_try(transaction, by_pair));
        if ((of_pair == tries_a_pair || of_login == tries_a_login) && row) {
            return journal(transaction, row->staff.id, "staff-locked", {{"id", row->staff.id}}, "system");
        }
        return {};
    }));
    if (blocked) return fail(Code::too_many, "identity.too-many-tries");
    if (!right) return fail(Code::unauthenticated, "identity.sign-in-refused");
    return row->staff;
}

Result<std::size_t> StaffBook::sweep(Instant now) {
    std::size_t swept = 0;
    store::Query query;
    query.collection = "setup";
    query.limit = 10'000;
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        for (const auto& document : TRY(transaction.find(query)).documents) {
            const auto value = TRY(json::parse(document.body));
            if (!document.key.starts_with("tries:") || now.seconds() - value["first"].integer_or(0) < window_seconds) continue;
            TRY(transaction.erase("setup", document.key));
            ++swept;
        }
        return {};
    }));
    return swept;
}

Result<Staff> StaffBook::find(std::string_view id) const {
    const auto reader = TRY(store_->read());
    const auto found = TRY(reader->get("staff", id));
    if (!found) return fail(Code::not_found, "identity.no-staff");
    return TRY(read(*found, member_)).staff;
}

Result<std::vector<Staff>> StaffBook::all() const {
    const auto reader = TRY(store_->read());
    return read_all(*reader, member_);
}

}  // namespace wasl::identity
