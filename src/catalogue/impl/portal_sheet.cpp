#include "catalogue/impl/portal_sheet.hpp"

#include "base/text.hpp"
#include "catalogue/forbidden.hpp"
#include "catalogue/impl/longest.hpp"
#include "catalogue/impl/sheet_words.hpp"
#include "catalogue/impl/toml_writer.hpp"
#include "jurisdiction/law.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace wasl::catalogue::impl {
namespace {

// Words of ours on every imported sheet, in the four languages.
struct OurText {
    std::string_view path, ar, fr, en, zgh;
};
constexpr OurText our_texts[] = {
    {"page.you.title", "من أنتم؟", "Qui êtes-vous ?", "Who are you?", "ⵎⴰ ⵜⴳⴰⵎ?"},
    {"field.full_name.label", "الاسم الكامل", "Nom complet", "Full name", "ⵉⵙⵎ ⴰⵎⴰⵜⴰⵢ"},
    {"field.identity.label", "وثيقة الهوية", "Pièce d'identité", "Identity document", "ⵜⴰⴽⴰⵕⴹⴰ ⵏ ⵜⵎⴰⴳⵉⵜ"},
    {"field.phone.label", "رقم الهاتف", "Numéro de téléphone", "Phone number", "ⵓⵟⵟⵓⵏ ⵏ ⵜⵍⵉⴼⵓⵏ"},
    {"page.request.title", "طلبكم", "Votre demande", "Your request", "ⴰⵙⵓⵜⵔ ⵏⵏⵓⵏ"},
    {"field.details.label", "ما الذي تطلبونه؟ (اختياري)", "Que demandez-vous ? (facultatif)", "What are you asking for? (optional)",
     "ⵎⴰⵢⴷ ⵜⵙⵓⵜⵓⵔⵎ?"},
    {"appeal.authority", "الرئيس المباشر للإدارة المختصة", "Le supérieur hiérarchique de l'administration compétente",
     "The superior of the competent administration", "ⴰⵎⵖⴰⵔ ⵏ ⵜⵎⵙⵙⵓⴳⵓⵔⵜ"},
};
constexpr OurText case_question = {"field.delay_case.label", "ما هي حالتكم؟", "Quel est votre cas ?", "Which case is yours?", "ⵎⴰⵏ ⴰⴷⴷⴰⴷ ⵏⵏⵓⵏ?"};
constexpr OurText other_case = {"", "حالة أخرى", "Autre cas", "Another case", "ⴰⴷⴷⴰⴷ ⵢⴰⴹⵏ"};

constexpr std::string_view plain_copy_ar =
    "نسخة عادية واحدة تكفي: لا يجوز طلب تصحيح الإمضاء ولا الإشهاد بالمطابقة ولا أكثر من نسخة (القانون 55.19، المادة 7).";
constexpr std::string_view plain_copy_fr =
    "Une seule copie simple suffit : ni signature légalisée, ni copie certifiée, ni second exemplaire ne peuvent être demandés (loi 55-19, art. 7).";
constexpr std::string_view plain_copy_en =
    "One plain copy is enough: no legalised signature, certified copy or second copy may be asked (law 55-19, art. 7).";

// Behind the name of a paper that is published with a forbidden formality. The name goes onto pages and
// sealed receipts, where no hint stands. `path` is the code of the formality.
constexpr OurText plain_forms[] = {
    {"certified-copy", "نسخة عادية واحدة تكفي", "une seule copie simple suffit", "one plain copy is enough",
     "ⵜⵡⴷⴰ ⵢⴰⵜ ⵜⵏⵖⵍⵜ"},
    {"legalised-signature", "توقيع عادي يكفي، ونسخة عادية واحدة تكفي",
     "une signature simple et une seule copie simple suffisent",
     "a plain signature and one plain copy are enough", "ⵉⵡⴷⴰ ⵓⵙⴳⵎⴹ, ⵜⵡⴷⴰ ⵢⴰⵜ ⵜⵏⵖⵍⵜ"},
    {"second-copy", "نسخة واحدة تكفي", "un seul exemplaire suffit", "one copy is enough", "ⵜⵡⴷⴰ ⵢⴰⵜ ⵜⵏⵖⵍⵜ"},
};
constexpr OurText no_authority = {"authority", "الإدارة المختصة", "L'administration compétente",
                                  "The competent administration", "ⵜⴰⵎⵙⵙⵓⴳⵓⵔⵜ"};

const OurText& plain_form(std::string_view formality) {
    const auto* found = std::find_if(std::begin(plain_forms), std::end(plain_forms),
                                     [&](const OurText& form) { return form.path == formality; });
    return found != std::end(plain_forms) ? *found : plain_forms[0];
}

struct Writer {
    std::array<TextFile, 4> texts;  // ar, fr, en, zgh

    void ours(const OurText& text) { ours(std::string(text.path), text); }
    void ours(const std::string& path, const OurText& text) {
        const std::array<std::string_view, 4> all = {text.ar, text.fr, text.en, text.zgh};
        for (std::size_t i = 0; i < all.size(); ++i) {
            texts[i].set(path, all[i]);
        }
    }
    void published(std::string path, std::string_view text) { texts[0].set(std::move(path), text); }
};

// Blanks and line ends to one blank; control characters dropped.
std::string one_line(std::string_view text) {
    std::string out;
    std::size_t at = 0;
    bool blank = false;
    while (at < text.size()) {
        const char32_t c = next_code_point(text, at);
        if (c <= ' ' || c == 0xA0 || c == 0x7F) {
            blank = true;
            continue;
        }
        if (blank && !out.empty()) {
            out += ' ';
        }
        blank = false;
        append_utf8(out, c);
    }
    return out;
}

// A paper as listed: bullets and dashes at its head and stops at its end are typography.
std::string paper_title(std::string_view published) {
    std::string text = one_line(published);
    for (bool again = true; again;) {
        again = false;
        for (const std::string_view sign : {"*", "-", "–", "—", "•", "▪", "·", " "}) {
            if (text.starts_with(sign)) {
                text.erase(0, sign.size());
                again = true;
            }
        }
    }
    while (text.ends_with(' ') || text.ends_with('.') || text.ends_with(';') || text.ends_with("؛")) {
        text.erase(text.size() - (text.ends_with("؛") ? 2 : 1));
    }
    return text;
}

bool opens_case(const sheet::Tokens& tokens) {
    static constexpr std::array<std::string_view, 10> openers = {"بالنسبه", "اذا", "حاله", "حالات", "عند", "عندما", "ادا", "لفايده", "فيما", "في"};
    for (const auto& token : tokens) {
        if (token.kind == sheet::Token::Kind::word) {
            return std::find(openers.begin(), openers.end(), token.text) != openers.end();
        }
    }
    return false;
}

// A paper asked only in some case never counts as missing: nobody can know from the sheet.
bool only_sometimes(const sheet::Tokens& tokens) {
    const std::string line = sheet::folded_line(tokens, 0, tokens.size());
    for (const std::string_view words : {"عند الاقتضا", "اختياري", "في حاله", "في حال ", "اذا كان", "اذا تعلق", "اذا لم", "ان وجد", "ان وجدت",
                                         "بالنسبه ل", "حسب الحاله", "اول انخراط", "le cas echeant"}) {
        if (line.find(words) != std::string::npos) {
            return true;
        }
    }
    return opens_case(tokens);
}

bool is_declaration(const sheet::Tokens& tokens) {
    for (std::size_t i = 0; i < std::min<std::size_t>(tokens.size(), 4); ++i) {
        for (const std::string_view word : {"تصريح", "التزام", "الالتزام", "تعهد", "التعهد", "طلب", "الطلب", "استماره"}) {
            if (tokens[i].text == word) {
                return true;
            }
        }
    }
    return false;
}

bool is_identity_card(const sheet::Tokens& tokens) {
    const std::string line = sheet::folded_line(tokens, 0, tokens.size());
    return line.find("بطاقه الوطنيه") != std::string::npos || line.find("بطاقه التعريف") != std::string::npos ||
           line.find("البطاقه للتعريف") != std::string::npos;
}

class SheetBuilder {
public:
    SheetBuilder(const PortalSheet& source, const ImportSetting& setting, ImportedSheet& out)
        : source_(source), setting_(setting), out_(out) {}

    void build() {
        head();
        laws();
        delay();
        fee();
        papers();
        form();
        add("procedure.toml", procedure_);
        add("form.toml", form_);
        add("document.decision.toml", document());
        add("texts.ar.toml", writer_.texts[0].write("reviewed"));
        add("texts.fr.toml", writer_.texts[1].write("reviewed"));
        add("texts.en.toml", writer_.texts[2].write("reviewed"));
        add("texts.zgh.toml", writer_.texts[3].write("unreviewed"));
    }

private:
    void add(std::string name, std::string content) { out_.files.emplace_back(std::move(name), std::move(content)); }
    void finding(std::string key, std::string detail) { out_.findings.push_back({std::move(key), std::move(detail)}); }

    [[nodiscard]] bool investment() const { return to_lower_ascii(source_.title).find("(invest)") != std::string::npos; }

    void head() {
        writer_.published("title", one_line(source_.title));
        writer_.published("description", one_line(source_.description));
        if (trim(source_.authority).empty()) {
            writer_.ours(no_authority);
        } else {
            writer_.published("authority", one_line(source_.authority));
        }
        std::string steps;
        for (const auto& step : source_.steps) {
            steps += (steps.empty() ? "" : "\n") + one_line(step);
        }
        writer_.published("before_you_start", steps);
        if (!source_.other_authorities.empty()) {
            finding("authority.several", one_line(source_.other_authorities[0]));
        }
        procedure_ = fmt::format(
            "format = 1\nid = \"{}\"\nkind = \"authorisation\"\nimported_from = \"idarati\"\npublished_title = {}\n"
            "published_authority = {}\nauthority_code = {}\nminimum_level = 1\nchannels = [\"online\", \"counter\"]\nsilence = \"none\"\n",
            out_.id, toml_string(source_.title), toml_string(source_.authority), toml_string(setting_.member));
        if (investment()) {
            procedure_ += "regime = [\"investment\"]\n";
            finding("regime.investment", "the title says (Invest): the shorter maximum counts");
        }
        for (const auto& text : our_texts) {
            writer_.ours(text);
        }
    }

    void laws() {
        std::size_t number = 0;
        for (const auto& law : source_.laws) {
            const std::string title = one_line(law);
            if (!title.empty()) {
                const std::string code = fmt::format("text-{}", ++number);
                writer_.published("law." + code, title);
                blocks_ += fmt::format("\n[[law]]\ncode = \"{}\"\n", code);
            }
        }
    }

    void delay() {
        blocks_ += fmt::format("\n[delay]\npublished = {}\n", toml_string(source_.delay));
        if (out_.delay.needs_human()) {
            blocks_ += "needs_human = true\n";
            finding("delay.needs-human", out_.delay.why);
            return;
        }
        const bool several = out_.delay.rows.size() > 1;
        for (std::size_t i = 0; i < out_.delay.rows.size(); ++i) {
            const DelayRow& row = out_.delay.rows[i];
            const std::string code = fmt::format("case-{}", i + 1);
            blocks_ += fmt::format("\n[[delay.case]]\nn = {}\nunit = \"{}\"\nworking = {}\n", row.n,
                                   row.unit == DelayUnit::day ? "day" : "month", row.working);
            if (!row.when.empty()) {
                blocks_ += fmt::format("when = \"{}\"\n", code);
                writer_.published("delay." + code, row.when);
            }
            if (several) {  // the person says which case is theirs; nobody guesses
                blocks_ += fmt::format("condition = \"delay_case = \\\"{}\\\"\"\n", code);
            }
            over_maximum(row);
        }
    }

    void over_maximum(const DelayRow& row) {
        if (!setting_.law) {
            return;
        }
        const auto& most = setting_.law->maximum(investment() ? jurisdiction::DelayClass::investment : jurisdiction::DelayClass::ordinary);
        const jurisdiction::Delay stated{row.n, row.unit == DelayUnit::day ? jurisdiction::Unit::day : jurisdiction::Unit::month, row.working};
        if (may_exceed(stated, most.value)) {
            finding("delay.over-maximum", fmt::format("{} {}{} published, the maximum is {} days ({})", row.n, row.working ? "working " : "",
                                                      row.unit == DelayUnit::day ? "days" : "months", most.value.comparable_days(), most.source.cite()));
        }
    }

    void fee() {
        blocks_ += fmt::format("\n[fee]\npublished = {}\n", toml_string(source_.fee));
        switch (out_.fee.kind) {
            case FeeKind::free: blocks_ += "kind = \"free\"\n"; return;
            case FeeKind::amount:
                blocks_ += fmt::format("kind = \"amount\"\n\n[[fee.item]]\namount = \"{}\"\n", out_.fee.amount);
                return;
            case FeeKind::rule:
                blocks_ += "kind = \"rule\"\n";
                writer_.published("fee.rule", out_.fee.rule);
                return;
            case FeeKind::needs_human:
                blocks_ += "kind = \"needs-human\"\n";
                finding("fee.needs-human", out_.fee.why);
                return;
        }
    }

    void papers() {
        std::string heading;
        bool sometimes_below = false;
        std::size_t number = 0;
        for (const auto& published : source_.papers) {
            const std::string title = paper_title(published);
            if (title.empty()) {
                continue;
            }
            const sheet::Tokens tokens = sheet::tokenise(title);
            if (title.ends_with(':')) {  // "إذا كان الشخص معنويا :" heads the papers below it
                heading = std::string(trim(std::string_view(title).substr(0, title.size() - 1)));
                sometimes_below = opens_case(tokens);
                continue;
            }
            paper(fmt::format("piece-{}", ++number), title, heading, tokens, sometimes_below);
        }
        if (number == 0) {
            finding("papers.none", "no paper is listed");
        }
        procedure_ += blocks_;
    }

    void paper(const std::string& code, const std::string& title, const std::string& heading, const sheet::Tokens& tokens, bool sometimes) {
        std::string hint = heading;
        if (const auto forbidden = forbidden_formality(title, setting_.law)) {
            finding("paper." + *forbidden, title);
            const OurText& plain = plain_form(*forbidden);
            const auto said = [&](std::string_view sentence) { return fmt::format("{} – {}", title, sentence); };
            const std::string all[] = {said(plain.ar), said(plain.fr), said(plain.en), said(plain.zgh)};
            for (std::size_t i = 0; i < writer_.texts.size(); ++i) {
                writer_.texts[i].set("paper." + code + ".title", all[i]);
            }
            hint += (hint.empty() ? "" : " – ") + std::string(plain_copy_ar);
            writer_.texts[1].set("paper." + code + ".hint", plain_copy_fr);
            writer_.texts[2].set("paper." + code + ".hint", plain_copy_en);
        } else {
            writer_.published("paper." + code + ".title", title);
        }
        writer_.published("paper." + code + ".hint", hint);
        blocks_ += fmt::format("\n[[paper]]\ncode = \"{}\"\nmandatory = {}\naccepted = [\"upload\", \"show_original\"{}]\nmax_files = 5\n{}", code,
                               !(sometimes || only_sometimes(tokens)), is_declaration(tokens) ? ", \"declaration\"" : "",
                               is_identity_card(tokens) ? "evidence_type = \"cnie\"\n" : "");
    }

    void form() {
        form_ =
            "[[page]]\nid = \"you\"\n\n[[page.field]]\nid = \"full_name\"\ntype = \"person_name\"\nrequired = true\n\n"
            "[[page.field]]\nid = \"identity\"\ntype = \"identity_document\"\nrequired = true\nsensitive = true\n\n"
            "[[page.field]]\nid = \"phone\"\ntype = \"phone\"\n\n"
            "[[page]]\nid = \"request\"\n\n";
        if (out_.delay.rows.size() > 1) {
            std::vector<std::string> codes;
            writer_.ours(case_question);
            for (std::size_t i = 0; i < out_.delay.rows.size(); ++i) {
                codes.push_back(fmt::format("case-{}", i + 1));
                const std::string path = "field.delay_case.choice." + codes.back();
                if (out_.delay.rows[i].when.empty()) {
                    writer_.ours(path, other_case);
                } else {
                    writer_.published(path, out_.delay.rows[i].when);
                }
            }
            form_ += fmt::format("[[page.field]]\nid = \"delay_case\"\ntype = \"choice\"\nrequired = true\nchoices = {}\n\n", toml_strings(codes));
        }
        form_ += "[[page.field]]\nid = \"details\"\ntype = \"long_text\"\nmax_length = 4000\n";
    }

    [[nodiscard]] std::string document() const {
        const std::string title = replace_all(replace_all(one_line(source_.title), "{", "("), "}", ")");
        return fmt::format(
            "[ar]\ntitle = {}\nparagraphs = [\n  \"بناء على الطلب المودع تحت المرجع {{dossier.reference}}،\",\n  {},\n"
            "  \"يستجاب لطلب {{applicant.name_ar}}.\",\n]\n\n"
            "[fr]\ntitle = {}\nparagraphs = [\n  \"Vu la demande déposée sous la référence {{dossier.reference}},\",\n  {},\n"
            "  \"il est fait droit à la demande de {{applicant.name_latin}}.\",\n]\n",
            toml_string("قرار"), toml_string("في موضوع: " + title), toml_string("Décision"), toml_string("objet : " + title));
    }

    const PortalSheet& source_;
    const ImportSetting& setting_;
    ImportedSheet& out_;
    Writer writer_;
    std::string procedure_, form_, blocks_;
};

}  // namespace

bool PortalOrigin::stands_behind(const Revision& revision) const {
    return revision.id == portal_id(title, authority) && revision.title.in("ar") == trim(one_line(title)) &&
           (trim(authority).empty() || revision.authority.in("ar") == trim(one_line(authority)));
}

bool says_plain_is_enough(std::string_view title) {
    return std::any_of(std::begin(plain_forms), std::end(plain_forms), [&](const OurText& form) {
        return title.ends_with(form.ar) || title.ends_with(form.fr) || title.ends_with(form.en) || title.ends_with(form.zgh);
    });
}

void build_sheet(const PortalSheet& source, const ImportSetting& setting, ImportedSheet& out) {
    SheetBuilder(source, setting, out).build();
}

}  // namespace wasl::catalogue::impl
