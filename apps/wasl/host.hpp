// One host: a data folder with its members, their stores, keys and catalogues, opened on first use.
//
//   DATA/node.toml            who is hosted here (written by hand or by `wasl serve --demo`)
//   DATA/store/MEMBER/        the member's store; DATA/store/host/ persons and sessions  — backed up
//   DATA/catalogue/NAME/      published procedures                                      — backed up
//   DATA/grid/MEMBER/         networks of a utility, and which is in force              — backed up
//   DATA/keys/MEMBER/         private keys, mode 0600                                   — never in a backup
//   DATA/cosigner/MEMBER/     what that member, as a cosigner of others, last saw       — never in a backup; on
//                             another disk or share when node.toml says `cosigners = "FOLDER"`
//   DATA/control/             requests of the operator to the running server
#pragma once

#include "base/clock.hpp"
#include "identity/oidc_config.hpp"
#include "store/stores.hpp"
#include "trust/cosign.hpp"
#include "trust/journal_sealer.hpp"
#include "web/site.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

struct NodeFile {
    std::vector<web::MemberInfo> members;
    std::string public_url;  // may be empty: from the listening address
    std::string cosigner;    // member that cosigns the host's own journal; none: the first that cosigns another
    std::string cosigners;   // folder of the cosigners' keys and memories; empty: DATA/cosigner
    std::optional<identity::OidcConfig> oidc;  // the national identity; none: people sign in with codes alone
};
// Keys "node.missing", "node.malformed" (detail: "node.toml:LINE: why").
Result<NodeFile> read_node(const std::filesystem::path& file);
Result<NodeFile> parse_node(std::string_view text, std::string_view file_name);
// Everything wrong with the file, a line each ("FILE:LINE: why"), for `wasl check`.
std::vector<std::string> node_findings(const std::filesystem::path& file);

// What this process makes from here on is its owner's alone: files 0600, folders 0700 (its umask).
void protect_new_files();
// The same, and the data folder, its stores and their files are set so where they were made otherwise.
void protect_data(const std::filesystem::path& data);

struct HostOptions {
    std::filesystem::path data;
    std::filesystem::path jurisdiction;  // folder of the pack
    const Clock* clock = nullptr;        // none: the system's
    Entropy* entropy = nullptr;          // none: the system's
    const store::Space* disk = nullptr;  // none: the system's
    int writers = 2;
    // A new store's reserve (bytes); 0 for demonstrations and tests.
    std::int64_t reserve_bytes = 64LL << 20U;
    identity::CodeRules codes;           // limits of one-time codes
    // Tools beside a running server look at keys and catalogues only: no store is opened, and no key is made (keys
    // "host.no-keys", "host.no-cosigner" where there are none, as in a restored backup).
    bool without_stores = false;
};

class Host final : public web::Members {
public:
    static Result<std::unique_ptr<Host>> open(HostOptions options);
    ~Host() override;

    [[nodiscard]] const std::vector<web::MemberInfo>& all() const override;
    [[nodiscard]] const web::MemberInfo* info(std::string_view id) const override;
    Result<web::MemberSite*> at(std::string_view id) override;
    // The same for the caretaker, whose own visits do not count as use.
    Result<web::MemberSite*> at_quietly(std::string_view id);
    // When pages last asked for that member; the epoch when never.
    [[nodiscard]] Instant used(std::string_view id) const;
    [[nodiscard]] std::vector<const web::MemberInfo*> with_catalogue(std::string_view catalogue) const override;
    [[nodiscard]] std::vector<std::string> catalogues() const override;
    Result<catalogue::Catalogue*> catalogue(std::string_view name) override;

    [[nodiscard]] web::Site& site() noexcept;
    [[nodiscard]] store::Store& host_store() noexcept;
    [[nodiscard]] store::Stores& stores() noexcept;
    // Which member cosigns that journal (a member's or the host's); empty: none.
    [[nodiscard]] std::string cosigner_of(std::string_view id) const;
    // The member's cosigner of other members' journals; its folder is apart from the data it signs for.
    Result<trust::Cosigner*> cosigner(std::string_view member);
    // Every cosigner that node.toml names, opened: its key counts even before it has signed anything in
    // this process. Those that could not be (an absent folder, as in a restored backup) are returned.
    std::vector<Error> open_cosigners();
    // Public keys of all members of this host, open cosigners included: `wasl trust export`.
    Result<trust::TrustStore> trust();
    // What another process has published in the folder of an open catalogue is taken over; how many catalogues changed.
    std::size_t refresh_catalogues();
    // From now on the dossiers of that member ask the holders that this source knows, beside its own registers;
    // null before what it stands on goes.
    Result<void> connect_evidence(std::string_view member, std::shared_ptr<dossier::EvidenceSource> others);
    // A new key of that use signs from now on; journaled in the member's store, and told to the cosigners.
    Result<json::Object> rotate_key(std::string_view member, trust::KeyUse use);
    // Its keys made from now on are made in that token (an RFC 7512 address), or in files when it is empty; journaled.
    Result<json::Object> make_new_keys_in(std::string_view member, std::string_view address);
    // The same for the key that seals sensitive answers; those sealed before stay readable.
    Result<json::Object> rotate_field_key(std::string_view member);
    // Stores beside the members' own that a backup takes along (exchange journals), by name; null takes one out.
    void also_back_up(const std::string& name, store::Store* store);
    [[nodiscard]] std::map<std::string, store::Store*> backed_up_too() const;
    [[nodiscard]] const HostOptions& options() const noexcept;

private:
    struct Impl;
    explicit Host(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// Schema of a member's store and of the host's own: what every command that opens one must agree on.
store::Schema member_schema();
store::Schema host_schema();

inline constexpr std::string_view host_id = "host";

}  // namespace wasl::app
