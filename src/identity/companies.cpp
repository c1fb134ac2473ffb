#include "identity/companies.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace wasl::identity {

namespace {

constexpr std::size_t ice_digits = 15;

json::Object object_of(const Company& company) {
    return {{"ice", company.ice},
            {"name_arabic", company.name_arabic},
            {"name_latin", company.name_latin},
            {"form", company.form},
            {"doubtful", company.doubtful}};
}

Result<Company> read(std::string_view body) {
    const auto value = TRY(json::parse(body));
    Company out;
    out.ice = value["ice"].text_or("");
    out.name_arabic = value["name_arabic"].text_or("");
    out.name_latin = value["name_latin"].text_or("");
    out.form = value["form"].text_or("");
    out.doubtful = value["doubtful"].bool_or(false);
    return out;
}

}  // namespace

Result<std::string> Companies::normal_ice(std::string_view typed) const {
    auto ice = identifiers_.read("ice", typed).normal;
    const bool digits = ice.size() == ice_digits && std::ranges::all_of(ice, [](char c) { return c >= '0' && c <= '9'; });
    const bool nothing = ice.find_first_not_of('0') == std::string::npos;  // a form filled in for form's sake; its check digits agree
    if (!digits || nothing) return fail(Code::unprocessable, "identity.ice-malformed");
    return ice;
}

Result<Company> Companies::record(Company company, const std::string& by, bool by_agent) {
    company.ice = TRY(normal_ice(company.ice));
    company.doubtful = !identifiers_.read("ice", company.ice).plausible();
    if (trim(company.name_arabic).empty() && trim(company.name_latin).empty()) {
        return fail(Code::unprocessable, "identity.company-nameless");
    }
    TRY(store_->run([&](store::Transaction& transaction) -> Result<void> {
        const auto found = TRY(transaction.get("company", company.ice));
        if (found && TRY(read(found->body)) == company) return {};
        if (found && !by_agent) return fail(Code::conflict, "identity.company-known");
        auto content = object_of(company);
        TRY(transaction.put("company", company.ice, found ? found->version : store::Transaction::must_not_exist, json::write(content)));
        content.set("by", by);
        TRY(transaction.append({.chain = "company:" + company.ice,
                                .kind = found ? "identity.company-changed" : "identity.company-recorded",
                                .content = json::write(content)}));
        return {};
    }));
    return company;
}

Result<void> Companies::note_member(const std::string& ice, const std::string& member) {
    const auto key = ice + "/" + member;
    {
        const auto reader = TRY(store_->read());
        if (TRY(reader->get("company_member", key))) return {};
    }
    return store_->run([&](store::Transaction& transaction) -> Result<void> {
        TRY(transaction.put("company_member", key, store::Transaction::any_version, json::write(json::Object{{"member", member}}), {{"ice", ice}}));
        return {};
    });
}

Result<std::vector<std::string>> Companies::members(std::string_view ice) const {
    const auto reader = TRY(store_->read());
    store::Query query;
    query.collection = "company_member";
    query.index = "ice";
    query.equal = {store::Value(std::string(ice))};
    query.limit = 10'000;
    std::vector<std::string> out;
    for (const auto& document : TRY(reader->find(query)).documents) out.push_back(document.key.substr(document.key.find('/') + 1));
    std::ranges::sort(out);
    return out;
}

Result<Company> Companies::find(std::string_view ice) const {
    const auto reader = TRY(store_->read());
    const auto found = TRY(reader->get("company", ice));
    if (!found) return fail(Code::not_found, "identity.no-company");
    return read(found->body);
}

}  // namespace wasl::identity
