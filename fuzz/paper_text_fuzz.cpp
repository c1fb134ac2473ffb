// uses: base lingua paper
// Any text on a paper, in either direction: a PDF or a clear error, never a crash.
#include "paper/paper.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl;
    if (size < 2 || size > 4096) {
        return 0;
    }
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    paper::Paper paper;
    paper.language = lingua::languages[data[0] % lingua::language_count];
    paper.large_print = (data[0] & 8U) != 0;
    paper.title = text.substr(0, 100);
    paper.blocks = {paper::Rows{{{text, text}}}, paper::Notice{text, text, true}, paper::List{{text}, true}, paper::Paragraph{text}};
    const auto pdf = paper::render(paper);
    if (pdf && (pdf->pages < 1 || !pdf->bytes.starts_with("%PDF-"))) {
        __builtin_trap();
    }
    return 0;
}
