// gzip (RFC 1952) and validators (RFC 9110 §8.8, §13).
#pragma once

#include "http/message.hpp"
#include "http/reply.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace wasl::http {

std::string gzip(std::string_view bytes, int level = 6);         // 1 fast … 9 small
Result<std::string> gunzip(std::string_view bytes, std::size_t limit);  // key "http.gzip"; tests, imports

// Does Accept-Encoding allow gzip with a weight above zero (RFC 9110 §12.5.3)?
bool accepts_gzip(std::string_view accept_encoding) noexcept;
// Text, JSON, SVG, XML, JavaScript: worth compressing.
bool compressible(std::string_view content_type) noexcept;

// Compressed once at level 9, with a strong ETag of the bytes.
std::shared_ptr<const Precompressed> precompress(std::string bytes, std::string content_type);

std::string strong_etag(std::string_view bytes);  // quoted, 128 bits of SHA-256
// If-None-Match (weak comparison, lists, '*') against an ETag with quotes.
bool matches_etag(std::string_view if_none_match, std::string_view etag) noexcept;
// The response with ETag and Cache-Control: no-cache, or 304 when the reader has it.
// For text and shared bodies; others are returned as they are.
Response with_etag(const Request& request, Response response);

}  // namespace wasl::http
