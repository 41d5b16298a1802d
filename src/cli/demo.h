// `guildhall demo`: a room with its vault, and a keeper that leases it its keys, on one machine.
//
// Concurrency: one thread. Limits: none.
#pragma once

#include <filesystem>
#include <string>

#include "cli/children.h"

namespace guildhall::cli {

// A folder for the demo: the given one, or a fresh temporary one that is removed at the end.
class DemoFolder {
 public:
  explicit DemoFolder(const std::string& dir);
  ~DemoFolder();
  DemoFolder(const DemoFolder&) = delete;
  DemoFolder& operator=(const DemoFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  bool temporary_ = false;
};

// Makes room and keeper where there are none yet. False where something failed, and said so.
bool prepare_demo(const std::filesystem::path& dir);

// Has the demo's keeper keep the room at this URL. False where it is a room without one.
bool introduce_keeper(const std::filesystem::path& dir, const std::string& url);

inline std::filesystem::path demo_keeper(const std::filesystem::path& dir) {
  return dir / "keeper";
}

}  // namespace guildhall::cli
