// wasl pay: a reference checked, the ledger taken out, a provider's file compared.
#pragma once

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace wasl::app {

struct PayArgs {
    std::filesystem::path data, file;
    std::string member, provider, reference;
    bool json = false;
};
int pay_check(const PayArgs& args);      // 0 well-formed, 1 a digit is wrong, 2 no reference
int pay_export(const PayArgs& args);     // the ledger as CSV, one line a leg; 0 balanced, 1 not, 2 unreadable
int pay_reconcile(const PayArgs& args);  // 0 everything matches, 1 differences, 2 unreadable; writes nothing

// `code` gets what they return; `data` is the folder of the host unless --data says otherwise.
void add_pay_commands(CLI::App& app, const std::filesystem::path& data, int& code);

}  // namespace wasl::app
