// For tests only: a disk in memory that remembers which writes and names were made durable, so that
// a power loss can be tried after every operation.
//
// Concurrency: one thread. Limits: none.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/random.h"
#include "tlog/files.h"

namespace guildhall::tlog {

class CrashFiles final : public Files {
 public:
  enum class Loss { everything_unsynced, some, nothing };

  // Called before each operation that changes something.
  std::function<void()> before = [] {};
  // The planted fault: syncs of paths for which this is true do nothing.
  std::function<bool(const Path&)> ignores_sync = [](const Path&) { return false; };
  bool fails_sync = false;

  // The disk as it may be found after the power went now.
  std::unique_ptr<CrashFiles> after_power_loss(Loss loss, Random& random) const {
    auto disk = std::make_unique<CrashFiles>();
    std::set<Path> names;
    for (const auto& [path, node] : durable_) names.insert(path);
    for (const auto& [path, node] : now_) names.insert(path);
    for (const Path& path : names) {  // sorted: a folder comes before what is in it
      const bool kept = loss == Loss::nothing || (loss == Loss::some && random.below(2) == 0);
      const auto& names_kept = kept ? now_ : durable_;
      auto found = names_kept.find(path);
      if (found == names_kept.end()) continue;
      if (path.has_parent_path() && path.parent_path() != path &&
          !disk->now_.contains(path.parent_path()) && path.parent_path() != "/")
        continue;
      auto node = std::make_shared<Node>();
      node->folder = found->second->folder;
      node->durable = node->now = found->second->after(loss, random);
      disk->now_[path] = disk->durable_[path] = node;
    }
    return disk;
  }

  Result<std::string> read(const Path& path) override {
    auto found = now_.find(path);
    if (found == now_.end() || found->second->folder)
      return fail(Fault::not_found, "no-file", "A file is absent.");
    return found->second->now;
  }
  Result<> write(const Path& path, std::string_view bytes) override {
    before();
    Node& node = file(path);
    node.pending.push_back({0, std::string(bytes), true});
    node.now = bytes;
    return {};
  }
  Result<> write_at(const Path& path, std::uint64_t at, std::string_view bytes) override {
    before();
    Node& node = file(path);
    node.pending.push_back({at, std::string(bytes), false});
    node.now.resize(std::max<std::size_t>(node.now.size(), at + bytes.size()));
    node.now.replace(at, bytes.size(), bytes);
    return {};
  }
  Result<> sync(const Path& path) override {
    before();
    if (fails_sync) return fail(Fault::internal, "io-error", "The disk is gone.");
    if (ignores_sync(path)) return {};
    Node& node = file(path);
    node.durable = node.now;
    node.pending.clear();
    return {};
  }
  Result<> sync_folder(const Path& path) override {
    before();
    if (ignores_sync(path)) return {};
    std::erase_if(durable_, [&](const auto& entry) {
      return entry.first.parent_path() == path && !now_.contains(entry.first);
    });
    for (const auto& [name, node] : now_)
      if (name.parent_path() == path) durable_[name] = node;
    return {};
  }
  Result<> rename(const Path& from, const Path& to) override {
    before();
    now_[to] = now_.at(from);
    now_.erase(from);
    return {};
  }
  Result<> remove(const Path& path) override {
    before();
    now_.erase(path);
    return {};
  }
  Result<> make_folder(const Path& path) override {
    before();
    auto& node = now_[path];
    if (!node) node = std::make_shared<Node>(Node{true, {}, {}, {}});
    return {};
  }
  Result<std::vector<std::string>> list(const Path& path) override {
    std::vector<std::string> names;
    for (const auto& [name, node] : now_)
      if (name.parent_path() == path) names.push_back(name.filename().string());
    return names;
  }
  Result<std::shared_ptr<void>> lock(const Path&) override { return std::make_shared<int>(); }

  std::vector<Path> files() const {
    std::vector<Path> paths;
    for (const auto& [path, node] : now_)
      if (!node->folder) paths.push_back(path);
    return paths;
  }

 private:
  struct Write {
    std::size_t at;
    std::string bytes;
    bool from_empty;
  };
  struct Node {
    bool folder = false;
    std::string now;
    std::string durable;
    std::vector<Write> pending;

    // Of the unsynced writes some are lost, some are torn at a sector, and none waits for another.
    std::string after(Loss loss, Random& random) const {
      if (loss == Loss::nothing) return now;
      std::string bytes = durable;
      if (loss == Loss::everything_unsynced) return bytes;
      for (const Write& write : pending) {
        if (random.below(3) == 0) continue;
        std::string kept = write.bytes;
        if (random.below(3) == 0) kept.resize(random.below(kept.size() / 512 + 1) * 512);
        if (write.from_empty) bytes.clear();
        if (bytes.size() < write.at + kept.size()) bytes.resize(write.at + kept.size());
        bytes.replace(write.at, kept.size(), kept);
      }
      return bytes;
    }
  };

  Node& file(const Path& path) {
    auto& node = now_[path];
    if (!node) node = std::make_shared<Node>();
    return *node;
  }

  std::map<Path, std::shared_ptr<Node>> now_;
  std::map<Path, std::shared_ptr<Node>> durable_;
};

}  // namespace guildhall::tlog
