// The public record of a consultation: its text, every comment as the public sees it (day, language, supports, words; of a hidden
// one the reason alone), what was answered, and the counts. No voice, no account, no instant within a day.
#pragma once

#include "base/json.hpp"
#include "base/time.hpp"
#include "participation/forum.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::participation {

// Of one consultation, read from one view of the store.
Result<json::Object> public_record(store::Reader& reader, const Consultation& consultation, const Zone& zone, Instant now);
// One line a comment after the head: consultation, article, comment, day, language, supports, state, reason, text. For a table
// file; whoever writes it makes the cells harmless for spreadsheets.
using Row = std::vector<std::string>;
Result<std::vector<Row>> public_record_rows(store::Reader& reader, const Consultation& consultation, const Zone& zone);
// All of a member, by closing.
Result<json::Object> public_records(store::Reader& reader, std::string_view member, const Zone& zone, Instant now);
Result<std::vector<Consultation>> all_consultations(store::Reader& reader);

}  // namespace wasl::participation
