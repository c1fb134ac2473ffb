// Results and errors: the one idiom for a failure that a caller must handle.
//
//   Result<Date> parse_date(std::string_view text);
//   auto date = TRY(parse_date(text));          // passes the error on
//   return fail(Code::invalid, "date.malformed", "month 13");
//
// An exception is a defect; it is caught at three places only (request, job, main).
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace wasl {

// What kind of failure it is; maps one to one to an HTTP status at the edge (http_status).
enum class Code {
    invalid,               // 400: the words are wrong (syntax, type, encoding)
    unauthenticated,       // 401
    forbidden,             // 403
    not_found,             // 404
    method_not_allowed,    // 405
    conflict,              // 409: the state forbids it now (version, law, duplicate)
    gone,                  // 410
    too_large,             // 413
    unsupported,           // 415: media type
    unprocessable,         // 422: well-formed, but breaks a rule
    too_many,              // 429
    internal,              // 500: a defect on our side
    unavailable,           // 503: try again later
    insufficient_storage,  // 507: disk full
};

// A failure. `key` names a message in the four languages, translated at the edge
// ("dossier.second-completion-request"); `detail` is for operators and developers, in English,
// and never shown to the public.
struct Error {
    Code code = Code::internal;
    std::string key;
    std::string detail;

    bool operator==(const Error&) const = default;
};

int http_status(Code code) noexcept;
std::string_view to_string(Code code) noexcept;

template <class T = void>
using Result = std::expected<T, Error>;

// The error half of any Result.
[[nodiscard]] inline std::unexpected<Error> fail(Code code, std::string key, std::string detail = {}) {
    return std::unexpected<Error>(Error{code, std::move(key), std::move(detail)});
}

}  // namespace wasl

// Value of a Result, or return its error from the enclosing function. Not inside coroutines.
#define TRY(...)                                                          \
    ({                                                                    \
        auto&& wasl_try_result = (__VA_ARGS__);                           \
        if (!wasl_try_result) [[unlikely]] {                              \
            return std::unexpected(std::move(wasl_try_result).error());   \
        }                                                                 \
        std::move(wasl_try_result).value();                               \
    })
