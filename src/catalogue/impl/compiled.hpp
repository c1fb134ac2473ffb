// catalogue.bin: what a start needs, mapped and not parsed.
//
// Layout, integers 32 bits little-endian:
//   0 magic "WASLCAT3"   8 number of procedures   12 offset of the index   16 total size
//   20 SHA-256 of the published.log it was made from   52 SHA-256 of everything from 84 on
//   84 one record of 140 bytes a procedure, sorted by id; then strings; then the search index
//   record: id (offset, size), hash (32 bytes), kind, imported, four titles and four authorities (offset, size
//   each; size 0 when absent) in the order ar fr en zgh, life events (one bit each), zeros to the end
#pragma once

#include "base/digest.hpp"
#include "catalogue/catalogue.hpp"

#include <span>

namespace wasl::catalogue::impl {

std::string compile(std::span<const std::shared_ptr<const Revision>> sorted_by_id, const Digest& log);

// A view of the bytes of catalogue.bin.
class Compiled {
public:
    static Result<Compiled> open(std::string_view bytes);  // key "catalogue.corrupt"

    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] Digest log() const;
    [[nodiscard]] std::string_view id(std::size_t number) const noexcept;
    [[nodiscard]] Digest hash(std::size_t number) const;
    [[nodiscard]] std::optional<std::size_t> find(std::string_view id) const noexcept;
    [[nodiscard]] Summary summary(std::size_t number, std::string_view language) const;
    [[nodiscard]] bool belongs_to(std::size_t number, LifeEvent event) const noexcept;
    [[nodiscard]] const SearchIndex& index() const noexcept { return index_; }

private:
    [[nodiscard]] std::string_view string_at(std::size_t record_offset) const noexcept;
    std::string_view bytes_;
    std::size_t count_ = 0;
    SearchIndex index_;
};

}  // namespace wasl::catalogue::impl
