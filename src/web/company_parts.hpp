// The pages and the API of companies: one function an area, called by add_company_routes.
#pragma once

#include "batch/book.hpp"
#include "http/router.hpp"
#include "web/batch_runner.hpp"
#include "web/site.hpp"

#include <memory>

namespace wasl::web {

void add_company_space_routes(http::Router& router, Site& site);   // /me/companies, the dossiers and the history of one
void add_company_people_routes(http::Router& router, Site& site);  // who acts for it
void add_company_batch_routes(http::Router& router, Site& site, const std::shared_ptr<BatchRunner>& runner);  // files, keys
void add_batch_api_routes(http::Router& router, Site& site, const std::shared_ptr<BatchRunner>& runner);      // /api/v1/batches

// Results as a file: one row a line.
http::Response batch_csv(const batch::Batch& batch, std::vector<batch::LineResult> results);
http::Response batch_json(const batch::Batch& batch, const std::vector<batch::LineResult>& results);
json::Object batch_object(const batch::Batch& batch);

// How many batches of one company may run at a time.
inline constexpr std::size_t most_running_batches = 20;
// "batch.too-many" when there are so many.
Result<void> may_run_another(const batch::BatchBook& book, std::string_view ice);

}  // namespace wasl::web
