// `guildhall demo`: a room with its vault, and a keeper that leases it its keys, on one machine.
//
// Concurrency: one thread. Limits: none.
#pragma once

#include <filesystem>
#include <optional>
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

// Which models the demo's people talk with: one of a server of one's own, or a mock's two.
struct DemoModel {
  std::string url;       // OpenAI's API; empty: the mock, which is started
  std::string name;      // as that server calls it
  std::string key_file;  // empty: it asks for none

  // As the room's seed takes them: provider's names, with a comma between.
  std::string names() const { return url.empty() ? "mock-a,mock-b" : name; }
};

// Lets the room reach it: as a peer "demo", signed by the demo's keeper. Runs the mock where it is
// wanted, for as long as `mock` lives. False where something failed, and said so.
bool introduce_model(const std::filesystem::path& dir, const DemoModel& model,
                     std::optional<Background>& mock);

inline std::filesystem::path demo_keeper(const std::filesystem::path& dir) {
  return dir / "keeper";
}

}  // namespace guildhall::cli
