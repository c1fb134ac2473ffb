#include "post/postman.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace {

using namespace wasl;
using namespace wasl::post;
namespace fs = std::filesystem;

struct Folder {
    fs::path path = fs::temp_directory_path() / ("wasl-post-" + std::to_string(getpid()));
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& entry : fs::directory_iterator(path)) {
            out.push_back(entry.path().filename().string());
        }
        return out;
    }
};

std::string content(const fs::path& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

Letter text_message(std::string to) {
    return {"sms-1", Channel::sms, std::move(to), lingua::Language::ar, {}, "رمز 1€𐍈", {}};
}

// A sender that answers as it is told.
class Told final : public Sender {
public:
    Told(Channel channel, Result<void>& answer) : channel_(channel), answer_(answer) {}
    [[nodiscard]] Channel channel() const noexcept override { return channel_; }
    Result<void> send(const Letter&, Instant) override { return answer_; }

private:
    Channel channel_;
    Result<void>& answer_;
};

class Box final : public Outbox {
public:
    std::vector<Waiting> waiting;
    std::vector<Outcome> outcomes;
    Result<std::vector<Waiting>> due(Instant, std::size_t limit) override {
        return std::vector<Waiting>(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(std::min(limit, waiting.size())));
    }
    Result<void> settle(const Waiting&, const Outcome& outcome) override {
        outcomes.push_back(outcome);
        return {};
    }
};

Waiting a_code(int tries) {
    Notice notice;
    notice.id = "n1";
    notice.channel = Channel::sms;
    notice.to = "+212612345678";
    notice.key = "common.yes";  // any message that exists
    return {notice, tries, {}};
}

}  // namespace

TEST_CASE("gammu-smsd finds a file named as its manual says, in UTF-16") {
    const Folder folder;
    const auto sender = gammu_sender(folder.path);
    const Instant at{1'795'000'000'000'000};
    REQUIRE(sender->send(text_message("+212612345678"), at));
    auto names = folder.names();
    REQUIRE(names.size() == 1);
    CHECK(names.front().starts_with("OUTA20261118_110640_00_+212612345678_"));
    CHECK(names.front().ends_with(".txtd"));
    using namespace std::string_literals;
    CHECK(content(folder.path / names.front()) == "\xFF\xFE\x31\x06\x45\x06\x32\x06\x20\x00\x31\x00\xAC\x20\x00\xD8\x48\xDF"s);
    REQUIRE(sender->send(text_message("+212612345678"), at.plus_seconds(60)));
    CHECK(folder.names() == names);  // the same letter does not wait twice
}

TEST_CASE("a number that is none never becomes a file name, a folder that is missing is tried again") {
    const Folder folder;
    CHECK(gammu_sender(folder.path)->send(text_message("../../etc/x"), {}).error().key == "post.address-wrong");
    CHECK(folder.names().empty());
    CHECK(gammu_sender(folder.path / "missing")->send(text_message("+212612345678"), {}).error().key == "post.try-later");
}

TEST_CASE("a letter for the printer is a folder with its text and papers") {
    const Folder folder;
    const Letter letter{"p-1", Channel::print, "Guichet 2", lingua::Language::fr, "Récépissé", "Bonjour", {{"../x.pdf", "application/pdf", "%PDF"}}};
    const auto sender = print_spool(folder.path);
    REQUIRE(sender->send(letter, {}));
    REQUIRE(sender->send(letter, {}));
    const auto names = folder.names();
    REQUIRE(names.size() == 1);
    CHECK(names.front().front() != '.');
    CHECK(content(folder.path / names.front() / "letter.txt") == "Guichet 2\nRécépissé\n\nBonjour\n");
    CHECK(content(folder.path / names.front() / "01.pdf") == "%PDF");
}

TEST_CASE("pauses double up to a bound, and tries end by number and by age") {
    const RetryRules rules;
    const Instant now{1'000'000'000'000};
    CHECK(next_try(rules, 1, now, now) == now.plus_seconds(60));
    CHECK(next_try(rules, 2, now, now) == now.plus_seconds(120));
    CHECK(next_try(rules, 5, now, now) == now.plus_seconds(960));
    CHECK_FALSE(next_try(rules, 9, now, now));
    CHECK_FALSE(next_try(rules, 1, now.plus_seconds(-3 * 86'400), now));
    const RetryRules patient{100, std::chrono::seconds(60), std::chrono::seconds(600), std::chrono::seconds(86'400)};
    CHECK(next_try(patient, 99, now, now) == now.plus_seconds(600));
}

TEST_CASE("the postman tells the outbox what became of each letter") {
    Result<void> answer;
    std::vector<std::unique_ptr<Sender>> senders;
    senders.push_back(std::make_unique<Told>(Channel::sms, answer));
    Postman postman(std::move(senders));
    Box box;
    box.waiting = {a_code(0)};
    CHECK(postman.run(box, {})->sent == 1);
    answer = fail(Code::unavailable, "post.try-later");
    CHECK(postman.run(box, {})->again == 1);
    CHECK(box.outcomes.back().retry_at == Instant{60'000'000});
    box.waiting = {a_code(8)};
    CHECK(postman.run(box, {})->given_up == 1);
    answer = fail(Code::unprocessable, "post.refused");
    box.waiting = {a_code(0)};
    CHECK(postman.run(box, {})->given_up == 1);
    CHECK(box.outcomes.back().error.key == "post.refused");
    box.waiting.front().notice.channel = Channel::email;
    CHECK(postman.run(box, {})->given_up == 1);
    CHECK(box.outcomes.back().error.key == "post.no-sender");
    box.waiting = {a_code(0), a_code(0), a_code(0)};
    answer = {};
    CHECK(postman.run(box, {}, 2)->sent == 2);
}
