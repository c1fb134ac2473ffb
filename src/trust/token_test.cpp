#include "trust/token.hpp"

#include "trust/impl/files.hpp"
#include "trust/test_support.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <thread>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

namespace {

constexpr auto module_path = "/usr/lib/softhsm/libsofthsm2.so";

// A real token: SoftHSM's, in a folder of this test. One a process: its library reads its configuration once.
class SoftToken {
public:
    SoftToken() {
        std::filesystem::create_directories(folder_.path() / "tokens");
        std::ofstream(folder_.path() / "softhsm2.conf")
            << "directories.tokendir = " << (folder_.path() / "tokens").string() << "\nlog.level = ERROR\n";
        ::setenv("SOFTHSM2_CONF", (folder_.path() / "softhsm2.conf").c_str(), 1);
        ready_ = std::filesystem::exists(module_path) &&
                 std::system("softhsm2-util --init-token --free --label wasl --so-pin 5678 --pin 1234 >/dev/null 2>&1") == 0;
        write_pin("1234\n");
    }
    [[nodiscard]] bool ready() const { return ready_; }
    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
    [[nodiscard]] std::string address(std::string_view token = "wasl") const {
        return "pkcs11:token=" + std::string(token) + "?module-path=" + module_path +
               "&pin-source=" + (folder_.path() / "pin").string();
    }
    void write_pin(std::string_view pin) const {
        REQUIRE(write_private_file(folder_.path() / "pin", pin, Replace::yes).has_value());
    }

private:
    TemporaryFolder folder_;
    bool ready_ = false;
};

const SoftToken& soft_token() {
    static const SoftToken token;
    return token;
}

std::string key_of(const Result<std::shared_ptr<Token>>& opened) {
    return opened ? std::string("opened") : opened.error().key;
}

}  // namespace

TEST_CASE("a key made in a token signs, is found again, and verifies everywhere") {
    REQUIRE_MESSAGE(soft_token().ready(), "softhsm2 is installed with the tests' packages");
    const auto token = Token::open(soft_token().address()).value();
    const auto signer = token->generate("commune seal").value();
    const auto signature = signer->sign("the words").value();
    CHECK(signature.size() == 64);
    CHECK(signer->public_key().verify("the words", signature));
    CHECK_FALSE(signer->public_key().verify("other words", signature));
    CHECK(signer->public_key().verify_der("the words", signer->sign_der("the words").value()));

    const auto again = Token::open(soft_token().address()).value()->find(signer->public_key()).value();
    CHECK(again->public_key().verify("later", again->sign("later").value()));
    const auto stranger = generate_signer(Curve::p256).value();
    CHECK(token->find(stranger->public_key()).error().key == "trust.token-key-missing");
}

TEST_CASE("the keys of a member move into a token by a rotation, and come back with the folder") {
    REQUIRE(soft_token().ready());
    const TemporaryFolder folder;
    const auto keys = folder.path() / "keys";
    auto ring = KeyRing::open_or_create(keys, "commune", noon).value();
    const auto in_file = ring.signer(KeyUse::seal, noon).value()->public_key();
    CHECK(ring.make_new_keys_in(soft_token().address("another")).error().key == "trust.token-absent");
    REQUIRE(ring.make_new_keys_in(soft_token().address()).has_value());
    for (const auto use : {KeyUse::seal, KeyUse::checkpoint, KeyUse::document}) {
        REQUIRE(ring.rotate(use, noon.plus_seconds(3'600)).has_value());
    }

    const auto later = noon.plus_seconds(7'200);
    const auto again = KeyRing::open_or_create(keys, "commune", later).value();
    const auto signer = again.signer(KeyUse::seal, later).value();
    CHECK_FALSE(signer->public_key() == in_file);
    CHECK(signer->public_key().verify("a seal", signer->sign("a seal").value()));
    CHECK(again.certificate(later).has_value());
    // The private half is nowhere in the folder; the old key's is, and still verifies.
    const auto name = "seal." + signer->public_key().thumbprint();
    CHECK_FALSE(std::filesystem::exists(keys / (name + ".pem")));
    CHECK(std::filesystem::exists(keys / (name + ".p11")));
    CHECK(again.public_keys().find("commune", KeyUse::seal).size() == 2);

    REQUIRE(ring.make_new_keys_in("").has_value());
    REQUIRE(ring.rotate(KeyUse::seal, later).has_value());
    const auto back = "seal." + ring.signer(KeyUse::seal, later).value()->public_key().thumbprint() + ".pem";
    CHECK(std::filesystem::exists(keys / back));
}

TEST_CASE("an address that says too little, or a secret, is refused with the reason") {
    CHECK(key_of(Token::open("nonsense")) == "trust.token-address");
    CHECK(key_of(Token::open("pkcs11:token=wasl")) == "trust.token-address");
    CHECK(key_of(Token::open("pkcs11:token=wasl?pin-source=/nowhere")) == "trust.token-address");
    CHECK(key_of(Token::open("pkcs11:token=wasl?pin-value=1234&module-path=/lib/x.so")) == "trust.token-address");
}

TEST_CASE("an absent module, an absent token, a wrong PIN and a PIN that others can read are told apart") {
    REQUIRE(soft_token().ready());
    const auto pin = (soft_token().path() / "pin").string();
    CHECK(key_of(Token::open("pkcs11:token=wasl?module-path=/nowhere/none.so&pin-source=" + pin)) == "trust.token-module");
    CHECK(key_of(Token::open(soft_token().address("another"))) == "trust.token-absent");
    CHECK(key_of(Token::open("pkcs11:token=wasl?module-path=" + std::string(module_path) + "&pin-source=" + pin + "-none")) ==
          "trust.key-missing");
    soft_token().write_pin("9999\n");
    // A login that stands is the whole program's: the wrong PIN shows once nobody is logged in.
    CHECK(key_of(Token::open(soft_token().address())) == "trust.token-pin");
    std::filesystem::permissions(pin, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    CHECK(key_of(Token::open(soft_token().address())) == "trust.key-readable-by-others");
    std::filesystem::permissions(pin, std::filesystem::perms::others_read, std::filesystem::perm_options::remove);
    soft_token().write_pin("1234\n");
    CHECK(key_of(Token::open(soft_token().address())) == "opened");
}

TEST_CASE("a token serves several threads at once") {
    REQUIRE(soft_token().ready());
    const auto token = Token::open(soft_token().address()).value();
    const auto signer = token->generate("threads").value();
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int n = 0; n < 4; ++n) {
        threads.emplace_back([&, n] {
            for (int i = 0; i < 25; ++i) {
                const auto words = std::to_string(n * 100 + i);
                const auto signature = signer->sign(words);
                good += signature && signer->public_key().verify(words, *signature) ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(good == 100);
}
