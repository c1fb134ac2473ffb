#include "web/desk_panel.hpp"

#include "base/text.hpp"
#include "web/shell.hpp"

#include <algorithm>

namespace wasl::web::desk {

FormMaker::FormMaker(const Visit& visit, std::string name, std::string_view title_key, std::string_view button_key) : visit_(visit) {
    form_.name = std::move(name);
    form_.title = visit.say(title_key);
    form_.button = visit.say(button_key);
}

FormMaker& FormMaker::hint(std::string text) {
    form_.hint = std::move(text);
    return *this;
}
FormMaker& FormMaker::routine() {
    form_.routine = true;
    return *this;
}
FormMaker& FormMaker::style(std::string_view style) {
    form_.style = style;
    return *this;
}
FormMaker& FormMaker::hidden(std::string name, std::string value) {
    form_.hidden.emplace_back(std::move(name), std::move(value));
    return *this;
}

FormMaker& FormMaker::add(std::string_view name, std::string_view label_key, Shape shape, std::vector<Option> options) {
    form_.questions.push_back({question(visit_, form_.name, name, label_key), shape, std::move(options)});
    return *this;
}

FormMaker& FormMaker::line(std::string_view name, std::string_view label_key, std::string value, std::string_view type) {
    add(name, label_key, Shape::line);
    auto& field = form_.questions.back().field;
    field.value = std::move(value);
    field.type = type;
    field.longest = 300;
    field.left_to_right = type == "date" || type == "password" || type == "tel";
    if (type == "password") field.autocomplete = "new-password";
    return *this;
}

FormMaker& FormMaker::code(std::string_view name, std::string_view label_key, std::string value) {
    line(name, label_key, std::move(value));
    form_.questions.back().field.left_to_right = true;
    form_.questions.back().field.width = 20;
    return *this;
}

FormMaker& FormMaker::text(std::string_view name, std::string_view label_key, std::string value) {
    add(name, label_key, Shape::text);
    form_.questions.back().field.value = std::move(value);
    form_.questions.back().field.longest = 10'000;
    return *this;
}

FormMaker& FormMaker::select(std::string_view name, std::string_view label_key, std::vector<Option> options) {
    return add(name, label_key, Shape::select, std::move(options));
}
FormMaker& FormMaker::radios(std::string_view name, std::string_view label_key, std::vector<Option> options) {
    return add(name, label_key, Shape::radios, std::move(options));
}
FormMaker& FormMaker::checks(std::string_view name, std::string_view label_key, std::vector<Option> options) {
    return add(name, label_key, Shape::checks, std::move(options));
}
FormMaker& FormMaker::note(std::string_view hint_key) {
    form_.questions.back().field.hint = visit_.say(hint_key);
    return *this;
}
DeskForm FormMaker::done() { return std::move(form_); }

void restore_typed(std::vector<DeskForm>& forms, const http::Form& typed, const std::string& error, std::string_view field) {
    for (auto& form : forms) {
        if (form.name != typed.text("do")) continue;
        form.open = true;
        bool placed = error.empty();
        for (auto& each : form.questions) {
            const auto& name = each.field.form_name();
            if (each.options.empty()) {
                if (each.field.type != "password") each.field.value = typed.text(name);
            } else {
                const auto chosen = typed.all(name);
                for (auto& option : each.options) option.chosen = std::ranges::find(chosen, option.value) != chosen.end();
            }
            if (name == field) {
                each.field.error = error;
                placed = true;
            }
        }
        if (!placed && !form.questions.empty()) form.questions.back().field.error = error;
    }
}

void show_refusal(const Visit& visit, DeskPanelView& view, const http::Form& typed, const Error& error, std::string_view field) {
    const auto said = lingua::say(visit.language, error);
    view.chrome.has_errors = true;
    view.errors.push_back({said, Url::literal("#do-" + percent_encode(typed.text("do")))});
    restore_typed(view.forms, typed, said, field);
}

bool can_be_mended(const Error& error) {
    return error.code == Code::invalid || error.code == Code::unprocessable || error.code == Code::conflict || error.code == Code::forbidden ||
           error.code == Code::too_large || error.code == Code::unsupported;
}

DeskPanelView panel(const Visit& visit, std::string_view title_key, std::string_view below) {
    DeskPanelView view;
    view.chrome = chrome(visit, title_key);
    view.heading = view.chrome.title;
    view.here = page(visit, below);
    view.csrf = visit.csrf();
    view.notice = done_notice(visit);
    return view;
}

Table table(const Visit& visit, std::string caption, std::initializer_list<std::string_view> head_keys) {
    Table out;
    out.caption = std::move(caption);
    for (const auto key : head_keys) out.head.push_back(cell(visit.say(key)));
    return out;
}

Cell cell(std::string text, bool typed) {
    Cell out;
    out.text = std::move(text);
    out.typed_by_person = typed;
    return out;
}

std::string done_notice(const Visit& visit) {
    const auto done = visit.request->query("done");
    const auto key = "desk.done." + std::string(done);
    return done.empty() || !lingua::find_key(key) ? std::string() : visit.say(key);
}

}  // namespace wasl::web::desk
