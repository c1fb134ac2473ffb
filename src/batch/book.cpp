#include "batch/book.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "store/pages.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace wasl::batch {

namespace {

constexpr std::string_view batches = "batch", contents = "batch_content", lines_of = "batch_line";
constexpr std::array<std::string_view, 4> stage_names{"waiting", "running", "done", "dropped"};
constexpr std::size_t page_of_lines = 1'000;

Stage stage_from(std::string_view name) noexcept {
    const auto found = std::ranges::find(stage_names, name);
    return found == stage_names.end() ? Stage::dropped : static_cast<Stage>(found - stage_names.begin());
}

json::Object object_of(const Batch& batch) {
    return {{"ice", batch.ice}, {"id", batch.id}, {"actor", batch.actor}, {"mandate", batch.mandate}, {"kid", batch.kid},
            {"language", batch.language}, {"format", to_string(batch.format)}, {"digest", batch.digest}, {"file", batch.file},
            {"lines", static_cast<std::int64_t>(batch.lines)}, {"filed", static_cast<std::int64_t>(batch.filed)},
            {"refused", static_cast<std::int64_t>(batch.refused)}, {"stage", to_string(batch.stage)}, {"received", batch.received.micros},
            {"finished", batch.finished ? json::Value(batch.finished->micros) : json::Value()}, {"archive", batch.archive}};
}

std::size_t count_in(const json::Value& value) { return static_cast<std::size_t>(std::max<std::int64_t>(0, value.integer_or(0))); }

Result<Batch> batch_of(std::string_view body) {
    const auto value = TRY(json::parse(body));
    const auto word = [&](std::string_view name) { return std::string(value[name].text_or("")); };
    Batch out{word("ice"), word("id"), word("actor"), word("mandate"), word("kid"), word("language"),
              format_from(word("format")).value_or(Format::json), word("digest"), word("file"), count_in(value["lines"]),
              count_in(value["filed"]), count_in(value["refused"]), stage_from(word("stage")), Instant{value["received"].integer_or(0)}, {},
              value["archive"].bool_or(false)};
    if (const auto finished = value["finished"].integer()) out.finished = Instant{*finished};
    return out;
}

Result<LineResult> result_of(std::string_view body) {
    const auto value = TRY(json::parse(body));
    LineResult out;
    out.number = count_in(value["number"]);
    out.id = value["line"].text_or("");
    out.filed = value["status"].text_or("") == "filed";
    out.reference = value["reference"].text_or("");
    if (const auto at = parse_instant(value["received"].text_or(""))) out.received = *at;
    out.complete = value["complete"].bool_or(false);
    if (const auto* missing = value["missing"].array()) {
        for (const auto& code : *missing) out.missing.emplace_back(code.text_or(""));
    }
    out.code = value["code"].text_or("");
    if (const auto* flaws = value["errors"].array()) {
        for (const auto& flaw : *flaws) out.flaws.push_back({std::string(flaw["pointer"].text_or("")), std::string(flaw["code"].text_or(""))});
    }
    return out;
}

Result<void> keep(store::Transaction& tx, const Batch& batch) {
    // Only a batch that still has lines to be filed stands in the index of those that run.
    const auto running = batch.stage == Stage::running ? store::Scalar("running") : store::Scalar();
    TRY(tx.put(batches, batch.key(), store::Transaction::any_version, json::write(object_of(batch)),
               {{"ice", batch.ice}, {"received", batch.received.micros}, {"running", running}}));
    return {};
}

// What is kept is named by the person and by the company.
Result<void> tell(store::Transaction& tx, const Batch& batch, std::string_view event, std::string_view by) {
    auto content = object_of(batch);
    content.set("by", by);
    for (auto chain : {"company:" + batch.ice, "person:" + batch.actor}) {
        TRY(tx.append({.chain = std::move(chain), .kind = "batch." + std::string(event), .content = json::write(content)}));
    }
    return {};
}

std::string line_key(const Batch& batch, std::size_t number) { return fmt::format("{}/{:06}", batch.key(), number); }

// Lines are a document; an archive is a blob, which the document of its batch names.
Result<void> keep_content(store::Transaction& tx, const Batch& batch, std::string_view content) {
    if (batch.archive) TRY(tx.name_blob(sha256(content)));
    TRY(tx.put(contents, batch.key(), store::Transaction::any_version, batch.archive ? std::string_view("{}") : content));
    return {};
}

Result<void> drop_content(store::Transaction& tx, const Batch& batch) {
    if (batch.archive) {
        const auto digest = TRY(from_hex(batch.digest));
        TRY(tx.release_blob(digest_from_bytes(digest)));
    }
    TRY(tx.erase(contents, batch.key()));
    return {};
}

Result<Batch> batch_in(store::Transaction& tx, std::string_view key) {
    const auto found = TRY(tx.get(batches, key));
    if (!found) return fail(Code::not_found, "batch.unknown");
    return batch_of(found->body);
}

}  // namespace

std::string_view to_string(Stage stage) noexcept { return stage_names[static_cast<std::size_t>(stage)]; }

json::Object to_json(const LineResult& result) {
    json::Object out{{"number", static_cast<std::int64_t>(result.number)}, {"line", result.id}, {"status", result.filed ? "filed" : "refused"}};
    if (result.filed) {
        out.set("reference", result.reference);
        out.set("received", result.received.iso());
        out.set("complete", result.complete);
        json::Array missing;
        for (const auto& code : result.missing) missing.emplace_back(code);
        out.set("missing", std::move(missing));
        return out;
    }
    out.set("code", result.code);
    json::Array flaws;
    for (const auto& flaw : result.flaws) flaws.emplace_back(json::Object{{"pointer", flaw.pointer}, {"code", flaw.code}});
    out.set("errors", std::move(flaws));
    return out;
}

std::vector<store::CollectionSpec> batch_collections() {
    using store::FieldType;
    return {{.name = std::string(batches),
             .fields = {{"ice", FieldType::text}, {"received", FieldType::integer}, {"running", FieldType::text}},
             .indexes = {{"ice", {"ice", "received"}}, {"running", {"running", "received"}}}},
            {.name = std::string(contents)},
            {.name = std::string(lines_of),
             .fields = {{"batch", FieldType::text}, {"number", FieldType::integer}},
             .indexes = {{"batch", {"batch", "number"}}}}};
}

Result<BatchBook::Taken> BatchBook::take(Batch batch, std::string_view content) {
    batch.digest = sha256(content).hex();
    batch.filed = batch.refused = 0;
    batch.finished.reset();
    if (batch.archive) TRY(store_->write_blob(content));
    Taken out;
    TRY(store_->run([&](store::Transaction& tx) -> Result<void> {
        if (const auto found = TRY(tx.get(batches, batch.key()))) {
            out = {TRY(batch_of(found->body)), true};
            if (out.batch.digest != batch.digest) return fail(Code::conflict, "batch.reused");
            return {};
        }
        batch.received = tx.now();
        TRY(keep_content(tx, batch, content));
        TRY(keep(tx, batch));
        out = {batch, false};
        return tell(tx, batch, "received", batch.actor);
    }));
    return out;
}

Result<Batch> BatchBook::confirm(const std::string& ice, const std::string& id, const std::string& by) {
    Batch batch;
    TRY(store_->run([&](store::Transaction& tx) -> Result<void> {
        batch = TRY(batch_in(tx, ice + "/" + id));
        if (batch.stage == Stage::running || batch.stage == Stage::done) return {};  // tapped twice
        if (batch.stage != Stage::waiting) return fail(Code::conflict, "batch.not-waiting");
        batch.stage = Stage::running;
        TRY(keep(tx, batch));
        return tell(tx, batch, "confirmed", by);
    }));
    return batch;
}

Result<void> BatchBook::drop(const std::string& ice, const std::string& id, const std::string& by) {
    return store_->run([&](store::Transaction& tx) -> Result<void> {
        auto batch = TRY(batch_in(tx, ice + "/" + id));
        if (batch.stage == Stage::dropped) return {};
        if (batch.stage != Stage::waiting) return fail(Code::conflict, "batch.not-waiting");
        batch.stage = Stage::dropped;
        TRY(drop_content(tx, batch));
        TRY(keep(tx, batch));
        return tell(tx, batch, "dropped", by);
    });
}

Result<Batch> BatchBook::record(const Batch& of, const std::vector<LineResult>& results) {
    Batch batch;
    TRY(store_->run([&](store::Transaction& tx) -> Result<void> {
        batch = TRY(batch_in(tx, of.key()));
        for (const auto& result : results) {
            const auto key = line_key(batch, result.number);
            if (TRY(tx.get(lines_of, key))) continue;
            TRY(tx.put(lines_of, key, store::Transaction::must_not_exist, json::write(to_json(result)),
                       {{"batch", batch.key()}, {"number", static_cast<std::int64_t>(result.number)}}));
            ++(result.filed ? batch.filed : batch.refused);
        }
        const bool over = batch.filed + batch.refused >= batch.lines;
        if (over && batch.stage == Stage::running) {
            batch.stage = Stage::done;
            batch.finished = tx.now();
            TRY(drop_content(tx, batch));  // what was filed stands in the dossiers
            TRY(tell(tx, batch, "done", batch.actor));
        }
        return keep(tx, batch);
    }));
    return batch;
}

Result<Batch> BatchBook::find(std::string_view ice, std::string_view id) const {
    const auto reader = TRY(store_->read());
    const auto found = TRY(reader->get(batches, std::string(ice) + "/" + std::string(id)));
    if (!found) return fail(Code::not_found, "batch.unknown");
    return batch_of(found->body);
}

Result<std::string> BatchBook::content(const Batch& batch) const {
    const auto reader = TRY(store_->read());
    const auto found = TRY(reader->get(contents, batch.key()));
    if (!found) return fail(Code::not_found, "batch.unknown", "content");
    if (batch.archive) {
        const auto digest = TRY(from_hex(batch.digest));
        return reader->blob(digest_from_bytes(digest));
    }
    return found->body;
}

Result<std::vector<LineResult>> BatchBook::results(const Batch& batch) const {
    const auto reader = TRY(store_->read());
    const store::Query query{.collection = std::string(lines_of), .index = "batch", .equal = {store::Value(batch.key())}, .limit = page_of_lines};
    std::vector<LineResult> out;
    TRY(store::each_document(*reader, query, [&](const store::Document& document) -> Result<void> {
        out.push_back(TRY(result_of(document.body)));
        return {};
    }));
    return out;
}

Result<std::vector<std::size_t>> BatchBook::open_lines(const Batch& batch) const {
    std::vector<bool> known(batch.lines + 1, false);
    for (const auto& result : TRY(results(batch))) {
        if (result.number < known.size()) known[result.number] = true;
    }
    std::vector<std::size_t> out;
    for (std::size_t number = 1; number <= batch.lines; ++number) {
        if (!known[number]) out.push_back(number);
    }
    return out;
}

Result<std::vector<Batch>> BatchBook::of_company(std::string_view ice, std::size_t limit) const {
    const auto reader = TRY(store_->read());
    const store::Query query{.collection = std::string(batches), .index = "ice", .equal = {store::Value(std::string(ice))}, .descending = true, .limit = limit};
    std::vector<Batch> out;
    for (const auto& document : TRY(reader->find(query)).documents) out.push_back(TRY(batch_of(document.body)));
    return out;
}

Result<std::vector<Batch>> BatchBook::running() const {
    const auto reader = TRY(store_->read());
    const store::Query query{.collection = std::string(batches), .index = "running", .equal = {store::Value(std::string("running"))}, .limit = 100};
    std::vector<Batch> out;
    for (const auto& document : TRY(reader->find(query)).documents) out.push_back(TRY(batch_of(document.body)));
    return out;
}

}  // namespace wasl::batch
