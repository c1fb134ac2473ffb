// Small forms of the desk built in a line, and what was typed into them put back.
#pragma once

#include "http/forms.hpp"
#include "web/desk_common.hpp"
#include "web/views/desk.hpp"

namespace wasl::web::desk {

using Shape = DeskQuestion::Shape;

class FormMaker {
public:
    // Title and button from messages; `name` is the value of "do".
    FormMaker(const Visit& visit, std::string name, std::string_view title_key, std::string_view button_key);
    FormMaker& hint(std::string text);
    FormMaker& routine();
    FormMaker& style(std::string_view style);
    FormMaker& hidden(std::string name, std::string value);
    FormMaker& line(std::string_view name, std::string_view label_key, std::string value = {}, std::string_view type = "text");
    FormMaker& code(std::string_view name, std::string_view label_key, std::string value = {});  // left to right
    FormMaker& text(std::string_view name, std::string_view label_key, std::string value = {});
    FormMaker& select(std::string_view name, std::string_view label_key, std::vector<Option> options);
    FormMaker& radios(std::string_view name, std::string_view label_key, std::vector<Option> options);
    FormMaker& checks(std::string_view name, std::string_view label_key, std::vector<Option> options);
    FormMaker& note(std::string_view hint_key);  // under the last question
    DeskForm done();

private:
    FormMaker& add(std::string_view name, std::string_view label_key, DeskQuestion::Shape shape, std::vector<Option> options = {});
    const Visit& visit_;
    DeskForm form_;
};

// What was typed, put back into the form named by "do"; the error stands at `field`, or at the last question.
void restore_typed(std::vector<DeskForm>& forms, const http::Form& typed, const std::string& error, std::string_view field = {});
// The page after a refusal.
void show_refusal(const Visit& visit, DeskPanelView& view, const http::Form& typed, const Error& error, std::string_view field = {});
bool can_be_mended(const Error& error);  // by who filled the form in
DeskPanelView panel(const Visit& visit, std::string_view title_key, std::string_view below);
Table table(const Visit& visit, std::string caption, std::initializer_list<std::string_view> head_keys);
Cell cell(std::string text, bool typed = false);
std::string done_notice(const Visit& visit);  // from "?done="

}  // namespace wasl::web::desk
