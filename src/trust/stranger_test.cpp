// tools/verify-stranger.py shares no code with us: what it says must be what we say, of papers as made and
// as altered.
#include "trust/examples.hpp"
#include "trust/verify.hpp"

#include "base/clock.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

namespace {

class Stranger {
public:
    explicit Stranger(const TrustStore& trust) { put("keys.json", trust.write()); }

    static bool present() { return std::system("command -v python3 openssl > /dev/null 2>&1") == 0; }
    int bundle(const std::string& text) const {
        put("bundle.json", text);
        return run("'" + (folder_.path() / "bundle.json").string() + "'");
    }
    int qr(const std::string& text) const { return run("--qr '" + text + "'"); }  // a seal's address holds no quote

private:
    void put(const char* name, const std::string& bytes) const {
        std::ofstream(folder_.path() / name, std::ios::binary) << bytes;
    }
    int run(const std::string& what) const {
        const auto command = std::string("python3 '") + WASL_SOURCE_DIR + "/tools/verify-stranger.py' --trust '" +
                             (folder_.path() / "keys.json").string() + "' " + what + " > /dev/null 2>&1";
        return WEXITSTATUS(std::system(command.c_str()));
    }
    TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a stranger with Python and OpenSSL says of our papers what we say") {
    if (!Stranger::present()) {
        MESSAGE("skipped: python3 or openssl is not installed");
        return;
    }
    const Examples example;
    const Examples decided(true);
    const Stranger stranger(example.trust);
    CHECK(stranger.bundle(example.paper_bundle()) == 0);
    CHECK(stranger.bundle(example.no_decision_bundle()) == 0);
    CHECK(stranger.qr(example.url()) == 0);
    CHECK(stranger.bundle(decided.no_decision_bundle()) == 2);
    CHECK(Stranger(decided.trust).bundle(decided.no_decision_bundle()) == 1);
    const Stranger without_cosigner(example.keys.public_keys());
    CHECK(without_cosigner.bundle(example.paper_bundle()) == 0);
    CHECK(without_cosigner.bundle(example.no_decision_bundle()) == 2);
    CHECK(Stranger(TrustStore{}).qr(example.url()) == 2);
}

TEST_CASE("a stranger finds the alterations that we find") {
    if (!Stranger::present()) {
        MESSAGE("skipped: python3 or openssl is not installed");
        return;
    }
    const Examples example;
    const Stranger stranger(example.trust);
    SeededEntropy dice{11};
    const auto agree = [&](const std::string& text) {
        const bool ours = verify_bundle(text, example.trust).verdict == Verdict::valid;
        INFO(text);
        CHECK((stranger.bundle(text) == 0) == ours);
    };
    agree(replace_all(example.paper_bundle(), "two", "ten"));
    agree(replace_all(example.paper_bundle(), "\"index\": 6", "\"index\": 5"));
    agree(replace_all(example.no_decision_bundle(), "000123", "000124"));
    for (const auto& original : {example.paper_bundle(), example.no_decision_bundle()}) {
        // Inside the values: of white space and names of members the two may think differently.
        const auto begin = original.find("\"what\"");
        for (int round = 0; round < 15; ++round) {
            auto altered = original;
            const auto at_byte = begin + dice.below(static_cast<std::uint32_t>(original.size() - begin));
            if (std::isalnum(static_cast<unsigned char>(original[at_byte])) == 0) {
                continue;
            }
            altered[at_byte] = original[at_byte] == 'a' ? 'b' : 'a';
            agree(altered);
        }
    }
    const auto url = example.url();
    const auto payload = url.find("/v/") + 3;
    for (int round = 0; round < 12; ++round) {
        auto altered = url;
        auto& c = altered[payload + dice.below(static_cast<std::uint32_t>(url.size() - payload))];
        c = c == 'A' ? 'B' : 'A';
        CHECK(stranger.qr(altered) != 0);
        CHECK(verify_qr(altered, example.trust).verdict != Verdict::valid);
    }
}
