// uses: pages lingua| benchmark
// How long a page takes to write: the frame with a summary list of ten rows, about 8 KB. Beside it the bare limit: appending
// as many bytes in one piece.
#include "pages/layout/page.hpp"
#include "pages/parts/summary-list.hpp"
#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

#include <benchmark/benchmark.h>

using namespace wasl;
using namespace wasl::web;
using lingua::Language;

namespace {

const Assets assets{Url::literal("/a.css"), Url::literal("/b.css"), {}, Url::literal("/c.js"), Url::literal("/d.svg")};

Chrome chrome() {
    Chrome made;
    made.title = "الطلب";
    made.member_name = "جماعة تامري";
    for (const auto language : lingua::languages) {
        made.languages[lingua::index(language)] = Url::path({lingua::tag(language), "requests"});
    }
    made.navigation = {{"بحث", Url::literal("/"), true}, {"طلباتي", Url::literal("/requests"), false}};
    made.person = "فاطمة Aït Ahmed";
    made.csrf = "token";
    made.demonstration = true;
    made.assets = &assets;
    return made;
}

std::vector<SummaryRow> rows() {
    return std::vector<SummaryRow>(
        10, {"الاسم", "محمد <b> آيت أحمد", true, false, {}, {{"تغيير", Url::literal("/change"), "الاسم"}}, {}});
}

void page(benchmark::State& state) {
    const Chrome frame = chrome();
    const auto facts = rows();
    std::size_t bytes = 0;
    for (auto _ : state) {
        std::string out;
        out.reserve(16'384);
        Page page(out, Language::ar);
        pages::layout_page(page, frame, [&] { pages::parts_summary_list(page, facts); });
        bytes = out.size();
        benchmark::DoNotOptimize(out.data());
    }
    state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(page);

void bare_append(benchmark::State& state) {
    const std::string whole(8'000, 'x');
    for (auto _ : state) {
        std::string out;
        out.reserve(16'384);
        out += whole;
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(bare_append);

}  // namespace

BENCHMARK_MAIN();
