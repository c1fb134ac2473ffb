#include "store/impl/tokens.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace wasl::store::impl {

namespace {

using Callback = int (*)(void*, int, const char*, int, int, int);

int create(void*, const char**, int, Fts5Tokenizer** out) {
    static char nothing;  // the tokenizer has no state; FTS5 only wants a non-null handle
    *out = reinterpret_cast<Fts5Tokenizer*>(&nothing);
    return SQLITE_OK;
}

void destroy(Fts5Tokenizer*) {}

int tokenize(Fts5Tokenizer*, void* context, int, const char* text, int size, Callback callback) {
    int code = SQLITE_OK;
    const std::string_view whole(text, static_cast<std::size_t>(size));
    each_token(whole, [&](std::string_view token) {
        if (code == SQLITE_OK) {
            const auto start = static_cast<int>(token.data() - text);
            const auto length = static_cast<int>(token.size());
            code = callback(context, 0, text + start, length, start, start + length);
        }
    });
    return code;
}

void append_quoted(std::string& out, std::string_view token) {
    if (!out.empty()) {
        out += " AND ";
    }
    out += '"';
    for (const char c : token) {
        out += c;
        if (c == '"') {
            out += c;
        }
    }
    out += '"';
}

}  // namespace

Result<void> register_tokenizer(sqlite3* database) {
    fts5_api* api = nullptr;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", nullptr);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    fts5_tokenizer blanks{create, destroy, tokenize};
    if (api == nullptr || api->xCreateTokenizer(api, "blanks", nullptr, &blanks, nullptr) != SQLITE_OK) {
        return fail(Code::internal, "store.io", "this SQLite has no FTS5");
    }
    return {};
}

std::string Wanted::match() const {
    std::string out;
    for (const auto& token : whole) {
        append_quoted(out, token);
    }
    for (const auto& beginning : beginnings) {
        append_quoted(out, beginning);
        out += '*';
    }
    return out;
}

bool Wanted::in(std::string_view text) const {
    std::vector<bool> found(whole.size() + beginnings.size());
    each_token(text, [&](std::string_view token) {
        for (std::size_t i = 0; i < whole.size(); ++i) {
            found[i] = found[i] || token == whole[i];
        }
        for (std::size_t i = 0; i < beginnings.size(); ++i) {
            found[whole.size() + i] = found[whole.size() + i] || token.starts_with(beginnings[i]);
        }
    });
    return std::ranges::all_of(found, [](bool yes) { return yes; });
}

Wanted wanted(const std::vector<std::string>& words, const std::vector<std::string>& filters) {
    Wanted out;
    for (const auto& word : words) {
        each_token(word, [&](std::string_view token) {
            if (token.ends_with('*')) {
                token.remove_suffix(1);
                if (!token.empty()) {
                    out.beginnings.emplace_back(token);
                }
            } else {
                out.whole.emplace_back(token);
            }
        });
    }
    for (const auto& filter : filters) {
        each_token(filter, [&](std::string_view token) { out.whole.emplace_back(token); });
    }
    // A NUL would end the query early; no token of ours has one.
    const auto has_nul = [](const std::string& token) { return token.find('\0') != std::string::npos; };
    std::erase_if(out.beginnings, has_nul);
    for (auto& token : out.whole) {
        std::erase(token, '\0');
    }
    std::erase_if(out.whole, [](const std::string& token) { return token.empty(); });
    return out;
}

}  // namespace wasl::store::impl
