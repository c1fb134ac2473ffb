// Writing DER (X.690), the few types that signatures need.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace wasl::trust::der {

std::string tagged(unsigned char tag, std::string_view content);
std::string sequence(std::initializer_list<std::string_view> parts);
std::string unsigned_integer(std::string_view big_endian);  // shortest form
std::string octet_string(std::string_view bytes);
std::string object_id(std::string_view encoded);  // content octets

// The content of the element at the start of `bytes`, which it leaves behind; false when malformed or of
// another tag. Definite, shortest lengths only.
bool take(std::string_view& bytes, unsigned char tag, std::string_view& content);

}  // namespace wasl::trust::der
