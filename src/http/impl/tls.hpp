// Server certificates.
#pragma once

#include "base/result.hpp"
#include "http/server.hpp"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>

namespace wasl::http {

// TLS 1.2 and 1.3, forward secrecy only. Key "http.tls".
Result<std::shared_ptr<boost::asio::ssl::context>> load_tls(const Tls& files);

// Changes when one of the files changes.
struct TlsStamp {
    std::filesystem::file_time_type certificate;
    std::filesystem::file_time_type key;
    std::filesystem::file_time_type authorities;
    bool operator==(const TlsStamp&) const = default;
};
TlsStamp stamp_of(const Tls& files);

}  // namespace wasl::http
