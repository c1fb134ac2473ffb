// The practice country: `wasl serve --practice`. A commune and a school that do not exist, synthetic people, and the lab that
// prepares exercises, judges them by what stands in the stores, and has the school issue certificates.
#pragma once

#include "practice/lab.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace wasl::app {

class Host;

inline constexpr const char* practice_commune = "commune-ain-wasl";
inline constexpr const char* practice_school = "ecole-modele";
inline constexpr const char* practice_office = "etat-civil";
inline constexpr const char* practice_past_office = "urbanisme";  // whose acts silence approves

// Whether the data folder was made by `wasl serve --practice`.
bool is_practice(const std::filesystem::path& data);
// Makes the data folder if it is empty or absent. A folder made by anything else is refused: "serve.not-practice".
Result<void> prepare_practice(const std::filesystem::path& data);

// A folder of one run, gone with this value.
class FreshFolder {
public:
    FreshFolder();
    ~FreshFolder();
    FreshFolder(const FreshFolder&) = delete;
    FreshFolder& operator=(const FreshFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

// Every *.toml of a folder, by level and id. Keys: "serve.exercise" (detail: "FILE:LINE: why"), "file.unreadable".
Result<std::vector<practice::Exercise>> read_exercises(const std::filesystem::path& folder);

// Over the open host of a practice country; both outlive it.
Result<std::unique_ptr<practice::Lab>> open_practice(Host& host, const std::filesystem::path& data);

}  // namespace wasl::app
