// The queue as CSV or XLSX: one journal entry, every row in scope, in bounded memory however slow the reader is.
#include "web/desk_rows.hpp"
#include "web/export_file.hpp"

#include "base/log.hpp"

#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace wasl::web::desk {

namespace {

using Cells = std::vector<std::string>;

// Between the thread that walks the dossiers and the pool job that sends: a few hundred rows wait, no more.
class ExportPipe {
public:
    // False when the reader has gone.
    bool push(Cells row) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return rows_.size() < room || closed_; });
        if (closed_) return false;
        rows_.push_back(std::move(row));
        changed_.notify_all();
        return true;
    }
    void end(Result<void> result) {
        const std::scoped_lock lock(mutex_);
        result_ = std::move(result);
        ended_ = true;
        changed_.notify_all();
    }
    void close() {
        const std::scoped_lock lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }
    // What is there now; empty after the last row.
    Result<std::vector<Cells>> take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !rows_.empty() || ended_; });
        if (rows_.empty() && !result_) return std::unexpected(result_.error());
        std::vector<Cells> out;
        out.swap(rows_);
        changed_.notify_all();
        return out;
    }

private:
    static constexpr std::size_t room = 500;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Cells> rows_;
    Result<void> result_;
    bool ended_ = false, closed_ = false;
};

// Words that an export needs, said once: the walk runs after the visit is over.
struct ExportWords {
    Cells head;
    std::array<std::string, dossier::phase_count> phases;
    std::array<std::string, dossier::outcome_count> outcomes;
    std::vector<std::pair<std::string, std::string>> offices, staff;
    std::shared_ptr<const jurisdiction::Pack> pack;
};

std::string word_for(const std::vector<std::pair<std::string, std::string>>& words, const std::string& code) {
    for (const auto& [key, word] : words) {
        if (key == code) return word;
    }
    return code;
}

ExportWords export_words(const Visit& visit, const MemberSite& member) {
    ExportWords out;
    for (const std::string_view key : {"common.reference", "desk.queue.procedure", "desk.queue.applicant", "desk.fact.office", "common.status",
                                       "desk.register.received", "desk.queue.due", "desk.dossier.proposal", "desk.queue.assigned"}) {
        out.head.push_back(visit.say(key));
    }
    for (std::size_t i = 0; i < out.phases.size(); ++i) out.phases[i] = phase_word(visit, static_cast<dossier::Phase>(i));
    for (std::size_t i = 0; i < out.outcomes.size(); ++i) out.outcomes[i] = outcome_word(visit, static_cast<dossier::Outcome>(i));
    for (const auto& office : member.info->offices) out.offices.emplace_back(office.code, office.name.in(visit.tag()));
    if (const auto all = member.staff->all()) {
        for (const auto& staff : *all) out.staff.emplace_back(staff.id, staff_name(visit, staff));
    }
    out.pack = visit.site->pack;
    return out;
}

Cells export_row(const ExportWords& words, const dossier::Summary& row) {
    const auto& zone = words.pack->zone();
    return {row.reference, row.title, row.applicant, word_for(words.offices, row.office), words.phases[static_cast<std::size_t>(row.phase)],
            zone.date_at(row.received).iso(), row.due ? zone.date_at(row.due->plus_micros(-1)).iso() : "",
            row.proposed ? words.outcomes[static_cast<std::size_t>(*row.proposed)] : "", row.assigned.empty() ? "" : word_for(words.staff, row.assigned)};
}

// The walk in a thread of its own, ended with the reply or with the reader.
class ExportWalk {
public:
    ExportWalk(dossier::Service& dossiers, dossier::ListQuery query, dossier::Actor actor, ExportWords words)
        : words_(std::move(words)), thread_([this, &dossiers, query = std::move(query), actor = std::move(actor)] { walk(dossiers, query, actor); }) {}
    ~ExportWalk() { pipe_.close(); }
    ExportWalk(const ExportWalk&) = delete;
    ExportWalk& operator=(const ExportWalk&) = delete;
    Result<std::vector<Cells>> take() { return pipe_.take(); }
    [[nodiscard]] const Cells& head() const { return words_.head; }

private:
    void walk(dossier::Service& dossiers, const dossier::ListQuery& query, const dossier::Actor& actor) {
        Result<void> result;
        try {
            const auto count = dossiers.each(query, actor, [&](const dossier::Summary& row) -> Result<void> {
                if (!pipe_.push(export_row(words_, row))) return fail(Code::unavailable, "store.closed", "the reader has gone");
                return {};
            });
            if (!count) result = std::unexpected(count.error());
        } catch (const std::exception& problem) {
            log::error("web.defect", {{"what", problem.what()}});
            result = fail(Code::internal, "web.defect", problem.what());
        }
        pipe_.end(std::move(result));
    }

    ExportPipe pipe_;
    ExportWords words_;
    std::jthread thread_;  // last: joined first, after close()
};

Result<ExportList> export_list(Visit& visit) {
    auto* member = TRY(enter(visit));
    const auto offices = TRY(offices_of_agent(visit));
    auto query = queue_query(visit, offices);
    query.after.clear();
    auto walk = std::make_shared<ExportWalk>(*member->dossiers, std::move(query), reader_of_list(visit, offices, "desk.purpose.export"),
                                             export_words(visit, *member));
    return ExportList{"wasl", walk->head(), [walk] { return walk->take(); }};
}

Result<http::Response> export_csv(Visit& visit) { return csv_file(TRY(export_list(visit))); }

Result<http::Response> export_xlsx(Visit& visit) { return xlsx_file(TRY(export_list(visit)), visit.language); }

}  // namespace

void add_export(http::Router& router, Site& site) {
    get_slow(router, site, "/desk/{member}/export.csv", Door::staff, export_csv);
    get_slow(router, site, "/desk/{member}/export.xlsx", Door::staff, export_xlsx);
}

}  // namespace wasl::web::desk
