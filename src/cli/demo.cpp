#include "cli/demo.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/listen.h"
#include "cli/model_server.h"

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

// Where it answers; empty where it could not be started.
std::string start_mock(std::optional<Background>& mock) {
  auto fd = listen_on("127.0.0.1:0");
  auto port = fd ? bound_port(*fd) : Result<int>(std::unexpected(fd.error()));
  if (!port) return {};
  fcntl(*fd, F_SETFD, 0);
  mock.emplace("guildhall-mock-model",
               std::vector<std::string>{"--listen-fd", std::to_string(*fd), "--token-ms", "35"});
  close(*fd);
  return fmt::format("http://127.0.0.1:{}/v1", *port);
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

bool introduce_model(const fs::path& dir, const DemoModel& model, std::optional<Background>& mock) {
  auto url = model.url.empty() ? start_mock(mock) : model.url;
  std::vector<std::string> args{"peer", "add", dir.string(), "--name", "demo", "--url", url};
  for (const auto& address : addresses_of(url)) args.insert(args.end(), {"--allow", address});
  if (!model.key_file.empty()) args.insert(args.end(), {"--key-file", model.key_file});
  if (!capture("guildhall-launcher", std::move(args))) return false;
  if (!is_there(dir / "room.keepers")) return true;
  return capture("guildhall-keeper", {"sign-peers", demo_keeper(dir).string(), "--list",
                                      (dir / "peers/peers.wish").string(), "--out",
                                      (dir / "peers/peers.note").string(), "--yes"})
      .has_value();
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
