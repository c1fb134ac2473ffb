// uses: form
// Answers of any JSON: findings, and a second check of what was kept changes nothing.
#include "form/form.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl::form;
    static const Form form = [] {
        Form out{{Page{"p", {}, {}, {}, {}}}};
        for (int i = 0; i <= static_cast<int>(FieldType::attachment); ++i) {
            Field field;
            field.id = "f" + std::to_string(i);
            field.type = static_cast<FieldType>(i);
            field.partial = field.type == FieldType::date;
            field.choices = {{"a", {}}, {"b", {}}};
            out.pages[0].fields.push_back(field);
        }
        return out;
    }();
    const auto json = wasl::json::parse({reinterpret_cast<const char*>(data), size});
    if (!json || !json->object()) return 0;
    const Checked once = check(form, *json->object(), {nullptr, {2026, 11, 21}, {}});
    if (check(form, once.answers, {nullptr, {2026, 11, 21}, {}}).answers != once.answers) std::abort();
    return 0;
}
