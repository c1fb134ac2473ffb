// For the tests of the service: one member with its store, keys and calendar in a folder that goes away.
#pragma once

#include "dossier/impl/law_world.hpp"
#include "dossier/recheck.hpp"
#include "dossier/service.hpp"
#include "store/sqlite.hpp"
#include "trust/audit.hpp"
#include "trust/journal_sealer.hpp"

#include <stdlib.h>  // mkdtemp

#include <filesystem>

namespace wasl::dossier::test {

inline store::Schema member_schema() {
    store::Schema schema;
    schema.collections = dossier_collections();
    for (auto& collection : trust::trust_collections()) schema.collections.push_back(std::move(collection));
    return schema;
}

// A building permit: fifteen days, silence is approval, a title and plans, two questions.
inline std::shared_ptr<const catalogue::Revision> permit(Kind kind = Kind::authorisation) {
    auto revision = std::make_shared<catalogue::Revision>();
    revision->id = kind == Kind::complaint ? "appeal" : "building-permit";
    revision->hash = sha256(revision->id);
    revision->kind = kind;
    revision->title = form::Text::of("ar", "رخصة البناء");
    revision->delay.cases = {{.n = 15, .unit = catalogue::DelayUnit::day}};
    if (kind == Kind::authorisation) {
        revision->silence = catalogue::Silence::approval;
        revision->silence_act = "building-permit";
        revision->outputs = {{.code = "permit", .title = form::Text::of("ar", "رخصة"), .paragraphs = {}, .validity = {}}};
        for (const auto* code : {"title", "plans"}) {
            revision->requirements.push_back({.code = code, .title = form::Text::of("ar", code), .accepted = {catalogue::Accepted::upload}});
        }
    }
    form::Field floors{.id = "floors", .type = form::FieldType::number, .label = form::Text::of("ar", "الطوابق"), .required = true};
    form::Field place{.id = "place", .type = form::FieldType::text, .label = form::Text::of("ar", "المكان")};
    form::Field illness{.id = "illness", .type = form::FieldType::text, .label = form::Text::of("ar", "المرض"), .sensitive = true};
    revision->form.pages = {{.id = "works", .title = form::Text::of("ar", "الأشغال"), .fields = {floors, place, illness}}};
    return revision;
}

class Member {
public:
    // `more`: collections of the room under test.
    explicit Member(Instant start = at(tuesday), const std::vector<store::CollectionSpec>& more = {}) : clock(start) {
        std::string name = (std::filesystem::temp_directory_path() / "wasl-dossier-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        keys = std::make_unique<trust::KeyRing>(trust::KeyRing::in_memory("commune-tamri", start).value());
        sealer = std::make_unique<trust::JournalSealer>(*keys, &entropy);
        store::SqliteOptions options;
        options.folder = folder / "store";
        options.schema = member_schema();
        options.schema.collections.insert(options.schema.collections.end(), more.begin(), more.end());
        options.hook = sealer.get();
        options.clock = &clock;
        options.entropy = &entropy;
        options.reserve_bytes = 0;
        options.full_below_bytes = 0;
        options.low_below_bytes = 0;
        auto opened = store::open_sqlite(std::move(options), writers);
        REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().detail));
        store = std::move(*opened);
        service = std::make_unique<Service>(ServicePorts{.member = "commune-tamri", .store = store.get(), .pack = morocco(), .entropy = &entropy, .clock = &clock, .fields = &fields});
    }
    ~Member() {
        store.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    Filing filing(bool complete = true) {
        Filing out;
        out.revision = permit();
        out.applicant = {.person = fatima.id, .name_arabic = "فاطمة الزهراء العمراني", .name_latin = "Fatima Zahra Amrani", .identifier_kind = "cnie", .identifier = "AB123456"};
        out.contact = {.channel = "sms", .address = "c1", .language = "ar"};
        out.office = "urbanisme";
        out.offices = {.appeal = "wilaya", .supervisory = "wilaya"};
        out.level = 2;
        out.answers = {{"floors", 2}, {"place", "حي السلام"}, {"illness", "secretword"}};
        if (complete) out.pieces = {paper("title"), paper("plans")};
        return out;
    }
    Piece paper(const std::string& code) {
        auto piece = service->upload(code, code + ".pdf", "%PDF-1.7 " + code);
        REQUIRE(piece.has_value());
        return *piece;
    }
    FilingDone filed(bool complete = true) { return must(service->file(filing(complete), fatima)); }
    Result<Done> ask(const std::string& id, Command command, const Actor& actor, std::int64_t expected = store::Transaction::any_version) {
        return service->run({.dossier = id, .expected = expected, .command = std::move(command), .actor = actor, .rights = {authority()}});
    }
    Stored get(const std::string& id) { return *must(service->get(id)); }
    void on(Date date, int hour = 10) { clock.set(test::at(date, hour)); }

    // The whole journal audited and every dossier recomputed; the first difference, or "".
    std::string audit() {
        REQUIRE(store->settle().has_value());
        const auto reader = must(store->read());
        Recheck recheck(*reader, *morocco());
        const auto trusted = keys->public_keys();
        trust::AuditOptions options{.member = "commune-tamri", .trust = &trusted};
        options.visit = [&](const store::JournalRow& row) { return recheck.visit(row); };
        const auto report = must(trust::audit(*reader, options));
        if (!report.clean()) return report.findings.front().key + " " + report.findings.front().where + " " + report.findings.front().detail;
        const auto rest = recheck.finish();
        return rest ? "" : rest.error().key + " " + rest.error().detail;
    }

    template <class T>
    static T must(Result<T> result) {
        REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().key + ": " + result.error().detail));
        return std::move(*result);
    }

    ManualClock clock;
    SeededEntropy entropy{7};
    FieldKeys fields = FieldKeys::in_memory(entropy);
    std::filesystem::path folder;
    std::unique_ptr<trust::KeyRing> keys;
    std::unique_ptr<trust::JournalSealer> sealer;
    store::Writers writers{1};
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Service> service;
};

}  // namespace wasl::dossier::test
