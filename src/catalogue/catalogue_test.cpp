#include "catalogue/catalogue.hpp"

#include "base/clock.hpp"
#include "catalogue/loader.hpp"

#include <doctest/doctest.h>
#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

using namespace wasl;
using namespace wasl::catalogue;
namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path = fs::temp_directory_path() / ("wasl-catalogue-test-" + std::to_string(::getpid()));
    Folder() { fs::remove_all(path); }
    ~Folder() { fs::remove_all(path); }
};

Revision make(std::string id, std::string ar, std::string fr, std::string description = "وصف") {
    Revision out;
    out.id = std::move(id);
    out.title.set("ar", std::move(ar), TextState::reviewed);
    out.title.set("fr", std::move(fr), TextState::reviewed);
    out.description = Text::of("ar", std::move(description));
    out.authority = Text::of("ar", "الجماعة");
    out.delay.cases.push_back({30, DelayUnit::day, false, {}, {}});
    return out;
}

std::unique_ptr<Catalogue> open(const fs::path& folder) {
    auto catalogue = Catalogue::open(folder);
    REQUIRE(catalogue.has_value());
    return std::move(*catalogue);
}

std::vector<std::string> ids(const std::vector<Summary>& found) {
    std::vector<std::string> out;
    for (const auto& summary : found) {
        out.push_back(summary.id);
    }
    return out;
}

std::string bytes_of(const fs::path& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

}  // namespace

TEST_CASE("an empty catalogue opens, holds nothing and finds nothing") {
    const Folder folder;
    const auto catalogue = open(folder.path);
    CHECK(catalogue->size() == 0);
    CHECK(catalogue->search("رخصة", "ar").empty());
    const auto nothing = catalogue->find("x");
    REQUIRE(nothing.has_value());
    CHECK_FALSE(*nothing);
}

TEST_CASE("sheets are grouped by the life events they belong to, after a restart too") {
    const Folder folder;
    auto birth = make("birth-extract", "رسم الولادة", "Extrait");
    birth.life_events = {LifeEvent::birth};
    auto trade = make("trade", "مقاولة", "Commerce");
    trade.life_events = {LifeEvent::work, LifeEvent::company};
    auto late = make("work-permit", "رخصة", "Permis");
    late.life_events = {LifeEvent::work};
    {
        const auto catalogue = open(folder.path);
        REQUIRE(catalogue->publish(std::vector{birth, trade, late, make("other", "أخرى", "Autre")}));
    }
    const auto catalogue = open(folder.path);
    CHECK(ids(catalogue->list(LifeEvent::birth, 0, 10, "fr")) == std::vector<std::string>{"birth-extract"});
    CHECK(ids(catalogue->list(LifeEvent::work, 0, 10, "fr")) == std::vector<std::string>{"trade", "work-permit"});
    CHECK(ids(catalogue->list(LifeEvent::work, 1, 10, "fr")) == std::vector<std::string>{"work-permit"});
    CHECK(catalogue->size(LifeEvent::company) == 1);
    CHECK(catalogue->size(LifeEvent::death) == 0);
    const auto found = catalogue->find("trade").value();
    CHECK(found->life_events == trade.life_events);
    CHECK(revision_from_json(canonical(*found)).value()->hash == found->hash);
}

TEST_CASE("every life event is read back by its name") {
    for (std::size_t i = 0; i < life_event_count; ++i) {
        const auto event = static_cast<LifeEvent>(i);
        CHECK(life_event_from(to_string(event)) == event);
    }
    CHECK_FALSE(life_event_from("feast"));
}

TEST_CASE("a dossier stays on the revision under which it was filed") {
    const Folder folder;
    auto catalogue = open(folder.path);
    const std::vector<Revision> first{make("permit", "رخصة", "Permis")};
    REQUIRE(catalogue->publish(first).has_value());
    const Digest old = (*catalogue->find("permit"))->hash;
    const std::vector<Revision> second{make("permit", "رخصة جديدة", "Permis nouveau")};
    REQUIRE(catalogue->publish(second).has_value());
    CHECK((*catalogue->find("permit"))->title.in("ar") == "رخصة جديدة");
    CHECK((*catalogue->revision(old))->title.in("ar") == "رخصة");
    CHECK(catalogue->size() == 1);
    catalogue = open(folder.path);
    CHECK((*catalogue->find("permit"))->title.in("ar") == "رخصة جديدة");
    CHECK((*catalogue->revision(old))->hash == old);
}

TEST_CASE("publishing the same content again changes nothing") {
    const Folder folder;
    const auto catalogue = open(folder.path);
    const std::vector<Revision> one{make("permit", "رخصة", "Permis")};
    REQUIRE(catalogue->publish(one).has_value());
    const std::string log = bytes_of(folder.path / "published.log");
    REQUIRE(catalogue->publish(one).has_value());
    CHECK(bytes_of(folder.path / "published.log") == log);
}

TEST_CASE("a damaged or missing catalogue.bin is compiled again; a damaged revision is named") {
    const Folder folder;
    {
        const std::vector<Revision> two{make("permit", "رخصة", "Permis"), make("other", "شهادة السكنى", "Certificat")};
        REQUIRE(open(folder.path)->publish(two).has_value());
    }
    const fs::path compiled = folder.path / "catalogue.bin";
    const std::string good = bytes_of(compiled);
    for (const std::size_t at : {std::size_t{0}, std::size_t{9}, std::size_t{60}, good.size() / 2, good.size() - 1}) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x41);
        std::ofstream(compiled, std::ios::binary) << bad;
        CHECK(open(folder.path)->size() == 2);
        CHECK(bytes_of(compiled) == good);
    }
    std::ofstream(compiled, std::ios::binary) << good.substr(0, 50);
    CHECK(open(folder.path)->size() == 2);
    fs::remove(compiled);
    CHECK(ids(open(folder.path)->search("السكني", "ar")) == std::vector<std::string>{"other"});
    std::ofstream(folder.path / "published.log", std::ios::app) << "torn 0123";  // never finished, so never published
    CHECK(open(folder.path)->size() == 2);

    for (const auto& entry : fs::directory_iterator(folder.path / "revisions")) {
        std::ofstream(entry.path(), std::ios::app) << " ";
    }
    const auto catalogue = open(folder.path);
    const auto damaged = catalogue->find("permit");
    REQUIRE_FALSE(damaged.has_value());
    CHECK(damaged.error().key == "catalogue.corrupt");
}

TEST_CASE("search finds folded and stemmed words of every language, titles first, and unfinished words") {
    const Folder folder;
    const auto catalogue = open(folder.path);
    const std::vector<Revision> sheets{make("residence", "شهادة السُّكنى", "Certificat de résidence"),
                                       make("permit", "رخصة البناء", "Permis de construire", "تطلب معها شهادة السكنى"),
                                       make("birth", "نسخة موجزة من رسم الولادة", "Extrait d'acte de naissance"),
                                       make("driving", "رخصة السياقة", "Permis de conduire")};
    REQUIRE(catalogue->publish(sheets).has_value());
    CHECK(ids(catalogue->search("السكنى", "ar")) == std::vector<std::string>{"residence", "permit"});
    CHECK(ids(catalogue->search("شهاده السكني", "ar"))[0] == "residence");
    CHECK(ids(catalogue->search("CERTIFICAT residence", "fr"))[0] == "residence");
    CHECK(ids(catalogue->search("naissances", "fr")) == std::vector<std::string>{"birth"});
    CHECK(ids(catalogue->search("الولاد", "ar")) == std::vector<std::string>{"birth"});
    CHECK(ids(catalogue->search("permis const", "fr"))[0] == "permit");
    CHECK(catalogue->search("permis", "fr").size() == 2);
    CHECK(catalogue->search("permis", "fr")[0].title.starts_with("Permis"));
    CHECK(catalogue->search("permis", "en")[0].language == "ar");
    CHECK(catalogue->search("xyzzy", "fr").empty());
    CHECK(catalogue->search("", "fr").empty());
    CHECK(catalogue->search("\xff\xfe\" OR *", "fr").empty());
    CHECK(catalogue->search("permis", "fr", 1).size() == 1);
}

TEST_CASE("any damage of the index bytes is refused or harmless") {
    const std::vector<SearchDocument> documents{{"permis de construire", "texte", "plan"}, {"acte de naissance", "autre", "carte"}};
    const std::string good = build_index(documents);
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const int flip : {0x01, 0x80}) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ flip);
            if (const auto index = SearchIndex::open(bad)) {
                (void)index->search("permis naiss", 10);
            }
        }
    }
    for (std::size_t size = 0; size < good.size(); ++size) {
        CHECK_FALSE(SearchIndex::open(std::string_view(good).substr(0, size)).has_value());
    }
}

TEST_CASE("readers go on while a publish swaps the catalogue") {
    const Folder folder;
    const auto catalogue = open(folder.path);
    const std::vector<Revision> one{make("permit", "رخصة", "Permis")};
    REQUIRE(catalogue->publish(one).has_value());
    std::atomic<bool> stop = false;
    std::atomic<int> wrong = 0;
    std::thread reader([&] {
        while (!stop) {
            const auto found = catalogue->find("permit");
            wrong += found && *found && !catalogue->search("permis", "fr").empty() ? 0 : 1;
        }
    });
    for (int i = 0; i < 20; ++i) {
        const std::vector<Revision> next{make("permit", "رخصة " + std::to_string(i), "Permis")};
        CHECK(catalogue->publish(next).has_value());
    }
    stop = true;
    reader.join();
    CHECK(wrong == 0);
}

TEST_CASE("three thousand sheets start in under a second") {
    const Folder folder;
    {
        std::vector<Revision> many;
        for (int i = 0; i < 3000; ++i) {
            many.push_back(make("sheet-" + std::to_string(i), "رخصة رقم " + std::to_string(i) + " للنشاط التجاري", "Permis numéro " + std::to_string(i),
                                "وصف طويل لمسطرة إدارية تطلب فيها وثائق متعددة من طرف المرتفق لدى الجماعة الترابية"));
        }
        REQUIRE(open(folder.path)->publish(many).has_value());
    }
    const SystemClock clock;
    const auto before = clock.monotonic_micros();
    const auto catalogue = open(folder.path);
    CHECK(clock.monotonic_micros() - before < 1'000'000);
    CHECK(catalogue->size() == 3000);
    CHECK(catalogue->search("permis 2718", "fr", 5)[0].id == "sheet-2718");
    CHECK(catalogue->list(2990, 100, "ar").size() == 10);
}
