#include "practice/results.hpp"

#include "base/digest.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "store/sqlite.hpp"

#include <algorithm>

namespace wasl::practice {

namespace {

store::Schema schema() {
    const auto text = [](const char* name) { return store::FieldSpec{name, store::FieldType::text}; };
    return {.version = 1,
            .collections = {{.name = "learner", .fields = {text("class")}, .indexes = {{"class", {"class"}, false}}, .searchable = false},
                            {.name = "attempt", .fields = {text("learner")}, .indexes = {{"learner", {"learner"}, false}}, .searchable = false},
                            {.name = "class", .fields = {text("key_hash")}, .indexes = {{"key", {"key_hash"}, true}}, .searchable = false}},
            .migrations = {}};
}

std::string word(const json::Value& value, std::string_view name) { return std::string(value[name].text_or("")); }

Instant instant_in(const json::Value& value, std::string_view name) { return {value[name].integer_or(0)}; }

std::string body_of(const Learner& learner) {
    return json::write(json::Object{{"id", learner.id}, {"name", learner.name}, {"role", to_string(learner.role)}, {"class", learner.class_code},
                                    {"language", learner.language}, {"member", learner.member}, {"persona", learner.persona},
                                    {"since", learner.since.micros}, {"certificate", learner.certificate},
                                    {"document", learner.certificate_document}, {"reference", learner.certificate_reference},
                                    {"secret", learner.secret_hash}});
}

Result<Learner> learner_from(const store::Document& document) {
    const auto value = TRY(json::parse(document.body));
    Learner out;
    out.id = word(value, "id");
    out.name = word(value, "name");
    out.role = role_from(word(value, "role")).value_or(Role::person);
    out.class_code = word(value, "class");
    out.language = word(value, "language");
    out.member = word(value, "member");
    out.persona = word(value, "persona");
    out.since = instant_in(value, "since");
    out.certificate = word(value, "certificate");
    out.certificate_document = word(value, "document");
    out.certificate_reference = word(value, "reference");
    out.secret_hash = word(value, "secret");
    return out;
}

std::string body_of(const Attempt& attempt) {
    json::Array tasks, mistakes;
    for (const auto& task : attempt.tasks) {
        tasks.emplace_back(json::Object{{"dossier", task.dossier}, {"reference", task.reference}, {"part", task.part}, {"says", task.says}});
    }
    for (const auto& mistake : attempt.mistakes) mistakes.emplace_back(json::Object{{"key", mistake.key}, {"detail", mistake.detail}});
    json::Object out{{"id", attempt.id}, {"learner", attempt.learner}, {"exercise", attempt.exercise}, {"variant", attempt.variant},
                     {"started", attempt.started.micros}, {"passed", attempt.passed}, {"points", attempt.points}, {"hints", attempt.hints},
                     {"given", attempt.given}, {"tasks", tasks}, {"mistakes", mistakes}, {"question", attempt.question}};
    if (attempt.finished) out.set("finished", attempt.finished->micros);
    return json::write(out);
}

Result<Attempt> attempt_from(const store::Document& document) {
    const auto value = TRY(json::parse(document.body));
    Attempt out;
    out.id = word(value, "id");
    out.learner = word(value, "learner");
    out.exercise = word(value, "exercise");
    out.variant = static_cast<int>(value["variant"].integer_or(0));
    out.started = instant_in(value, "started");
    if (value["finished"].integer()) out.finished = instant_in(value, "finished");
    out.passed = value["passed"].bool_or(false);
    out.points = static_cast<int>(value["points"].integer_or(0));
    out.hints = static_cast<int>(value["hints"].integer_or(0));
    out.given = word(value, "given");
    if (const auto* tasks = value["tasks"].array()) {
        for (const auto& task : *tasks) out.tasks.push_back({word(task, "dossier"), word(task, "reference"), word(task, "part"), word(task, "says")});
    }
    if (const auto* mistakes = value["mistakes"].array()) {
        for (const auto& mistake : *mistakes) out.mistakes.push_back({word(mistake, "key"), word(mistake, "detail")});
    }
    if (const auto* question = value["question"].object()) out.question = *question;
    out.version = document.version;
    return out;
}

// Eight letters that are read aloud in a class.
std::string spoken_code(Entropy& entropy) { return to_upper_ascii(random_id(entropy).substr(0, 8)); }

}  // namespace

struct Results::Impl {
    store::Writers writers{1};
    std::unique_ptr<store::Store> store;
    const Clock* clock = nullptr;
    Entropy* entropy = nullptr;
    ~Impl() { store.reset(); }  // before its writers
};

Results::Results(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Results::~Results() = default;

Result<std::unique_ptr<Results>> Results::open(const std::filesystem::path& folder, const Clock& clock, Entropy& entropy) {
    auto impl = std::make_unique<Impl>();
    impl->clock = &clock;
    impl->entropy = &entropy;
    store::SqliteOptions options;
    options.folder = folder;
    options.schema = schema();
    options.clock = &clock;
    options.reserve_bytes = 0;
    impl->store = TRY(store::open_sqlite(std::move(options), impl->writers));
    return std::unique_ptr<Results>(new Results(std::move(impl)));
}

Result<Class> Results::new_class() {
    Class out{spoken_code(*impl_->entropy), random_id(*impl_->entropy)};
    const auto hash = sha256(out.key).hex();
    TRY(impl_->store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(tx.put("class", out.code, store::Transaction::must_not_exist, json::write(json::Object{{"code", out.code}}), {{"key_hash", hash}}));
        return {};
    }));
    return out;
}

Result<std::string> Results::class_of_key(std::string_view key) const {
    const auto reader = TRY(impl_->store->read());
    const auto hash = sha256(trim(key)).hex();
    const auto found = TRY(reader->get_by("class", "key", {hash}));
    if (!found) return fail(Code::forbidden, "practice.class-key");
    return found->key;
}

Result<void> Results::known_class(std::string_view code) const {
    const auto wanted = to_upper_ascii(trim(code));
    if (wanted.empty()) return {};
    const auto reader = TRY(impl_->store->read());
    if (!TRY(reader->get("class", wanted))) return fail(Code::unprocessable, "practice.unknown-class");
    return {};
}

Result<std::string> Results::add(Learner& learner) {
    learner.class_code = to_upper_ascii(trim(learner.class_code));
    const auto secret = random_id(*impl_->entropy);
    learner.id = random_id(*impl_->entropy);
    learner.since = impl_->clock->now();
    learner.secret_hash = sha256(secret).hex();
    TRY(known_class(learner.class_code));
    const auto body = body_of(learner);
    TRY(impl_->store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(tx.put("learner", learner.id, store::Transaction::must_not_exist, body, {{"class", learner.class_code}}));
        return {};
    }));
    return learner.id + "." + secret;
}

Result<Learner> Results::learner(std::string_view id) const {
    const auto reader = TRY(impl_->store->read());
    const auto found = TRY(reader->get("learner", id));
    if (!found) return fail(Code::unauthenticated, "practice.no-learner");
    return learner_from(*found);
}

Result<Learner> Results::find(std::string_view token) const {
    const auto dot = token.find('.');
    if (dot == std::string_view::npos) return fail(Code::unauthenticated, "practice.no-learner");
    auto known = TRY(learner(token.substr(0, dot)));
    if (!equals_in_constant_time(sha256(token.substr(dot + 1)).hex(), known.secret_hash)) {
        return fail(Code::unauthenticated, "practice.no-learner");
    }
    return known;
}

Result<void> Results::keep_certificate(const Learner& learner) {
    const auto body = body_of(learner);
    return impl_->store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(tx.put("learner", learner.id, store::Transaction::any_version, body, {{"class", learner.class_code}}));
        return {};
    });
}

Result<std::vector<Learner>> Results::in_class(std::string_view code) const {
    const auto reader = TRY(impl_->store->read());
    const auto page = TRY(reader->find({.collection = "learner", .index = "class", .equal = {std::string(code)}, .from = {}, .to = {}, .descending = false, .limit = 1'000, .after = {}}));
    std::vector<Learner> out;
    for (const auto& document : page.documents) out.push_back(TRY(learner_from(document)));
    return out;
}

Result<void> Results::add(Attempt& attempt) {
    if (attempt.id.empty()) attempt.id = random_id(*impl_->entropy);
    attempt.version = store::Transaction::must_not_exist;
    return change(attempt);
}

Result<void> Results::change(Attempt& attempt) {
    const auto body = body_of(attempt);
    std::int64_t version = attempt.version;
    const auto done = impl_->store->run([&](store::Transaction& tx) -> Result<void> {
        version = TRY(tx.put("attempt", attempt.id, attempt.version, body, {{"learner", attempt.learner}}));
        return {};
    });
    if (!done && done.error().key == "store.version") return fail(Code::conflict, "practice.changed");
    if (!done) return std::unexpected(done.error());
    attempt.version = version;
    return {};
}

Result<Attempt> Results::attempt(const Learner& learner, std::string_view id) const {
    const auto reader = TRY(impl_->store->read());
    const auto found = TRY(reader->get("attempt", id));
    if (found) {
        auto out = TRY(attempt_from(*found));
        if (out.learner == learner.id) return out;
    }
    return fail(Code::not_found, "practice.unknown-attempt", std::string(id));
}

Result<std::vector<Attempt>> Results::attempts(std::string_view learner) const {
    const auto reader = TRY(impl_->store->read());
    const auto page = TRY(reader->find({.collection = "attempt", .index = "learner", .equal = {std::string(learner)}, .from = {}, .to = {}, .descending = false, .limit = 2'000, .after = {}}));
    std::vector<Attempt> out;
    for (const auto& document : page.documents) out.push_back(TRY(attempt_from(document)));
    std::ranges::sort(out, {}, [](const Attempt& attempt) { return std::pair(attempt.started, std::string_view(attempt.id)); });
    return out;
}

Standing standing_of(const std::vector<Attempt>& attempts, std::string_view exercise) {
    Standing out;
    for (const auto& attempt : attempts) {
        if (attempt.exercise != exercise) continue;
        if (!attempt.finished) {
            out.open = &attempt;
        } else if (!attempt.passed) {
            ++out.failures;
        } else if (out.best == nullptr || attempt.points > out.best->points) {
            out.best = &attempt;
        }
    }
    return out;
}

bool track_done(const std::vector<Exercise>& exercises, Role role, const std::vector<Attempt>& attempts) {
    bool any = false;
    for (const auto& exercise : exercises) {
        if (!exercise.is_for(role)) continue;
        any = true;
        if (standing_of(attempts, exercise.id).best == nullptr) return false;
    }
    return any;
}

}  // namespace wasl::practice
