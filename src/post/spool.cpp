// Senders that write files: gammu-smsd's outbox and the printer's folder.
#include "post/sender.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace wasl::post {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> later(const fs::path& path) {
    return fail(Code::unavailable, "post.try-later", path.filename().string() + ": " + std::strerror(errno));
}

// On the disk when it returns.
Result<void> write_through(const fs::path& path, std::string_view bytes, mode_t mode) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (file < 0) {
        return later(path);
    }
    bool good = ::fchmod(file, mode) == 0;  // whatever the umask is
    while (good && !bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        good = written > 0;
        bytes.remove_prefix(good ? static_cast<std::size_t>(written) : 0);
    }
    good = good && ::fsync(file) == 0;
    const int error = errno;
    ::close(file);
    if (!good) {
        ::unlink(path.c_str());
        errno = error;
        return later(path);
    }
    return {};
}

Result<void> rename_into_place(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) {
        return fail(Code::unavailable, "post.try-later", to.filename().string() + ": " + error.message());
    }
    return {};
}

// Little-endian UTF-16 with its mark: what smsd reads without a guess about character sets.
std::string utf16(std::string_view text) {
    std::string out = "\xFF\xFE";
    const auto put = [&](char32_t unit) {
        out += static_cast<char>(unit & 0xFFU);
        out += static_cast<char>(unit >> 8U);
    };
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        if (c > 0xFFFF) {
            put(0xD800 + ((c - 0x10000) >> 10U));
            put(0xDC00 + ((c - 0x10000) & 0x3FFU));
        } else {
            put(c);
        }
    }
    return out;
}

std::string mark_of(const Letter& letter) { return sha256(letter.id).hex().substr(0, 16); }

class GammuSender final : public Sender {
public:
    explicit GammuSender(fs::path folder) : folder_(std::move(folder)) {}
    [[nodiscard]] Channel channel() const noexcept override { return Channel::sms; }

    Result<void> send(const Letter& letter, Instant at) override {
        if (!is_e164(letter.to)) {
            return fail(Code::unprocessable, "post.address-wrong");
        }
        // A second try of a letter that still waits here would be sent twice.
        const std::string tail = fmt::format("_00_{}_{}.txtd", letter.to, mark_of(letter));
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder_, error)) {
            if (const std::string name = entry.path().filename().string(); name.starts_with("OUT") && name.ends_with(tail)) {
                return {};  // it is there already
            }
        }
        const LocalTime time = Zone::utc().local(at);
        const std::string name = fmt::format("OUTA{:04}{:02}{:02}_{:02}{:02}{:02}{}", time.date.year, time.date.month, time.date.day,
                                             time.hour, time.minute, time.second, tail);
        const fs::path aside = folder_ / ("." + name);
        TRY(write_through(aside, utf16(letter.text), 0660));
        return rename_into_place(aside, folder_ / name);
    }

private:
    fs::path folder_;
};

class PrintSpool final : public Sender {
public:
    explicit PrintSpool(fs::path folder) : folder_(std::move(folder)) {}
    [[nodiscard]] Channel channel() const noexcept override { return Channel::print; }

    Result<void> send(const Letter& letter, Instant) override {
        const fs::path done = folder_ / mark_of(letter), aside = folder_ / ("." + mark_of(letter));
        std::error_code error;
        if (fs::exists(done, error)) {
            return {};
        }
        fs::remove_all(aside, error);  // a try that stopped half-way
        if (!fs::create_directories(aside, error)) {
            return fail(Code::unavailable, "post.try-later", folder_.string() + ": " + error.message());
        }
        TRY(write_through(aside / "letter.txt", letter.to + "\n" + letter.subject + "\n\n" + letter.text + "\n", 0640));
        int number = 0;
        for (const Attachment& attachment : letter.attachments) {
            // Names come from outside: only the number and a known ending reach the disk.
            const bool pdf = attachment.type == "application/pdf";
            TRY(write_through(aside / fmt::format("{:02}{}", ++number, pdf ? ".pdf" : ".bin"), attachment.bytes, 0640));
        }
        return rename_into_place(aside, done);
    }

private:
    fs::path folder_;
};

}  // namespace

std::unique_ptr<Sender> gammu_sender(fs::path outbox_folder) { return std::make_unique<GammuSender>(std::move(outbox_folder)); }

std::unique_ptr<Sender> print_spool(fs::path folder) { return std::make_unique<PrintSpool>(std::move(folder)); }

}  // namespace wasl::post
