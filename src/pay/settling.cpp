// Day-end with a provider: its file against what it told us.
#include "pay/impl/booking.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <set>

namespace wasl::pay {

namespace {

constexpr std::size_t most_waiting = 100'000;

// A line of the comparison with what it is about.
struct Compared {
    SettlementLine line;
    std::optional<Notice> notice;
    std::optional<Refund> refund;
    SettlementRow row;
};

Result<Compared> compare_refund(store::Reader& reader, std::string_view provider, const SettlementRow& row) {
    Compared out{.line = {.state = "unknown-refund", .transaction = row.transaction, .reference = row.reference, .expected = {}, .received = row.amount, .code = {}},
                 .notice = {}, .refund = TRY(find_record_by<Refund>(reader, rows::refunds, "voucher", row.transaction)), .row = row};
    if (!out.refund || out.refund->provider != provider) {
        out.refund.reset();
        return out;
    }
    out.line.expected = -out.refund->amount;
    out.line.state = !out.refund->settlement.empty() ? "settled-before" : *out.line.expected == *row.amount ? "matched" : "amount-differs";
    return out;
}

Result<Compared> compare_row(store::Reader& reader, std::string_view provider, const SettlementRow& row) {
    if (row.amount && *row.amount < Money()) return compare_refund(reader, provider, row);
    Compared out{.line = {.state = "malformed", .transaction = row.transaction, .reference = row.reference, .expected = {}, .received = row.amount, .code = {}},
                 .notice = {}, .refund = {}, .row = row};
    if (!row.amount || row.amount->is_zero()) return out;
    out.notice = TRY(find_record<Notice>(reader, rows::notices, std::string(provider) + "/" + row.transaction));
    if (!out.notice || !out.notice->successful) {
        out.line.state = "not-notified";
        return out;
    }
    out.line.reference = out.notice->reference;
    out.line.expected = out.notice->amount;
    out.line.code = out.notice->code;
    out.line.state = !out.notice->settlement.empty() ? "settled-before" : out.notice->amount == *row.amount ? "matched" : "amount-differs";
    return out;
}

// What the file should have named and did not, so far.
Result<void> add_waiting(store::Reader& reader, std::string_view provider, const std::set<std::string>& named, std::vector<Compared>& out) {
    const auto waiting = TRY(find_records<Notice>(reader, {.collection = std::string(rows::notices), .index = "unsettled", .equal = {provider}}, most_waiting));
    for (const auto& notice : waiting) {
        if (named.contains(notice.transaction)) continue;
        out.push_back({.line = {.state = "not-settled", .transaction = notice.transaction, .reference = notice.reference, .expected = notice.amount, .received = {}, .code = notice.code},
                       .notice = {}, .refund = {}, .row = {}});
    }
    const auto given = TRY(find_records<Refund>(reader, {.collection = std::string(rows::refunds), .index = "unsettled", .equal = {provider}}, most_waiting));
    for (const auto& refund : given) {
        if (named.contains(refund.voucher)) continue;
        out.push_back({.line = {.state = "not-settled", .transaction = refund.voucher, .reference = refund.reference, .expected = -refund.amount, .received = {}, .code = {}},
                       .notice = {}, .refund = {}, .row = {}});
    }
    return {};
}

Result<std::vector<Compared>> compare_all(store::Reader& reader, std::string_view provider, const std::vector<SettlementRow>& rows) {
    std::vector<Compared> out;
    std::set<std::string> named;
    for (const auto& row : rows) {
        auto compared = TRY(compare_row(reader, provider, row));
        if (row.amount && !named.insert(row.transaction).second) {
            compared = {.line = {.state = "repeated", .transaction = row.transaction, .reference = row.reference, .expected = {}, .received = row.amount, .code = {}},
                        .notice = {}, .refund = {}, .row = row};
        }
        out.push_back(std::move(compared));
    }
    TRY(add_waiting(reader, provider, named, out));
    return out;
}

// Whether the money of the line counts: once, and only where it is known what it is for.
bool counts(const SettlementLine& line) { return line.state == "matched" || line.state == "amount-differs" || line.state == "not-notified"; }

Settlement summary(std::string_view provider, std::string_view csv, const std::vector<Compared>& compared) {
    Settlement out;
    out.id = sha256(std::string(provider) + "\n", csv).hex().substr(0, 16);
    out.provider = provider;
    for (const auto& each : compared) {
        out.lines.push_back(each.line);
        const bool booked = counts(each.line);
        if (each.line.expected && (booked || each.line.state == "not-settled")) out.expected += *each.line.expected;
        if (each.line.received && booked) out.received += *each.line.received;
    }
    return out;
}

// One line booked: what the provider owed us for it, and what it gave.
Result<void> settle_line(store::Transaction& tx, const BookPorts& ports, Compared& each, const Settlement& file, Legs& legs) {
    auto& line = each.line;
    if (!counts(line)) return {};
    if (line.state == "not-notified") {
        const Told told{.transaction = each.row.transaction, .attempt = {}, .reference = each.row.reference, .amount = *each.row.amount, .successful = true};
        line.code = TRY(take_told(tx, ports, file.provider, told, true)).code;
        each.notice = TRY(find_record<Notice>(tx, rows::notices, file.provider + "/" + told.transaction));
        line.reference = each.notice->reference;
    }
    const Money owed = each.refund ? -each.refund->amount : each.notice->amount;
    legs[0].amount -= owed;
    legs[1].amount += *line.received;
    legs[2].amount += owed - *line.received;
    if (each.refund) {
        each.refund->settlement = file.id;
        return put(tx, *each.refund);
    }
    each.notice->settlement = file.id;
    each.notice->settled = *line.received;
    return put(tx, *each.notice);
}

}  // namespace

Result<Settlement> Book::compare(store::Reader& reader, std::string_view provider, std::string_view csv) {
    const auto read = TRY(read_settlement(csv));
    const auto compared = TRY(compare_all(reader, provider, read));
    return summary(provider, csv, compared);
}

Result<Settlement> Book::settle(std::string_view provider, std::string name, std::string_view csv, const Hand& by) {
    const auto read = TRY(read_settlement(csv));
    Settlement out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        auto compared = TRY(compare_all(tx, provider, read));
        out = summary(provider, csv, compared);
        if (auto before = TRY(find_record<Settlement>(tx, rows::settlements, out.id))) {
            out = std::move(*before);
            return {};
        }
        Legs legs{{provider_account(provider), {}}, {"bank", {}}, {"difference", {}}};
        for (std::size_t i = 0; i < compared.size(); ++i) {
            TRY(settle_line(tx, ports_, compared[i], out, legs));
            out.lines[i] = compared[i].line;
        }
        out.name = name;
        out.at = tx.now();
        out.by = by;
        const json::Object about{{"settlement", out.id}, {"provider", out.provider}, {"file", out.name}, {"by", by.name},
                                 {"expected", out.expected.text()}, {"received", out.received.text()}, {"differences", static_cast<std::int64_t>(out.differences())}};
        TRY(post(tx, {.what = "settled", .about = about, .legs = std::move(legs)}));
        return put(tx, out);
    }));
    return out;
}

Result<std::vector<Settlement>> Book::settlements(std::size_t limit) const {
    const auto reader = TRY(ports_.store->read());
    return find_records<Settlement>(*reader, {.collection = std::string(rows::settlements), .index = "at", .descending = true}, limit);
}

Result<std::optional<Settlement>> Book::settlement(std::string_view id) const {
    const auto reader = TRY(ports_.store->read());
    return find_record<Settlement>(*reader, rows::settlements, id);
}

}  // namespace wasl::pay
