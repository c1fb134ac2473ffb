// procedure.toml, form.toml and document.CODE.toml into a revision.
#include "base/text.hpp"
#include "catalogue/impl/obligations.hpp"
#include "catalogue/impl/once_only.hpp"
#include "catalogue/impl/portal_sheet.hpp"
#include "catalogue/impl/source.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace wasl::catalogue::impl {
namespace {

DelayUnit read_unit(Section& section) {
    return section.one_of("unit", {"day", "month"}) == "month" ? DelayUnit::month : DelayUnit::day;
}

void read_delay(const Sources& sources, Section& root, Revision& out) {
    auto section = root.section("delay");
    if (!section) {
        root.report("delay", "check.missing", "The delay is missing: add [delay] with its cases, or needs_human = true.");
        out.delay.needs_human = true;
        return;
    }
    (*sources.places)["delay"] = section->place();
    out.delay.needs_human = section->boolean("needs_human", false);
    out.delay.published = section->text("published");
    std::size_t number = 0;
    for (auto& item : section->sections("case")) {
        DelayCase one;
        one.n = static_cast<int>(item.integer("n", 0, 0, 3660));
        one.unit = read_unit(item);
        one.working = item.boolean("working", false);
        one.condition = item.condition("condition");
        if (const std::string code = item.text("when"); !code.empty()) {
            one.when = sources.texts->get("delay." + code, true);
        }
        if (!item.has("n")) {
            item.report("n", "check.missing", "The case has no \"n\": the number of days or months (0 is at once).");
        }
        (*sources.places)[fmt::format("delay.{}", number++)] = item.place();
        item.finish();
        out.delay.cases.push_back(std::move(one));
    }
    section->finish();
}

void read_fee(const Sources& sources, Section& root, Revision& out) {
    auto section = root.section("fee");
    if (!section) {
        root.report("fee", "check.missing", "The fee is missing: add [fee] with kind = \"free\", \"amount\" or \"rule\".");
        return;
    }
    (*sources.places)["fee"] = section->place();
    const std::string kind = section->one_of("kind", {"free", "amount", "rule", "needs-human"});
    out.fee.kind = kind == "amount" ? FeeKind::amount : kind == "rule" ? FeeKind::rule
                 : kind == "free"   ? FeeKind::free : FeeKind::needs_human;
    out.fee.published = section->text("published");
    out.fee.decision = section->text("decision");
    out.fee.unpaid_is_incomplete = section->text("unpaid").empty() ? false : section->one_of("unpaid", {"complete", "incomplete"}) == "incomplete";
    if (out.fee.kind == FeeKind::rule) {
        out.fee.rule = sources.texts->get("fee.rule", true);
    }
    std::size_t number = 0;
    for (auto& item : section->sections("item")) {
        FeeItem one;
        one.stamp = item.text("stamp");
        one.amount = one.stamp.empty() ? item.required_text("amount") : item.text("amount");
        one.condition = item.condition("condition");
        if (const std::string code = item.text("label"); !code.empty()) {
            one.label = sources.texts->get("fee." + code, true);
        }
        (*sources.places)[fmt::format("fee.{}", number++)] = item.place();
        item.finish();
        out.fee.items.push_back(std::move(one));
    }
    section->finish();
}

void read_papers(const Sources& sources, Section& root, Revision& out) {
    for (auto& item : root.sections("paper")) {
        Requirement paper;
        paper.code = item.required_text("code");
        paper.title = sources.texts->get("paper." + paper.code + ".title", true);
        paper.hint = sources.texts->get("paper." + paper.code + ".hint", false);
        paper.mandatory = item.boolean("mandatory", true);
        paper.condition = item.condition("condition");
        for (const auto& code : item.strings("one_of")) {
            paper.one_of.push_back({code, sources.texts->get("paper." + paper.code + ".one_of." + code, true)});
        }
        for (const auto& way : item.strings("accepted")) {
            const auto known = {Accepted::upload, Accepted::show_original, Accepted::declaration};
            const auto at = std::find_if(known.begin(), known.end(), [&](Accepted a) { return to_string(a) == way; });
            if (at == known.end()) {
                item.report("accepted", "check.word", fmt::format("\"{}\" is no way to give a paper; write upload, show_original or declaration.", way));
            } else {
                paper.accepted.push_back(*at);
            }
        }
        paper.max_files = static_cast<int>(item.integer("max_files", 1, 1, 20));
        paper.evidence_type = item.text("evidence_type");
        paper.once_only_source = item.text("once_only_source");
        (*sources.places)["paper." + paper.code] = item.place();
        item.finish();
        out.requirements.push_back(std::move(paper));
    }
}

void read_people(Section& root, Revision& out) {
    if (auto filers = root.section("filers")) {
        out.filers = {filers->boolean("person", true), filers->boolean("parent_for_child", false),
                      filers->boolean("mandate", true), filers->boolean("company", false)};
        filers->finish();
    }
    out.minimum_level = static_cast<int>(root.integer("minimum_level", 1, 1, 3));
    out.signatory = root.text("signatory", "signatory");
}

void read_effects(const Sources& sources, Section& root, Revision& out) {
    out.silence = root.one_of("silence", {"none", "approval"}) == "approval" ? Silence::approval : Silence::none;
    out.silence_act = root.text("silence_act");
    (*sources.places)["silence"] = root.place("silence");
    if (auto extension = root.section("extension")) {
        const std::string ground = extension->one_of("ground", {"technical-expertise", "public-inquiry"});
        out.extension = Extension{ground == "public-inquiry" ? ExtensionGround::public_inquiry : ExtensionGround::expertise,
                                  extension->required_text("act")};
        (*sources.places)["extension"] = extension->place();
        extension->finish();
    }
    if (auto grant = root.section("automatic_grant")) {
        AutomaticGrant one;
        one.basis = grant->one_of("basis", {"verified-sources", "declaration-enough"}) == "declaration-enough"
                        ? GrantBasis::declaration_enough : GrantBasis::verified_sources;
        if (!grant->has("third_party_touched")) {
            grant->report("third_party_touched", "check.missing", "Say third_party_touched = false: an automatic grant must not touch anybody else.");
        }
        one.third_party_touched = grant->boolean("third_party_touched", false);
        one.condition = grant->condition("condition");
        one.inputs = grant->strings("inputs");
        one.article = grant->text("article");
        (*sources.places)["automatic_grant"] = grant->place();
        grant->finish();
        out.automatic_grant = std::move(one);
    }
    if (auto proposal = root.section("proposal")) {
        out.proposal = ProposalRule{proposal->required_text("decision"), proposal->text("amount")};
        (*sources.places)["proposal"] = proposal->place();
        proposal->finish();
    }
    out.provisional_receipt = root.boolean("provisional_receipt", false);
    if (auto registration = root.section("registration")) {
        out.registration = Registration{registration->required_text("series"), registration->required_text("pattern")};
        (*sources.places)["registration"] = registration->place();
        registration->finish();
    }
}

void read_desks(const Sources& sources, Section& root, Revision& out) {
    for (auto& item : root.sections("desk")) {
        DeskStep step;
        step.desk = item.required_text("code");
        step.role = item.one_of("role", {"opinion", "visa"}) == "visa" ? DeskRole::visa : DeskRole::opinion;
        step.title = sources.texts->get("desk." + step.desk, true);
        step.days = static_cast<int>(item.integer("days", 0, 0, 365));
        step.mandatory = item.boolean("mandatory", true);
        item.finish();
        out.desks.push_back(std::move(step));
    }
}

void read_law(const Sources& sources, Section& root, Revision& out) {
    for (auto& item : root.sections("law")) {
        const std::string code = item.required_text("code");
        out.law.push_back({sources.texts->get("law." + code, true), item.text("article")});
        item.finish();
    }
}

void read_field(const Sources& sources, Section& item, form::Page& page) {
    form::Field field;
    field.id = item.required_text("id");
    const std::string type = item.required_text("type");
    if (const auto known = form::field_type(type)) {
        field.type = *known;
    } else if (!type.empty()) {
        item.report("type", "check.word", fmt::format("\"{}\" is no type of question.", type));
    }
    const std::string path = "field." + field.id;
    field.label = sources.texts->get(path + ".label", true);
    field.hint = sources.texts->get(path + ".hint", false);
    field.visible = item.condition("visible");
    field.required_when = item.condition("required_when");
    field.required = item.boolean("required", false);
    field.partial = item.boolean("partial", false);
    field.whole = item.boolean("whole", false);
    field.sensitive = item.boolean("sensitive", false);
    for (const auto& code : item.strings("choices")) {
        field.choices.push_back({code, sources.texts->get(fmt::format("{}.choice.{}", path, code), true)});
    }
    field.min_length = item.optional_integer("min_length");
    field.max_length = item.optional_integer("max_length");
    field.minimum = item.text("minimum");
    field.maximum = item.text("maximum");
    field.example = item.text("example");
    (*sources.places)[path] = item.place();
    item.finish();
    page.fields.push_back(std::move(field));
}

void read_check(const Sources& sources, Section& item, form::Form& out) {
    form::CrossCheck check;
    check.id = item.required_text("id");
    check.field = item.required_text("field");
    if (!item.has("when")) {
        item.report("when", "check.missing", "\"when\" is missing: the condition under which the answers contradict each other.");
    }
    check.when = item.condition("when");
    check.warning = item.boolean("warning", false);
    check.message = sources.texts->get("check." + check.id, true);
    (*sources.places)["check." + check.id] = item.place();
    item.finish();
    out.checks.push_back(std::move(check));
}

std::optional<Duration> read_validity(Section& root) {
    auto section = root.section("validity");
    if (!section) {
        return std::nullopt;
    }
    Duration out{static_cast<int>(section->integer("n", 0, 1, 1200)), read_unit(*section)};
    section->finish();
    return out;
}

// [ar] title, paragraphs = [...]; the same number of paragraphs in every language there is.
void read_document(const Sources& sources, const std::string& file, const std::string& code, Revision& out) {
    const auto root = sources.parse(file);
    if (!root) {
        return;
    }
    Section section(sources.name(file), *root, *sources.report);
    Output output;
    output.code = code;
    output.validity = read_validity(section);
    std::size_t most = 0;
    std::vector<std::pair<std::string_view, std::vector<std::string>>> bodies;
    for (const auto language : Texts::languages) {
        auto part = section.section(language);
        if (!part) {
            if (language == "ar" || language == "fr") {
                section.report(language, "check.text-missing", fmt::format("The document has no [{}] part; the law asks for it.", language));
            }
            continue;
        }
        const TextState state = part->one_of("state", {"reviewed", "unreviewed"}) == "reviewed" ? TextState::reviewed : TextState::unreviewed;
        output.title.set(std::string(language), part->required_text("title"), state);
        auto body = part->strings("paragraphs");
        most = std::max(most, body.size());
        if (!bodies.empty() && bodies.front().second.size() != body.size()) {
            part->report("paragraphs", "check.paragraphs", "The document has another number of paragraphs in this language.");
        }
        output.paragraphs.resize(most);
        for (std::size_t i = 0; i < body.size(); ++i) {
            output.paragraphs[i].set(std::string(language), body[i], state);
        }
        part->finish();
        bodies.emplace_back(language, std::move(body));
    }
    section.finish();
    (*sources.places)["document." + code] = section.place();
    out.outputs.push_back(std::move(output));
}

// A sheet of the portal is excused from what its publisher left out; a folder written by hand is not,
// whatever it says of itself.
void read_origin(Section& root, Revision& out) {
    const PortalOrigin origin{root.text("published_title"), root.text("published_authority")};
    if (!out.imported_from.empty() && !origin.stands_behind(out)) {
        root.report("imported_from", "check.imported",
                    "This is no sheet as the portal published it: the id must be portal- and the digest of "
                    "published_title and published_authority, and the texts theirs. Remove imported_from.");
        out.imported_from.clear();
    }
}

}  // namespace

void read_procedure(const Sources& sources, Section& root, Revision& out) {
    root.integer("format", 1, 1, 1);
    out.id = root.required_text("id");
    const std::string kind = root.required_text("kind");
    if (const auto known = kind_from(kind)) {
        out.kind = *known;
    } else {
        root.report("kind", "check.word", fmt::format("\"{}\" is no kind of act; write authorisation, declaration, extract, registration, "
                                                      "benefit, contract, complaint or call.", kind));
    }
    for (const char* key : {"id", "kind", "minimum_level", "channels", "authority_code"}) {
        (*sources.places)[key] = root.place(key);
    }
    out.regime = root.strings("regime");
    for (const auto& name : root.strings("life_events")) {
        if (const auto event = life_event_from(name)) {
            out.life_events.push_back(*event);
        } else {
            root.report("life_events", "check.word", fmt::format("\"{}\" is no life event; write birth, marriage, death, housing, building, work, "
                                                                 "company, association, study, health, vehicle or justice.", name));
        }
    }
    out.imported_from = root.text("imported_from");
    out.notes = root.strings("notes");
    out.title = sources.texts->get("title", true);
    out.description = sources.texts->get("description", out.imported_from.empty());
    out.audience = sources.texts->get("audience", false);
    out.before_you_start = sources.texts->get("before_you_start", false);
    out.authority = sources.texts->get("authority", true);
    out.authority_code = root.text("authority_code");
    out.supervisory_authority = sources.texts->get("supervisory_authority", false);
    out.channels = root.strings("channels");
    read_law(sources, root, out);
    read_obligations(sources, root, out);
    read_papers(sources, root, out);
    read_once_only(sources, root, out);
    read_delay(sources, root, out);
    read_fee(sources, root, out);
    read_effects(sources, root, out);
    read_people(root, out);
    read_desks(sources, root, out);
    const bool refusable = out.kind != Kind::declaration;
    out.appeal.authority = sources.texts->get("appeal.authority", refusable && out.imported_from.empty());
    out.appeal.route = sources.texts->get("appeal.route", false);
    read_origin(root, out);
    root.finish();
}

void read_form(const Sources& sources, Section& root, form::Form& out) {
    for (auto& item : root.sections("page")) {
        form::Page page;
        page.id = item.required_text("id");
        page.title = sources.texts->get("page." + page.id + ".title", true);
        page.hint = sources.texts->get("page." + page.id + ".hint", false);
        page.visible = item.condition("visible");
        (*sources.places)["page." + page.id] = item.place();
        for (auto& field : item.sections("field")) {
            read_field(sources, field, page);
        }
        item.finish();
        out.pages.push_back(std::move(page));
    }
    for (auto& item : root.sections("check")) {
        read_check(sources, item, out);
    }
    root.finish();
}

void read_documents(const Sources& sources, Revision& out) {
    for (const auto& [file, content] : *sources.files) {
        const std::string_view name = file;
        if (name.starts_with("document.") && name.ends_with(".toml") && name.size() > 14) {
            read_document(sources, file, std::string(name.substr(9, name.size() - 14)), out);
        }
    }
}

}  // namespace wasl::catalogue::impl
