// For tests only: where the repository and the real inputs are. The real inputs are no part of the
// repository; a test that needs one skips with a message where test_data() gives nothing.
//
// Concurrency: reads the environment and the file system; call from the test's thread.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

namespace guildhall {

// The folder with CMakeLists.txt and src/, upward from here or from the running executable.
inline std::optional<std::filesystem::path> repository_root() {
  namespace fs = std::filesystem;
  std::error_code error;
  for (const fs::path& start :
       {fs::current_path(error), fs::read_symlink("/proc/self/exe", error).parent_path()}) {
    for (fs::path dir = start; !dir.empty(); dir = dir.parent_path()) {
      if (fs::exists(dir / "CMakeLists.txt", error) && fs::is_directory(dir / "src", error)) {
        return dir;
      }
      if (dir == dir.root_path()) break;
    }
  }
  return std::nullopt;
}

// `name` below $GUILDHALL_DATA, or below ../shared/data beside the repository.
inline std::optional<std::filesystem::path> test_data(std::string_view name) {
  std::filesystem::path base;
  if (const char* given = std::getenv("GUILDHALL_DATA")) {
    base = given;
  } else if (auto root = repository_root()) {
    base = root->parent_path() / "shared" / "data";
  } else {
    return std::nullopt;
  }
  std::error_code error;
  auto path = base / name;
  if (!std::filesystem::exists(path, error)) return std::nullopt;
  return path;
}

}  // namespace guildhall
