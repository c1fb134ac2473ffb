// Bodies beside the journal: ciphertext only, bound to what the entry signed, gone after their days.
#include "exchange/kept_bodies.hpp"

#include "base/cipher.hpp"
#include "base/digest.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace wasl;
using namespace wasl::exchange;

namespace {

const Instant now = parse_instant("2026-11-22T10:00:00Z").value();
constexpr std::int64_t day = 86'400;
SystemEntropy entropy;

struct Place {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("wasl-bodies-" + random_id(entropy));
    ~Place() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    [[nodiscard]] std::vector<std::filesystem::path> files() const {
        std::vector<std::filesystem::path> out;
        std::error_code none;
        for (const auto& each : std::filesystem::recursive_directory_iterator(path, none)) {
            if (each.is_regular_file()) out.push_back(each.path());
        }
        return out;
    }
    [[nodiscard]] std::string only() const {
        REQUIRE(files().size() == 1);
        std::ostringstream text;
        text << std::ifstream(files().front(), std::ios::binary).rdbuf();
        return text.str();
    }
    void put(const std::string& bytes) const { std::ofstream(files().front(), std::ios::binary) << bytes; }
};

struct Kept {
    Place place;
    std::string key = entropy.bytes(cipher_key_bytes);
    KeptBodies::Options options{
        .member = {"MA", "GOV", "taxes"},
        .folder = place.path,
        .cipher = {[this](std::string_view plain, std::string_view context) { return close_bytes(key, context, plain, entropy); },
                   [this](std::string_view closed, std::string_view context) -> Result<std::string> {
                       auto plain = open_bytes(key, context, closed);
                       if (!plain) return fail(Code::internal, "cipher", "");
                       return std::move(*plain);
                   }},
        .leave_free_bytes = 0};

    [[nodiscard]] KeptBodies bodies() const { return KeptBodies(options); }
    static BodyName name(std::string_view body, BodyPart part = BodyPart::request, JournalSide side = JournalSide::client) {
        return {side, part, "0190-abc", sha512(body)};
    }
};

std::string refusal(const Result<std::string>& read) { return read ? "read" : read.error().key; }

}  // namespace

TEST_CASE("a body is kept as ciphertext, in a file that nobody else may read, and comes back as it was") {
    Kept k;
    for (const std::size_t size : {1UZ, 65'535UZ, 65'536UZ, 65'537UZ, 200'000UZ}) {
        const std::string body = "Fatima ZZ100000 " + std::string(size, 'x');
        REQUIRE(k.bodies().keep(Kept::name(body), body, now).has_value());
        CHECK(k.bodies().read(Kept::name(body)).value() == body);
    }
    for (const auto& file : k.place.files()) {
        std::ostringstream text;
        text << std::ifstream(file, std::ios::binary).rdbuf();
        CHECK(text.str().find("Fatima") == std::string::npos);
        CHECK(text.str().find("ZZ100000") == std::string::npos);
        CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::all) == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    }
    CHECK(k.bodies().all().size() == 5);
}

TEST_CASE("a body that came in through a file is kept in pieces of the same kind") {
    Kept k;
    auto shared = std::make_shared<http::Body>(16, k.place.path.parent_path().string(), true);
    const std::string body(150'000, 'y');
    REQUIRE(shared->append(body).has_value());
    REQUIRE(shared->finish().has_value());
    REQUIRE(shared->in_file());
    const BodyName name{JournalSide::provider, BodyPart::request, "id-1", shared->sha512()};
    REQUIRE(k.bodies().keep(name, http::SharedBody(shared), now).has_value());
    CHECK(k.bodies().read(name).value() == body);
}

TEST_CASE("an empty body, and one above the bound, are not kept") {
    Kept k;
    k.options.most_bytes = 100;
    CHECK(k.bodies().keep(Kept::name(""), "", now).has_value());
    CHECK(k.bodies().keep(Kept::name(""), http::SharedBody(), now).has_value());
    CHECK(k.bodies().keep(Kept::name(std::string(101, 'x')), std::string(101, 'x'), now).has_value());
    CHECK(k.place.files().empty());
    CHECK(refusal(k.bodies().read(Kept::name("x"))) == "exchange.body-not-kept");
}

TEST_CASE("any altered, missing, added or moved byte is refused, and so is another key") {
    Kept k;
    const std::string body(70'000, 'z');
    const auto name = Kept::name(body);
    REQUIRE(k.bodies().keep(name, body, now).has_value());
    const auto whole = k.place.only();
    for (std::size_t at = 0; at < whole.size(); at += at < 64 ? 1 : 997) {
        auto altered = whole;
        altered[at] = static_cast<char>(altered[at] ^ 1);
        k.place.put(altered);
        CHECK_MESSAGE(refusal(k.bodies().read(name)) == "exchange.body-damaged", at);
    }
    const std::size_t first = 12 + 4 + 65'536 + 28;  // the line, a length, a chunk with nonce and tag
    for (const auto& other : {whole.substr(0, whole.size() - 1), whole.substr(0, first), whole + "x", whole.substr(0, 12) + whole.substr(first),
                              whole + whole.substr(first), whole.substr(0, 12), std::string()}) {
        k.place.put(other);
        CHECK(refusal(k.bodies().read(name)) == "exchange.body-damaged");
    }
    k.place.put(whole);
    CHECK(refusal(k.bodies().read(name)) == "read");
    k.key = entropy.bytes(cipher_key_bytes);
    CHECK(refusal(k.bodies().read(name)) == "exchange.body-damaged");
}

TEST_CASE("a file given the name of another exchange does not open there") {
    Kept k;
    const std::string body = "one body, two exchanges";
    REQUIRE(k.bodies().keep(Kept::name(body), body, now).has_value());
    auto other = Kept::name(body);
    other.request_id = "0190-def";
    const auto file = k.place.files().front();
    auto moved = file.filename().string();
    moved.replace(0, 8, "0190-def");
    std::filesystem::copy_file(file, file.parent_path() / moved);
    CHECK(refusal(k.bodies().read(other)) == "exchange.body-damaged");
    other.request_id = "../../etc";
    CHECK(refusal(k.bodies().read(other)) == "exchange.body-not-kept");
    CHECK_FALSE(k.bodies().keep(other, body, now).has_value());
}

TEST_CASE("after its days a body is gone; not a day before") {
    Kept k;
    k.options.days = 3;
    const std::string body = "old";
    REQUIRE(k.bodies().keep(Kept::name(body), body, now).has_value());
    CHECK(k.bodies().erase_old(now.plus_seconds(3 * day)) == 0);
    CHECK(refusal(k.bodies().read(Kept::name(body))) == "read");
    CHECK(k.bodies().erase_old(now.plus_seconds(4 * day)) == 1);
    CHECK(refusal(k.bodies().read(Kept::name(body))) == "exchange.body-not-kept");
    CHECK(k.place.files().empty());
}

TEST_CASE("each day has a folder, which nobody else may look into, and which is made again when it is gone") {
    Kept k;
    const std::string first = "of today", second = "of tomorrow";
    REQUIRE(k.bodies().keep(Kept::name(first), first, now).has_value());
    REQUIRE(k.bodies().keep(Kept::name(second), second, now.plus_seconds(day)).has_value());
    CHECK((std::filesystem::status(k.place.path).permissions() & std::filesystem::perms::all) == std::filesystem::perms::owner_all);
    CHECK(std::filesystem::exists(k.place.path / "2026-11-22"));
    CHECK(std::filesystem::exists(k.place.path / "2026-11-23"));
    const auto kept = k.bodies();
    std::filesystem::remove_all(k.place.path);
    REQUIRE(kept.keep(Kept::name(first), first, now).has_value());
    CHECK(kept.read(Kept::name(first)).value() == first);
}

TEST_CASE("a disk that is nearly full keeps no body, and leaves nothing half written") {
    Kept k;
    k.options.leave_free_bytes = ~0ULL >> 2U;
    const auto kept = k.bodies().keep(Kept::name("x"), "x", now);
    REQUIRE_FALSE(kept.has_value());
    CHECK(kept.error().key == "exchange.body-storage");
    CHECK(kept.error().code == Code::insufficient_storage);
    CHECK(k.place.files().empty());
}

TEST_CASE("the digest that binds a body is the signed one of the message itself, not of what it answers") {
    const auto digest = sha512("body"), other = sha512("other");
    const auto line = [](std::string_view of) { return "sha-512=:" + to_base64(of) + ":"; };
    CHECK(signed_body_sha512("\"@status\": 200\n\"content-digest\": " + line(digest) + "\n\"content-digest\";req: " + line(other)) == digest);
    CHECK(signed_body_sha512("\"content-digest\";req: " + line(other)).empty());
    CHECK(signed_body_sha512("").empty());
}
