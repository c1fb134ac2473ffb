// Rows of the desk's lists, and the query behind them as the address says it.
#pragma once

#include "web/desk_common.hpp"
#include "web/views/desk.hpp"

#include <string_view>
#include <vector>

namespace wasl::web::desk {

using Shape = DeskQuestion::Shape;

std::size_t rows_a_page(const Visit& visit);  // 25, or 100 or 500 when the address says so
// phase, procedure, mine, before, q, after: what the address of the queue means. Unknown words count as absent.
dossier::ListQuery queue_query(const Visit& visit, const std::vector<std::string>& offices);
// The same parameters on another address, `after` left out.
Url with_filters(const Visit& visit, Url url, std::string_view but = {});
// A row as a list shows it; reads the dossier for its clock. The list itself was journaled by the caller.
QueueRow queue_row(const Visit& visit, const MemberSite& member, const dossier::Summary& summary);
// Who reads a list, from the first of their offices.
dossier::Actor reader_of_list(const Visit& visit, const std::vector<std::string>& offices, std::string_view purpose_key);
std::vector<Option> procedure_options(const Visit& visit, const MemberSite& member, std::string_view chosen);

}  // namespace wasl::web::desk
