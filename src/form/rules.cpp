#include "form/rules.hpp"

#include "base/time.hpp"
#include "decision/model.hpp"
#include "form/form.hpp"

#include <algorithm>

namespace wasl::form {

struct Rules::Impl {
    std::vector<RuleFile> files;
};

namespace {

bool is_decision(const decision::Element& element) { return element.kind == decision::ElementKind::decision; }

// A whole date answers as a FEEL date; every other value as its JSON.
feel::Value answer_of(const json::Value& value, const Field* field) {
    if (field && field->type == FieldType::date) {
        if (const auto date = parse_date(value.text_or(""))) {
            return *date;
        }
    }
    return feel::from_json(value);
}

}  // namespace

Result<Rules> Rules::compile(const std::vector<std::pair<std::string, std::string>>& files) {
    Rules out;
    if (files.empty()) {
        return out;
    }
    auto impl = std::make_shared<Impl>();
    std::vector<decision::File> all;
    for (const auto& [name, text] : files) {
        all.push_back({name, text});
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::vector<decision::File> others;
        for (std::size_t j = 0; j < all.size(); ++j) {
            if (j != i) {
                others.push_back(all[j]);
            }
        }
        auto model = TRY(decision::Model::compile(all[i], others));
        impl->files.push_back({all[i].name, all[i].text, sha256(all[i].text),
                               std::make_shared<const decision::Model>(std::move(model))});
    }
    out.impl_ = std::move(impl);
    return out;
}

std::span<const RuleFile> Rules::files() const noexcept {
    return impl_ ? std::span<const RuleFile>(impl_->files) : std::span<const RuleFile>();
}

const RuleFile* Rules::file_of(std::string_view name) const noexcept {
    for (const auto& file : files()) {
        const auto* element = file.model->find(name, file.model->space());
        if (element && is_decision(*element)) {
            return &file;
        }
    }
    return nullptr;
}

std::vector<std::string> Rules::decisions() const {
    std::vector<std::string> out;
    for (const auto& file : files()) {
        for (const auto& element : file.model->elements()) {
            if (is_decision(element) && element.space == file.model->space()) {
                out.push_back(element.name);
            }
        }
    }
    return out;
}

std::vector<std::string> Rules::inputs_of(std::string_view name) const {
    std::vector<std::string> out;
    if (const RuleFile* file = file_of(name)) {
        for (const auto* input : file->model->inputs_of(name)) {
            out.push_back(input->name);
        }
    }
    return out;
}

decision::Outcome Rules::evaluate(std::string_view name, const Facts& facts, bool trace) const {
    const RuleFile* file = file_of(name);
    if (!file) {
        decision::Outcome none;
        decision::Finding finding;
        finding.key = "decision.unknown-element";
        finding.detail = "no decision " + std::string(name);
        none.findings.push_back(std::move(finding));
        return none;
    }
    decision::Inputs inputs;
    for (const auto* input : file->model->inputs_of(name)) {
        inputs.set(input->space, input->name, value_of(input->name, facts));
    }
    decision::Options options;
    options.trace = trace;
    if (const auto today = parse_date(facts.today)) {
        const Zone utc = Zone::utc();
        options.now = utc.instant_at(*today, 12, 0, 0);
        options.zone = utc;
    }
    return file->model->evaluate(name, inputs, options);
}

bool Rules::operator==(const Rules& other) const {
    return std::ranges::equal(files(), other.files(), [](const RuleFile& a, const RuleFile& b) {
        return a.name == b.name && a.digest == b.digest;
    });
}

feel::Value value_of(const std::string& name, const Facts& facts) {
    const Field* field = facts.form ? facts.form->field(name) : nullptr;
    if (facts.answers) {
        if (const json::Value* value = facts.answers->find(name)) {
            return answer_of(*value, field);
        }
    }
    if (field) {
        return {};
    }
    if (facts.facts) {
        if (const json::Value* value = facts.facts->find(name)) {
            return feel::from_json(*value);
        }
    }
    if (name == "day") {
        const auto today = parse_date(facts.today);
        return today ? feel::Value(*today) : feel::Value();
    }
    if (facts.form && facts.form->rules.file_of(name)) {
        return facts.form->rules.evaluate(name, facts).value;
    }
    return {};
}

}  // namespace wasl::form
