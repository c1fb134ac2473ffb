// For tests: a small country on this machine. Two nodes with servers, stores and keys of their own; the tax
// office answers, the commune asks.
#pragma once

#include "exchange/authority.hpp"
#include "exchange/exchange_journal.hpp"
#include "exchange/node.hpp"
#include "exchange/registry_keeper.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "http/testing.hpp"
#include "store/writers.hpp"
#include "trust/keys.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace wasl::exchange::testing {

// A folder that goes with the test.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

struct Member {
    ClientId id;
    std::shared_ptr<const trust::Signer> signer;
    std::unique_ptr<JournalHome> journal;
    Node* node = nullptr;  // which writes there
    [[nodiscard]] ClientId subsystem(const std::string& code) const;
    [[nodiscard]] ServedMember served() const;
};

// The rows of a member's journal: kind and content.
struct Row {
    std::string kind, content;
};
std::vector<Row> rows_of(const Member& member);

// A node with its peer port and its edges.
struct Site {
    NodeId id;
    http::TestIdentity identity;
    std::shared_ptr<http::Client> client;
    std::shared_ptr<const http::TlsContext> tls;
    std::unique_ptr<Node> node;
    std::unique_ptr<http::Server> peer, edge, tls_edge;
    NodeConfiguration configuration;
    void stop();
};

struct Answer {
    int status = 0;
    std::string body, reason;
    std::vector<http::Header> headers;
    [[nodiscard]] std::string header(std::string_view name) const;
};

class Country {
public:
    struct Shape {
        bool one_node = false;       // both members on one node
        const store::Space* disk = nullptr;  // of the commune's journal
        const store::Space* tax_disk = nullptr;
        std::size_t body_limit = 64U << 20U;
        std::function<void(NodeConfiguration&)> configure_tax = {};
    };
    Country() : Country(Shape{}) {}
    explicit Country(const Shape& shape);
    ~Country();

    // The registry as it stands, signed.
    void publish(const std::function<void(Snapshot&)>& change);
    // The same country under a new authority with a key of its own, whose first version is 1.
    void begin_again(const std::function<void(Snapshot&)>& change);
    [[nodiscard]] RegistryView view() const;
    RegistryState state = RegistryState::ok;

    // By the plain edge of the commune's node.
    Answer call(http::Outgoing request);
    Answer get(const std::string& target, std::vector<http::Header> more = {});
    Answer post(const std::string& target, std::string body, std::vector<http::Header> more = {});
    [[nodiscard]] static std::string client() { return "MA/COM/tamri/desk"; }

    Folder folder;
    SystemClock system_clock;
    store::Writers writers;
    std::shared_ptr<const trust::Signer> registry_key;
    std::unique_ptr<RegistryAuthority> authority;
    Member commune, tax;
    Site here, there;                // of the commune, of the tax office
    http::TestIdentity stranger;     // registered nowhere
    std::unique_ptr<http::Server> provider;  // the tax office's information system
    std::function<http::Reply(http::Request&)> answer;  // replaces its answer
    std::atomic<int> provider_calls{0};
    std::unique_ptr<http::Client> outside;

private:
    void open_sites(const Shape& shape);
    void start_provider();
    Site site(NodeId id, const std::vector<Member*>& members, const std::string& name);
    void serve(Site& site, const std::string& name, std::uint16_t* peer_port);
    mutable std::mutex guard_;
    RegistryView view_;
};

// Asks and waits.
Answer ask(http::Client& client, http::Outgoing request);

// What a disk says; change it to fill it.
class ToldSpace final : public store::Space {
public:
    [[nodiscard]] std::optional<std::int64_t> free_bytes(const std::filesystem::path&) const override { return free; }
    std::atomic<std::int64_t> free{1LL << 40};
};

}  // namespace wasl::exchange::testing
