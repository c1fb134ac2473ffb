#include "host.hpp"
#include "national.hpp"

#include "grid/outage.hpp"
#include "grid/readings_kept.hpp"
#include "identity/outbox.hpp"
#include "insight/board.hpp"
#include "member_evidence.hpp"
#include "payments.hpp"
#include "member_grid.hpp"
#include "register/keeper.hpp"
#include "trust/key_files.hpp"
#include "web/kept.hpp"

#include "base/log.hpp"
#include "batch/book.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <map>

namespace wasl::app {

namespace {

using Path = std::filesystem::path;

void append(std::vector<store::CollectionSpec>& to, std::vector<store::CollectionSpec> more) {
    std::ranges::move(more, std::back_inserter(to));
}

// What the acts of a member do in its store, one after the other: an error of any undoes the act.
class MemberActs final : public dossier::Acts {
public:
    explicit MemberActs(std::vector<dossier::Acts*> all) : all_(std::move(all)) {}
    Result<void> done(store::Transaction& tx, const dossier::State& after, std::span<const dossier::Event> events) override {
        for (auto* one : all_) TRY(one->done(tx, after, events));
        return {};
    }

private:
    std::vector<dossier::Acts*> all_;
};

// What a member needs beside its store; kept for the life of the host once made.
struct Runtime {
    std::unique_ptr<trust::KeyRing> keys;
    std::unique_ptr<trust::JournalSealer> sealer;
    std::unique_ptr<dossier::FieldKeys> fields;  // of sensitive answers; null for the host itself
    std::unique_ptr<participation::Voices> voices;  // of who takes part
    std::unique_ptr<MemberGrid> grid;        // its network, where it keeps one
    std::unique_ptr<MemberActs> acts;        // what its dossiers do elsewhere
    std::unique_ptr<web::MemberSite> site;  // null for the host itself
    std::unique_ptr<MemberEvidence> evidence;  // who holds what; of the site
    std::unique_ptr<trust::Cosigner> cosigner;
    Instant used;
};

}  // namespace

store::Schema member_schema() {
    store::Schema schema;
    append(schema.collections, dossier::dossier_collections());
    append(schema.collections, reg::register_collections());
    append(schema.collections, pay::pay_collections());
    append(schema.collections, identity::member_collections());
    append(schema.collections, participation::participation_collections());
    append(schema.collections, trust::trust_collections());
    append(schema.collections, insight::figure_collections());
    append(schema.collections, grid::ledger_collections());
    append(schema.collections, grid::outage_collections());
    append(schema.collections, grid::readings_collections());
    return schema;
}

store::Schema host_schema() {
    store::Schema schema;
    append(schema.collections, identity::host_collections());
    append(schema.collections, batch::batch_collections());
    append(schema.collections, trust::trust_collections());
    schema.collections.push_back(web::kept_collection());
    return schema;
}

struct Host::Impl {
    HostOptions options;
    SystemClock system_clock;
    SystemEntropy system_entropy;
    NodeFile node;
    std::unique_ptr<identity::SecretBox> secrets;
    // Order of destruction matters: stores before the runtimes whose hooks they call, writers last.
    std::mutex guard;
    std::map<std::string, Runtime, std::less<>> runtimes;
    std::map<std::string, store::Store*> beside;  // of others: also_back_up
    std::map<std::string, std::unique_ptr<catalogue::Catalogue>, std::less<>> catalogues;
    std::unique_ptr<store::Reserve> reserve;  // one for all stores of this disk
    std::unique_ptr<store::Writers> writers;
    std::unique_ptr<store::Stores> stores;
    std::unique_ptr<identity::Persons> persons;
    std::unique_ptr<identity::Sessions> sessions;
    std::unique_ptr<identity::Mandates> mandates;
    std::unique_ptr<National> national;
    std::unique_ptr<insight::Board> figures;
    web::Site site;
    std::optional<reg::Keeper> keeper;  // of every member's registers
    std::optional<pay::Demands> demands;  // what their dossiers owe

    [[nodiscard]] Path cosigners() const { return node.cosigners.empty() ? options.data / "cosigner" : options.data / node.cosigners; }
    const Clock& clock() const { return *options.clock; }
    Entropy& entropy() const { return *options.entropy; }

    // Keys and sealer of a member; under `guard`.
    Result<Runtime*> runtime(std::string_view member) {
        if (const auto found = runtimes.find(member); found != runtimes.end()) return &found->second;
        const auto folder = options.data / "keys" / member;
        if (options.without_stores && !trust::has_keys(folder)) {
            return fail(Code::not_found, "host.no-keys", folder.string());
        }
        auto keys = TRY(trust::KeyRing::open_or_create(folder, member, clock().now()));
        Runtime fresh;
        fresh.keys = std::make_unique<trust::KeyRing>(std::move(keys));
        fresh.sealer = std::make_unique<trust::JournalSealer>(*fresh.keys, &entropy());
        return &runtimes.emplace(std::string(member), std::move(fresh)).first->second;
    }

    Result<store::SqliteOptions> store_options(std::string_view member) {
        Runtime* own = nullptr;
        {
            const std::lock_guard lock(guard);
            own = TRY(runtime(member));
        }
        store::SqliteOptions out;
        out.folder = options.data / "store" / member;
        out.schema = member == host_id ? host_schema() : member_schema();
        out.hook = own->sealer.get();
        out.clock = &clock();
        out.entropy = &entropy();
        out.disk = options.disk;
        out.reserve = reserve.get();
        out.reserve_bytes = 0;
        return out;
    }

    Result<void> open_site() {
        auto& host_store = *TRY(stores->at(host_id));
        persons = std::make_unique<identity::Persons>(host_store, *secrets, entropy(), options.codes);
        sessions = std::make_unique<identity::Sessions>(host_store, entropy(), clock());
        mandates = std::make_unique<identity::Mandates>(host_store, entropy());
        site.clock = &clock();
        site.entropy = &entropy();
        site.host_store = &host_store;
        site.persons = persons.get();
        site.sessions = sessions.get();
        site.mandates = mandates.get();
        site.public_url = node.public_url;
        if (node.oidc) {
            national = TRY(National::open(*node.oidc, options.data / "keys", site, *secrets));
            site.national = &national->door();
        }
        return {};
    }
};

Host::Host(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Host::~Host() {
    // Sites hold services over stores; hooks belong to runtimes: first the stores go.
    impl_->stores.reset();
    impl_->writers.reset();
}

void protect_new_files() { ::umask(S_IRWXG | S_IRWXO); }

void protect_data(const Path& data) {
    using std::filesystem::perms;
    protect_new_files();
    const auto owner_only = [](const Path& path, perms rights) {
        std::error_code ignored;  // absent, or another's: who may not change it may not be the owner
        std::filesystem::permissions(path, rights, ignored);
    };
    std::error_code problem;
    for (const auto& folder : {data, data / "store", data / "catalogue"}) {
        if (std::filesystem::is_directory(folder, problem)) owner_only(folder, perms::owner_all);
    }
    for (const auto& store : std::filesystem::directory_iterator(data / "store", problem)) {
        if (!store.is_directory(problem)) continue;
        owner_only(store.path(), perms::owner_all);
        for (const auto& file : std::filesystem::directory_iterator(store.path(), problem)) {
            const auto rights = file.is_directory(problem) ? perms::owner_all : perms::owner_read | perms::owner_write;
            owner_only(file.path(), rights);
        }
    }
}

Result<std::unique_ptr<Host>> Host::open(HostOptions options) {
    protect_data(options.data);
    auto impl = std::make_unique<Impl>();
    impl->options = std::move(options);
    if (impl->options.clock == nullptr) impl->options.clock = &impl->system_clock;
    if (impl->options.entropy == nullptr) impl->options.entropy = &impl->system_entropy;
    const Path& data = impl->options.data;
    impl->node = TRY(read_node(data / "node.toml"));
    impl->site.pack = TRY(jurisdiction::load_pack(impl->options.jurisdiction));
    impl->figures = TRY(insight::Board::open(impl->options.jurisdiction, data, impl->site.pack->calendar()));
    impl->site.figures = impl->figures.get();
    impl->keeper.emplace(impl->site.pack);
    impl->demands.emplace(impl->entropy());
    if (!impl->options.without_stores) {
        impl->secrets = std::make_unique<identity::SecretBox>(
            TRY(identity::SecretBox::open_or_create(data / "keys" / "secret.key", impl->entropy())));
    }
    if (impl->options.reserve_bytes > 0 && !impl->options.without_stores) {
        impl->reserve = std::make_unique<store::Reserve>(data / "store", impl->options.reserve_bytes);
    }
    impl->writers = std::make_unique<store::Writers>(impl->options.writers);
    auto* raw = impl.get();
    impl->stores = std::make_unique<store::Stores>(*impl->writers, [raw](std::string_view member) { return raw->store_options(member); });
    if (!impl->options.without_stores) TRY(impl->open_site());
    auto host = std::unique_ptr<Host>(new Host(std::move(impl)));
    host->impl_->site.members = host.get();
    return host;
}

const std::vector<web::MemberInfo>& Host::all() const { return impl_->node.members; }

const web::MemberInfo* Host::info(std::string_view id) const {
    const auto found = std::ranges::find(impl_->node.members, id, &web::MemberInfo::id);
    return found == impl_->node.members.end() ? nullptr : &*found;
}

Result<web::MemberSite*> Host::at(std::string_view id) {
    auto* site = TRY(at_quietly(id));
    const std::lock_guard lock(impl_->guard);
    impl_->runtimes.find(id)->second.used = impl_->clock().now();
    return site;
}

Instant Host::used(std::string_view id) const {
    const std::lock_guard lock(impl_->guard);
    const auto found = impl_->runtimes.find(id);
    return found == impl_->runtimes.end() ? Instant{} : found->second.used;
}

Result<web::MemberSite*> Host::at_quietly(std::string_view id) {
    const auto* about = info(id);
    if (about == nullptr) return fail(Code::not_found, "web.no-member", std::string(id));
    {
        const std::lock_guard lock(impl_->guard);
        const auto found = impl_->runtimes.find(id);
        if (found != impl_->runtimes.end() && found->second.site != nullptr) return found->second.site.get();
    }
    auto* opened = TRY(impl_->stores->at(id));  // takes the guard itself for keys
    auto* sheets = TRY(catalogue(about->catalogue));
    const std::lock_guard lock(impl_->guard);
    auto* own = TRY(impl_->runtime(id));
    if (own->site == nullptr) {
        auto site = std::make_unique<web::MemberSite>();
        site->info = about;
        site->store = opened;
        site->keys = own->keys.get();
        site->catalogue = sheets;
        dossier::ServicePorts ports;
        ports.member = about->id;
        ports.store = opened;
        ports.pack = impl_->site.pack;
        ports.entropy = &impl_->entropy();
        ports.clock = &impl_->clock();
        own->fields = std::make_unique<dossier::FieldKeys>(
            TRY(dossier::FieldKeys::open_or_create(impl_->options.data / "keys" / about->id, impl_->entropy())));
        ports.fields = own->fields.get();
        own->evidence = std::make_unique<MemberEvidence>(impl_->site, *site);
        ports.evidence = own->evidence.get();
        own->grid = std::make_unique<MemberGrid>(impl_->options.data / "grid" / about->id, impl_->site.pack);
        own->acts = std::make_unique<MemberActs>(std::vector<dossier::Acts*>{&*impl_->keeper, &own->grid->connections(), &*impl_->demands});
        ports.acts = own->acts.get();
        ports.checks = &own->grid->connections();
        site->network = &own->grid->folder();
        site->dossiers = std::make_unique<dossier::Service>(std::move(ports));
        site->payments = std::make_shared<pay::Book>(pay::BookPorts{.member = about->id, .store = opened, .dossiers = site->dossiers.get(),
                                                                    .entropy = &impl_->entropy(), .zone = impl_->site.pack->zone()});
        site->providers = open_providers(impl_->options.data / "keys" / about->id, *about);
        site->staff = std::make_unique<identity::StaffBook>(*opened, about->id, *impl_->secrets, impl_->entropy());
        own->voices = std::make_unique<participation::Voices>(about->id, *impl_->secrets);
        site->forum = std::make_unique<participation::Forum>(
            participation::ForumPorts{.member = about->id, .store = opened, .voices = own->voices.get(), .entropy = &impl_->entropy(), .clock = &impl_->clock()});
        own->site = std::move(site);
    }
    return own->site.get();
}

std::vector<const web::MemberInfo*> Host::with_catalogue(std::string_view name) const {
    std::vector<const web::MemberInfo*> out;
    for (const auto& member : impl_->node.members) {
        if (member.catalogue == name) out.push_back(&member);
    }
    return out;
}

std::vector<std::string> Host::catalogues() const {
    std::vector<std::string> out;
    for (const auto& member : impl_->node.members) {
        if (std::ranges::find(out, member.catalogue) == out.end()) out.push_back(member.catalogue);
    }
    return out;
}

Result<catalogue::Catalogue*> Host::catalogue(std::string_view name) {
    const bool known = std::ranges::any_of(impl_->node.members, [&](const auto& member) { return member.catalogue == name; });
    if (!known) return fail(Code::not_found, "web.no-catalogue", std::string(name));
    const std::lock_guard lock(impl_->guard);
    auto& slot = impl_->catalogues[std::string(name)];
    if (slot == nullptr) slot = TRY(catalogue::Catalogue::open(impl_->options.data / "catalogue" / name));
    return slot.get();
}

web::Site& Host::site() noexcept { return impl_->site; }
std::size_t Host::refresh_catalogues() {
    std::vector<std::pair<std::string, catalogue::Catalogue*>> open;
    {
        const std::lock_guard lock(impl_->guard);
        for (const auto& [name, sheets] : impl_->catalogues) {
            if (sheets != nullptr) open.emplace_back(name, sheets.get());
        }
    }
    std::size_t changed = 0;
    for (const auto& [name, sheets] : open) {
        const auto fresh = sheets->refresh();
        if (!fresh) log::warning("host.catalogue", {{"name", name}, {"key", fresh.error().key}, {"detail", fresh.error().detail}});
        if (!fresh || !*fresh) continue;
        log::info("host.catalogue-changed", {{"name", name}, {"procedures", static_cast<std::int64_t>(sheets->size())}});
        ++changed;
    }
    return changed;
}

std::string Host::cosigner_of(std::string_view id) const {
    if (id != host_id) {
        const auto* about = info(id);
        return about == nullptr ? std::string() : about->cosigner;
    }
    if (!impl_->node.cosigner.empty()) return impl_->node.cosigner;
    for (const auto& member : impl_->node.members) {
        if (!member.cosigner.empty()) return member.cosigner;
    }
    return {};
}

store::Store& Host::host_store() noexcept { return *impl_->site.host_store; }
store::Stores& Host::stores() noexcept { return *impl_->stores; }
const HostOptions& Host::options() const noexcept { return impl_->options; }

void Host::also_back_up(const std::string& name, store::Store* store) {
    const std::lock_guard lock(impl_->guard);
    if (store == nullptr) {
        impl_->beside.erase(name);
    } else {
        impl_->beside[name] = store;
    }
}

std::map<std::string, store::Store*> Host::backed_up_too() const {
    const std::lock_guard lock(impl_->guard);
    return impl_->beside;
}

namespace {

// That a key followed another: for the journal of its member, and for the operator who asked.
Result<json::Object> journal_rotation(store::Store& to, std::string_view use, const std::string& before, const std::string& after) {
    json::Object content{{"use", use}, {"old", before}, {"new", after}};
    TRY(to.run([&](store::Transaction& transaction) -> Result<void> {
        TRY(transaction.append({.chain = "keys", .kind = "keys.rotated", .content = json::write(content)}));
        return {};
    }));
    return content;
}

}  // namespace

Result<void> Host::connect_evidence(std::string_view member, std::shared_ptr<dossier::EvidenceSource> others) {
    TRY(at_quietly(member));
    const std::lock_guard lock(impl_->guard);
    impl_->runtimes.find(member)->second.evidence->others(std::move(others));
    return {};
}

Result<json::Object> Host::rotate_key(std::string_view member, trust::KeyUse use) {
    if (info(member) == nullptr && member != host_id) return fail(Code::not_found, "web.no-member", std::string(member));
    auto* opened = TRY(impl_->stores->at(member));
    const Instant now = impl_->clock().now();
    std::string before, after;
    {
        const std::lock_guard lock(impl_->guard);
        auto& keys = *TRY(impl_->runtime(member))->keys;
        before = TRY(keys.signer(use, now))->public_key().thumbprint();
        TRY(keys.rotate(use, now));
        after = TRY(keys.signer(use, now))->public_key().thumbprint();
    }
    auto content = TRY(journal_rotation(*opened, trust::to_string(use), before, after));
    // A checkpoint signed by a key that the cosigners do not know would be refused by them.
    const auto known = TRY(trust());
    const std::lock_guard lock(impl_->guard);
    for (const auto& [id, own] : impl_->runtimes) {
        if (own.cosigner != nullptr) own.cosigner->trust(known);
    }
    return content;
}

Result<json::Object> Host::make_new_keys_in(std::string_view member, std::string_view address) {
    if (info(member) == nullptr && member != host_id) return fail(Code::not_found, "web.no-member", std::string(member));
    auto* opened = TRY(impl_->stores->at(member));
    {
        const std::lock_guard lock(impl_->guard);
        auto& keys = *TRY(impl_->runtime(member))->keys;
        TRY(keys.make_new_keys_in(address));
    }
    json::Object content{{"place", address.empty() ? "files" : "token"}, {"address", std::string(address)}};
    TRY(opened->run([&](store::Transaction& transaction) -> Result<void> {
        TRY(transaction.append({.chain = "keys", .kind = "keys.place", .content = json::write(content)}));
        return {};
    }));
    return content;
}

Result<json::Object> Host::rotate_field_key(std::string_view member) {
    auto* site = TRY(at_quietly(member));
    std::string before, after;
    {
        const std::lock_guard lock(impl_->guard);
        auto& fields = *impl_->runtimes.find(member)->second.fields;
        before = fields.current();
        TRY(fields.rotate(impl_->entropy()));
        after = fields.current();
    }
    return journal_rotation(*site->store, "answers", before, after);
}

Result<trust::TrustStore> Host::trust() {
    trust::TrustStore all_keys;
    const std::lock_guard lock(impl_->guard);
    for (const auto& member : impl_->node.members) all_keys.add(TRY(impl_->runtime(member.id))->keys->public_keys());
    all_keys.add(TRY(impl_->runtime(host_id))->keys->public_keys());
    for (const auto& [id, own] : impl_->runtimes) {
        if (own.cosigner != nullptr) all_keys.add(own.cosigner->public_key());
    }
    return all_keys;
}

std::vector<Error> Host::open_cosigners() {
    std::vector<std::string> wanted;
    const auto want = [&](std::string by) {
        if (!by.empty() && std::ranges::find(wanted, by) == wanted.end()) wanted.push_back(std::move(by));
    };
    for (const auto& member : impl_->node.members) want(member.cosigner);
    want(cosigner_of(host_id));
    std::vector<Error> failed;
    for (const auto& by : wanted) {
        if (const auto opened = cosigner(by); !opened) failed.push_back(opened.error());
    }
    return failed;
}

Result<trust::Cosigner*> Host::cosigner(std::string_view member) {
    trust::TrustStore known = TRY(trust());
    const std::lock_guard lock(impl_->guard);
    auto* own = TRY(impl_->runtime(member));
    if (own->cosigner == nullptr) {
        const auto folder = impl_->cosigners() / member;
        if (impl_->options.without_stores && !trust::has_cosigner(folder)) {
            return fail(Code::not_found, "host.no-cosigner", folder.string());
        }
        own->cosigner = TRY(trust::Cosigner::open_or_create(folder, std::string(member),
                                                            std::move(known), impl_->clock().now()));
    }
    return own->cosigner.get();
}

}  // namespace wasl::app
