#include "cli/demo.h"

#include <cstdlib>

namespace guildhall::cli {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// The line of a command's output that starts so.
std::string line_with(const std::string& text, const std::string& start) {
  auto at = text.find(start);
  return at == std::string::npos ? std::string() : text.substr(at, text.find('\n', at) - at);
}

}  // namespace

DemoFolder::DemoFolder(const std::string& dir) : path_(dir) {
  if (!dir.empty()) return;
  std::string name = (fs::temp_directory_path() / "guildhall-demo-XXXXXX").string();
  if (mkdtemp(name.data())) path_ = name;
  temporary_ = true;
}

DemoFolder::~DemoFolder() {
  std::error_code ignored;
  if (temporary_) fs::remove_all(path_, ignored);
}

bool prepare_demo(const fs::path& dir) {
  if (is_there(dir / "room.json")) return true;
  std::error_code ignored;
  fs::create_directories(dir, ignored);
  auto made = capture("guildhall-keeper", {"init", demo_keeper(dir).string(), "--no-passphrase"});
  if (!made) return false;
  auto id = line_with(*made, "keeper1:");
  return capture("guildhall-room", {"init", dir.string(), "--keeper", id}).has_value();
}

bool introduce_keeper(const fs::path& dir, const std::string& url) {
  if (!is_there(dir / "room.keepers")) return false;
  auto key = capture("guildhall-vault", {dir.string(), "--show-key"});
  if (!key) return false;
  return capture("guildhall-keeper", {"add-room", demo_keeper(dir).string(), "--url", url,
                                      "--room-key", key->substr(0, key->find('\n'))})
      .has_value();
}

}  // namespace guildhall::cli
