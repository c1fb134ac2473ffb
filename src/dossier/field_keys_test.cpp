// DESIGN section 9: personal data is encrypted at field level where the procedure says so.
#include "dossier/field_keys.hpp"
#include "dossier/impl/member_world.hpp"
#include "dossier/impl/rows.hpp"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

namespace {

const Actor examiner{.id = "a-said", .name = "Said Bennani", .roles = {Role::caseworker}, .office = "urbanisme", .purpose = "examination"};

json::Value at_name(const json::Object& object, std::string_view name) {
    const auto* value = object.find(name);
    return value == nullptr ? json::Value() : *value;
}

// Every file below a folder that holds these bytes.
std::vector<std::string> holding(const std::filesystem::path& folder, const std::string& bytes) {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream content;
        content << in.rdbuf();
        if (content.str().find(bytes) != std::string::npos) out.push_back(entry.path().filename().string());
    }
    return out;
}

std::string shown(const Stored& stored) { return std::string((*stored.state.file.answers.find("illness")).text_or("sealed")); }

std::string opened_by(Member& m, const FieldKeys* keys, const std::string& id) {
    const Service other({.member = "commune-tamri", .store = m.store.get(), .pack = morocco(), .entropy = &m.entropy, .clock = &m.clock, .fields = keys});
    auto stored = *Member::must(other.get(id));
    other.reveal(stored);
    return stored.unreadable.empty() ? shown(stored) : stored.unreadable.front().key;
}

}  // namespace

TEST_CASE("design section 9: no byte of a sensitive answer lies on the disk, in the row, the journal, a draft or the search") {
    Member m;
    auto filing = m.filing();
    filing.answers.set("illness", "صرع secretword");
    const auto id = Member::must(m.service->file(filing, fatima)).dossier;
    REQUIRE(m.service->save_draft({.id = {}, .owner = fatima.id, .procedure = "building-permit", .revision = {}, .step = {},
                                   .answers = {{"illness", "draftsecret"}, {"place", "draftplace"}}, .pieces = {}, .updated = {}}).has_value());
    auto incomplete = m.filing(false);
    incomplete.answers.erase("floors");
    const auto other = Member::must(m.service->file(incomplete, fatima)).dossier;
    CHECK(m.ask(other, AmendAnswers{{{"floors", 3}, {"illness", "amendedsecret"}}}, fatima).has_value());
    REQUIRE(m.store->settle().has_value());
    CHECK_FALSE(holding(m.folder, "AB123456").empty());  // the search of files finds what is there
    for (const auto* secret : {"secretword", "صرع", "draftsecret", "draftplace", "amendedsecret"}) {
        CAPTURE(secret);
        CHECK(holding(m.folder, secret).empty());
    }
    CHECK(opened_by(m, &m.fields, other) == "amendedsecret");
    CHECK(m.audit() == "");  // over the sealed bytes, without any key
    CHECK(shown(m.get(id)) == "sealed");
}

TEST_CASE("a sensitive answer opens for the person and for an agent whose look has a purpose, for nobody else") {
    Member m;
    const auto done = m.filed();
    auto own = m.get(done.dossier);
    CHECK(shown(own) == "sealed");
    m.service->reveal(own);
    CHECK(shown(own) == "secretword");
    CHECK(shown(Member::must(m.service->look(done.dossier, {"urbanisme"}, examiner, "dossier"))) == "secretword");
    CHECK(shown(Member::must(m.service->look(done.dossier, {"urbanisme"}, said, "dossier"))) == "sealed");  // said names no purpose
    CHECK(m.service->look(done.dossier, {"etat-civil"}, examiner, "dossier").error().key == "dossier.unknown");
    CHECK(shown(Member::must(m.service->follow(done.reference, done.follow_code))) == "sealed");
    const auto taken = json::write(json::Value(Member::must(m.service->take_out(fatima.id))));
    CHECK(taken.find("secretword") != std::string::npos);  // what is held about a person is theirs
    CHECK(taken.find("\"sealed\"") == std::string::npos);
    CHECK(Member::must(m.service->looks(done.dossier)).size() == 2);
}

TEST_CASE("a backup without its keys reads everything but the sensitive answers, and says which key is missing") {
    Member m;
    const auto id = m.filed().dossier;
    SeededEntropy elsewhere{99};
    const auto strange = FieldKeys::in_memory(elsewhere);
    CHECK(opened_by(m, &strange, id) == "dossier.field-key-missing");
    CHECK(opened_by(m, nullptr, id) == "dossier.field-key-missing");
    CHECK(opened_by(m, &m.fields, id) == "secretword");
    CHECK(at_name(m.get(id).state.file.answers, "place").text_or("") == "حي السلام");
    const Service without({.member = "commune-tamri", .store = m.store.get(), .pack = morocco(), .entropy = &m.entropy, .clock = &m.clock});
    Service keyless = without;
    CHECK(keyless.file(m.filing(), fatima).error().key == "dossier.field-key-missing");  // never in plain words instead
}

TEST_CASE("rotation: a new key seals from now on, the old one goes on opening, from files of mode 0600") {
    Member m;
    const auto folder = m.folder / "keys";
    auto keys = Member::must(FieldKeys::open_or_create(folder, m.entropy));
    const auto first = keys.current();
    const auto old = keys.seal("before", "place", m.entropy);
    REQUIRE(keys.rotate(m.entropy).has_value());
    CHECK(keys.current() != first);
    const auto fresh = keys.seal("after", "place", m.entropy);
    CHECK(fresh.starts_with(keys.current()));
    const auto again = Member::must(FieldKeys::open_or_create(folder, m.entropy));
    CHECK(again.current() == keys.current());
    CHECK(Member::must(again.open(old, "place")) == "before");
    CHECK(Member::must(again.open(fresh, "place")) == "after");
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
    REQUIRE(files.size() == 2);
    for (const auto& file : files) {
        struct stat about {};
        REQUIRE(::stat(file.c_str(), &about) == 0);
        CHECK((about.st_mode & 0777U) == 0600U);
    }
    // The first key destroyed: what it sealed is gone for good, the rest stands.
    std::ranges::sort(files);
    std::filesystem::remove(files.front());
    const auto left = Member::must(FieldKeys::open_or_create(folder, m.entropy));
    CHECK(left.open(old, "place").error().key == "dossier.field-key-missing");
    CHECK(Member::must(left.open(fresh, "place")) == "after");
    REQUIRE(::chmod(files.back().c_str(), 0644) == 0);
    CHECK(FieldKeys::open_or_create(folder, m.entropy).error().key == "trust.key-readable-by-others");
}

TEST_CASE("a tampered ciphertext, or one moved to another dossier, gives its code and spoils nothing else") {
    Member m;
    const auto id = m.filed().dossier;
    const auto other = m.filed().dossier;
    const auto sealed = m.get(id).state.file.answers;
    // Every byte of the sealed text, one after the other.
    const auto text = std::string(*form::sealed_text(*sealed.find("illness")));
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto answers = sealed;
        auto altered = text;
        altered[i] = altered[i] == 'A' ? 'B' : 'A';
        if (altered == text) continue;
        answers.set("illness", form::sealed_value(altered));
        const std::vector<std::string> sensitive{"illness"};
        const auto unreadable = open_answers(answers, sensitive, &m.fields, {"commune-tamri", id});
        REQUIRE(unreadable.size() == 1);
        CHECK(unreadable.front().field == "illness");
        CHECK((unreadable.front().key == "dossier.field-damaged" || unreadable.front().key == "dossier.field-key-missing"));
        CHECK(at_name(answers, "place").text_or("") == "حي السلام");
    }
    auto moved = sealed;
    CHECK(open_answers(moved, std::vector<std::string>{"illness"}, &m.fields, {"commune-tamri", other}).front().key == "dossier.field-damaged");
    // On the disk: the dossier is still read, listed and looked at; the audit names the row.
    auto state = m.get(id).state;
    auto altered = text;
    altered[text.size() - 3] = altered[text.size() - 3] == 'A' ? 'B' : 'A';
    state.file.answers.set("illness", form::sealed_value(altered));
    REQUIRE(m.store->run([&](store::Transaction& tx) -> Result<void> {
        const rows::Fields fields(state, *morocco());
        TRY(tx.put(rows::dossiers, id, store::Transaction::any_version, encode(state), fields.view(), rows::search_text(state)));
        return {};
    }).has_value());
    const auto seen = Member::must(m.service->look(id, {"urbanisme"}, examiner, "dossier"));
    REQUIRE(seen.unreadable.size() == 1);
    CHECK(seen.unreadable.front() == Unreadable{"illness", "dossier.field-damaged"});
    CHECK(at_name(seen.state.file.answers, "floors").integer_or(0) == 2);
    CHECK(form::display(*permit()->form.field("illness"), *seen.state.file.answers.find("illness"), "fr") == "••••••");
    CHECK(Member::must(m.service->list({.offices = {"urbanisme"}}, examiner)).rows.size() == 2);
    CHECK(m.audit().find("recheck.row-differs") != std::string::npos);
}

TEST_CASE("a draft whose seal was altered says so and holds up no other draft") {
    Member m;
    const auto draft = [&](std::string id) { return DraftRow{.id = std::move(id), .owner = fatima.id, .procedure = "building-permit", .revision = {}, .step = {}, .answers = {{"illness", "x"}}, .pieces = {}, .updated = {}}; };
    const auto one = Member::must(m.service->save_draft(draft("")));
    const auto two = Member::must(m.service->save_draft(draft("")));
    CHECK(Member::must(m.service->draft(fatima.id, one.id))->answers.find("illness")->text_or("") == "x");
    REQUIRE(m.store->run([&](store::Transaction& tx) -> Result<void> {
        const auto row = TRY(tx.get(rows::drafts, two.id));  // one person's draft under another's number
        TRY(tx.put(rows::drafts, one.id, store::Transaction::any_version, row->body, {{"owner", fatima.id}, {"updated", 1}}));
        return {};
    }).has_value());
    CHECK(m.service->draft(fatima.id, one.id).error().key == "dossier.field-damaged");
    const auto left = Member::must(m.service->drafts(fatima.id));
    REQUIRE(left.size() == 1);
    CHECK(left.front().id == two.id);
    CHECK(m.service->drop_draft(fatima.id, one.id).has_value());
}
