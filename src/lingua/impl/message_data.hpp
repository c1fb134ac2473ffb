// The compiled form of all messages, written by tools/messages. A message is a run of pieces; a piece that
// chooses (plural, select) has a run of cases, each a run of pieces again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace wasl::lingua::impl {

enum class PieceKind : std::uint8_t {
    text,    // `text` as it is
    value,   // the argument named `text`
    count,   // '#': the number named `text`, isolated
    plural,  // a case by the number named `text`
    select,  // a case by the text named `text`
};

struct Piece {
    PieceKind kind;
    std::string_view text;
    std::uint32_t first_case = 0;
    std::uint32_t case_count = 0;
};

struct Range {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

struct Case {
    std::string_view selector;  // "one", "=0", "other", or the word of a select
    Range pieces;
};

struct Message {
    std::string_view name;
    std::array<Range, 4> languages;  // in the order of `Language`
};

struct MessageData {
    std::span<const Message> messages;  // sorted by name
    std::span<const Piece> pieces;
    std::span<const Case> cases;
};

extern const MessageData message_data;  // generated, constant-initialised

}  // namespace wasl::lingua::impl
