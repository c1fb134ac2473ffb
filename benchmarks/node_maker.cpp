// uses: web
// A data folder for the benchmarks: members that share one catalogue, its sheets, and persons who are signed in.
//   node_maker DATA [--members N] [--persons N] [--sheets N] [--procedures DIR] [--pack DIR]
// Writes DATA/node.toml and DATA/lines.txt, one "TOKEN MEMBER" a line: a session and where its person files.
#include "base/ids.hpp"
#include "catalogue/catalogue.hpp"
#include "catalogue/loader.hpp"
#include "dossier/service.hpp"
#include "identity/persons.hpp"
#include "identity/sessions.hpp"
#include "store/sqlite.hpp"
#include "trust/journal_sealer.hpp"
#include "web/kept.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace wasl;

[[noreturn]] void die(const std::string& why) {
    fmt::print(stderr, "node_maker: {}\n", why);
    std::exit(1);
}

template <class T>
T must(Result<T> result) {
    if (!result) die(result.error().key + ": " + result.error().detail);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Settings {
    std::filesystem::path data, procedures = "benchmarks/procedures", pack = "jurisdictions/ma";
    std::size_t members = 1, persons = 200, sheets = 1;
};

Settings read_arguments(int count, char** words) {
    Settings out;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (!word.starts_with("--")) {
            out.data = word;
            continue;
        }
        if (++i == count) die("option without value: " + word);
        const std::string value = words[i];
        if (word == "--members") out.members = std::stoul(value);
        else if (word == "--persons") out.persons = std::stoul(value);
        else if (word == "--sheets") out.sheets = std::stoul(value);
        else if (word == "--procedures") out.procedures = value;
        else if (word == "--pack") out.pack = value;
        else die("unknown option " + word);
    }
    if (out.data.empty()) die("usage: node_maker DATA [--members N] [--persons N] [--sheets N] [--procedures DIR] [--pack DIR]");
    return out;
}

std::string member_name(std::size_t n) { return fmt::format("bench-{:04}", n); }

void write_node(const Settings& settings) {
    std::filesystem::create_directories(settings.data);
    std::ofstream out(settings.data / "node.toml");
    for (std::size_t n = 0; n < settings.members; ++n) {
        out << fmt::format("[[member]]\nid = \"{}\"\nname = {{ ar = \"جماعة {}\", fr = \"Commune {}\" }}\nkind = \"commune\"\n"
                           "catalogue = \"bench\"\nsupervisory = \"recours\"\nappeal = \"recours\"\n\n"
                           "[[member.office]]\ncode = \"accueil\"\nname = {{ ar = \"مكتب الاستقبال\", fr = \"Accueil\" }}\n\n"
                           "[[member.office]]\ncode = \"recours\"\nname = {{ ar = \"الطعون\", fr = \"Recours\" }}\nprocedures = [\"-\"]\n\n",
                           member_name(n), n, n);
    }
}

// The procedure with sixteen questions, and as many others like it as are wanted, each with words of its own.
void publish(const Settings& settings) {
    const auto pack = must(jurisdiction::load_pack(settings.pack));
    const Date today = pack->zone().date_at(SystemClock().now());
    std::vector<catalogue::Revision> revisions;
    for (const auto& folder : catalogue::procedure_folders(settings.procedures)) {
        const auto loaded = catalogue::load_procedure(folder, pack.get(), today);
        for (const auto& finding : loaded.diagnostics) fmt::print(stderr, "{}\n", finding.text());
        if (loaded.revision == nullptr) die("no procedure in " + folder.string());
        revisions.push_back(*loaded.revision);
    }
    if (revisions.empty()) die("no procedure below " + settings.procedures.string());
    const auto model = revisions.front();
    while (revisions.size() < settings.sheets) {
        auto sheet = model;
        const auto n = revisions.size();
        sheet.id = fmt::format("sheet-{:05}", n);
        sheet.title.set("ar", fmt::format("رخصة استغلال محل من الصنف {}", n), form::TextState::reviewed);
        sheet.title.set("fr", fmt::format("Autorisation d’exploiter un local de la catégorie {}", n), form::TextState::reviewed);
        // Through the canonical form: the hash is the content's.
        revisions.push_back(*must(catalogue::revision_from_json(catalogue::canonical(sheet))));
    }
    const auto sheets = must(catalogue::Catalogue::open(settings.data / "catalogue" / "bench"));
    must(sheets->publish(revisions));
}

store::Schema host_schema() {
    store::Schema schema;
    const auto add = [&](std::vector<store::CollectionSpec> more) { std::ranges::move(more, std::back_inserter(schema.collections)); };
    add(identity::host_collections());
    add(trust::trust_collections());
    schema.collections.push_back(web::kept_collection());
    return schema;
}

void sign_in_everybody(const Settings& settings) {
    SystemClock clock;
    SystemEntropy entropy;
    const auto keys = must(trust::KeyRing::open_or_create(settings.data / "keys" / "host", "host", clock.now()));
    trust::JournalSealer sealer(keys, &entropy);
    const auto secrets = must(identity::SecretBox::open_or_create(settings.data / "keys" / "secret.key", entropy));
    store::Writers writers(1);
    store::SqliteOptions options;
    options.folder = settings.data / "store" / "host";
    options.schema = host_schema();
    options.hook = &sealer;
    options.clock = &clock;
    options.entropy = &entropy;
    options.reserve_bytes = 0;
    const auto opened = must(store::open_sqlite(std::move(options), writers));
    identity::Persons persons(*opened, secrets, entropy);
    identity::Sessions sessions(*opened, entropy, clock);
    std::ofstream lines(settings.data / "lines.txt");
    for (std::size_t n = 0; n < settings.persons; ++n) {
        identity::Person person;
        person.name = {"فاطمة الزهراء", "العمراني", "Fatima Zahra", "Amrani"};
        person.birth = "1990-05-12";
        person.document_kind = "cnie";
        person.document_number = fmt::format("BE{:06}", n);
        person.phone = fmt::format("+2126{:08}", n);
        person.language = "fr";
        const auto member = member_name(n % settings.members);
        const identity::CounterCheck check{member, "accueil", "bench", "cnie", person.document_number, clock.now()};
        const auto enrolled = must(persons.enrol_at_counter(person, check));
        must(persons.note_member(enrolled.id, member));
        lines << must(sessions.begin(identity::ActorKind::person, enrolled.id, "", "bench")) << ' ' << member << '\n';
    }
    must(opened->settle());
}

}  // namespace

int main(int count, char** words) {
    const auto settings = read_arguments(count, words);
    write_node(settings);
    publish(settings);
    sign_in_everybody(settings);
    fmt::print("{} members, {} sheets, {} persons signed in\n", settings.members, settings.sheets, settings.persons);
}
