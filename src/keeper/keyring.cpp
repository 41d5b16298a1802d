#include "keeper/keyring.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/fields.h"
#include "base/files.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/key_file.h"

namespace guildhall::keeper {
namespace {

constexpr std::string_view kLabel = "guildhall/keeper-keys";
constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kSecondVersion = 2;  // the same, of a keeper that makes no keys
constexpr std::uint8_t kWithNodes = 2;      // added to either where rooms have further nodes
constexpr const char* kBoxFile = "keys.box";
// The root is no passphrase that anyone could guess: nothing is gained by a slow hash.
constexpr crypto::PassphraseCost kNoCost{1, 8U << 10};

Secret as_passphrase(std::string_view root) { return Secret(crypto::to_hex(root)); }

std::unexpected<Error> damaged() {
  return fail(Fault::malformed, "bad-keyring", "The keeper's keys.box is damaged.");
}

}  // namespace

Result<Keyring> Keyring::create(const std::filesystem::path& dir, const Secret& secret,
                                Random& random, const TokenPlace& token) {
  std::error_code error;
  if (has_root_file(dir) || std::filesystem::exists(dir / kBoxFile, error)) {
    return fail(Fault::conflict, "keeper-exists",
                fmt::format("There is a keeper in {} already.", dir.string()));
  }
  std::filesystem::create_directories(dir, error);
  std::filesystem::permissions(dir, std::filesystem::perms::owner_all, error);
  Keyring made(dir, crypto::LockedKey::generate(random), crypto::SigningKey::generate(random), 1);
  TRY(made.write_both(secret, token));
  return made;
}

// Nothing is written before the root is covered: a wrong PIN changes nothing. The root is written
// last: with it there is a keeper.
Result<void> Keyring::write_both(const Secret& secret, const TokenPlace& token) const {
  auto root = TRY(cover_root(id(), root_.expose(), secret, token));
  MutexLock lock(state_->mutex);
  TRY(write_box());
  return write_root_file(dir_, root);
}

Result<Keyring> Keyring::open(const std::filesystem::path& dir, const Secret& secret,
                              const std::string& module) {
  auto file = TRY(RootFile::read(dir));
  auto root = TRY(file.open(secret, module));
  auto opened = TRY(from_box(dir, root, TRY(read_file(dir / kBoxFile))));
  if (!file.is_of(opened.id())) {
    return fail(Fault::invalid, "bad-keyring", "keeper.key and keys.box are of different keepers.");
  }
  return opened;
}

Result<Keyring> Keyring::recover(const std::filesystem::path& dir, const Secret& root,
                                 std::string_view box, const Secret& secret, Rebuilt as,
                                 const TokenPlace& token) {
  if (has_root_file(dir)) {
    return fail(Fault::conflict, "keeper-exists",
                fmt::format("There is a keeper in {} already.", dir.string()));
  }
  auto rebuilt = TRY(from_box(dir, root, box));
  if (as == Rebuilt::next_epoch) ++rebuilt.epoch_;
  if (as == Rebuilt::second) {
    rebuilt.signing_key_ = crypto::SigningKey::generate(system_random());
    rebuilt.epoch_ = 1;
    rebuilt.root_ = crypto::LockedKey::generate(system_random());
    rebuilt.makes_keys_ = false;
  }
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  std::filesystem::permissions(dir, std::filesystem::perms::owner_all, error);
  TRY(rebuilt.write_both(secret, token));
  return rebuilt;
}

Result<Keyring> Keyring::from_box(const std::filesystem::path& dir, const Secret& root,
                                  std::string_view box) {
  auto plain = crypto::unprotect(box, as_passphrase(root.expose()));
  if (!plain && plain.error().type == "bad-passphrase") {
    return fail(Fault::invalid, "bad-keyring", "This keys.box belongs to another keeper.");
  }
  if (!plain) return std::unexpected(std::move(plain).error());
  FieldReader in(plain->expose());
  bool labelled = in.bytes() == kLabel;
  std::uint8_t version = in.u8();
  bool has_nodes = version > kSecondVersion;
  if (has_nodes) version -= kWithNodes;
  if (!labelled || (version != kVersion && version != kSecondVersion)) return damaged();
  std::uint64_t epoch = in.u64();
  Secret seed{std::string(in.bytes(crypto::kSigningSeedBytes))};
  std::uint32_t count = in.u32();
  if (!in.ok() || root.size() != kRootBytes) return damaged();
  Keyring opened(dir, TRY(crypto::LockedKey::from(root.expose())),
                 TRY(crypto::SigningKey::from_seed(seed)), epoch);
  opened.makes_keys_ = version == kVersion;
  MutexLock lock(opened.state_->mutex);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto room = in.bytes(crypto::kPublicKeyBytes);
    ProjectId project{in.i64()};
    auto key = in.bytes(vault::kProjectKeyBytes);
    if (!in.ok()) return damaged();
    opened.state_->keys.insert_or_assign({std::string(room), project},
                                         TRY(crypto::LockedKey::from(key)));
  }
  std::uint32_t nodes = has_nodes ? in.u32() : 0;
  for (std::uint32_t i = 0; i < nodes && in.ok(); ++i) {
    std::string node{in.bytes(crypto::kPublicKeyBytes)};
    opened.state_->nodes[std::move(node)] = in.bytes(crypto::kPublicKeyBytes);
  }
  if (!in.done()) return damaged();
  return opened;
}

Result<void> Keyring::write_box() const {
  FieldWriter out;
  unsigned version = makes_keys_ ? kVersion : kSecondVersion;
  if (!state_->nodes.empty()) version += kWithNodes;
  out.bytes(kLabel).u8(static_cast<std::uint8_t>(version)).u64(epoch_);
  out.bytes(signing_key_.seed().expose());
  out.u32(static_cast<std::uint32_t>(state_->keys.size()));
  for (const auto& [name, key] : state_->keys) {
    out.bytes(name.first).i64(name.second.value).bytes(key.expose());
  }
  if (!state_->nodes.empty()) out.u32(static_cast<std::uint32_t>(state_->nodes.size()));
  for (const auto& [node, room] : state_->nodes) out.bytes(node).bytes(room);
  Secret plain(out.take());
  auto box =
      TRY(crypto::protect(as_passphrase(root_.expose()), plain.expose(), system_random(), kNoCost));
  return crypto::write_key_file(dir_ / kBoxFile, box);
}

Secret Keyring::find(std::string_view room_key, ProjectId project) const {
  MutexLock lock(state_->mutex);
  auto at = state_->keys.find({room_of(room_key), project});
  return at == state_->keys.end() ? Secret() : Secret(std::string(at->second.expose()));
}

std::string Keyring::room_of(std::string_view log_key) const {
  auto at = state_->nodes.find(log_key);
  return at == state_->nodes.end() ? std::string(log_key) : at->second;
}

bool Keyring::holds(const std::string& room) const {
  auto at = state_->keys.lower_bound({room, ProjectId{0}});
  return at != state_->keys.end() && at->first.first == room;
}

bool Keyring::is_node(std::string_view room_key) const {
  MutexLock lock(state_->mutex);
  return state_->nodes.contains(room_key);
}

bool Keyring::has_keys(std::string_view room_key) const {
  MutexLock lock(state_->mutex);
  return holds(room_of(room_key));
}

Result<void> Keyring::add_node(std::string_view log_key, std::string_view room_key) {
  MutexLock lock(state_->mutex);
  auto& nodes = state_->nodes;
  const std::string node(log_key), room = room_of(room_key);
  bool is_room = node == room || holds(node) ||
                 std::ranges::any_of(nodes, [&](const auto& one) { return one.second == node; });
  if (is_room || (nodes.contains(node) && nodes[node] != room)) {
    return fail(Fault::conflict, "node-known",
                "That log key is a room's own, or of a node of another room.");
  }
  if (nodes.size() >= kMaxKeeperKeys) {
    return fail(Fault::conflict, "too-many-keys", "The keeper holds as many nodes as it can.");
  }
  if (!nodes.try_emplace(node, room).second) return {};
  auto written = write_box();
  if (!written) nodes.erase(node);
  return written;
}

Result<void> Keyring::remove_node(std::string_view log_key) {
  MutexLock lock(state_->mutex);
  auto taken = state_->nodes.extract(std::string(log_key));
  if (!taken) return {};
  auto written = write_box();
  if (!written) state_->nodes.insert(std::move(taken));
  return written;
}

Result<void> Keyring::make(std::string_view room_key, const std::vector<ProjectId>& projects) {
  if (!makes_keys_) {
    return fail(Fault::conflict, "second-keeper", "The room's first keeper makes its keys.");
  }
  MutexLock lock(state_->mutex);
  auto& keys = state_->keys;
  std::vector<Keys::iterator> made;
  for (ProjectId project : projects) {
    if (keys.size() >= kMaxKeeperKeys) break;
    auto [at, is_new] = keys.try_emplace({room_of(room_key), project},
                                         crypto::LockedKey::generate(system_random()));
    if (is_new) made.push_back(at);
  }
  if (made.empty()) {
    return keys.size() < kMaxKeeperKeys
               ? Result<void>{}
               : fail(Fault::conflict, "too-many-keys", "The keeper holds as many keys as it can.");
  }
  auto written = write_box();
  if (!written) {
    for (auto at : made) keys.erase(at);
  }
  return written;
}

Result<std::size_t> Keyring::take_over(std::string_view from, std::string_view room_key) {
  MutexLock lock(state_->mutex);
  auto& keys = state_->keys;
  Keys found;
  if (state_->nodes.contains(room_key)) {
    return fail(Fault::conflict, "node-known", "That log key is of a node of a room.");
  }
  const std::string before = room_of(from);
  for (const auto& [name, key] : keys) {
    if (name.first != before) continue;
    found.emplace(std::pair(std::string(room_key), name.second),
                  TRY(crypto::LockedKey::from(key.expose())));
  }
  if (found.empty()) {
    return fail(Fault::not_found, "no-key", "The keeper has no key of a room with that log key.");
  }
  std::size_t count = found.size();
  TRY(add(std::move(found)));
  return count;
}

Result<std::size_t> Keyring::take_from(const Secret& root, std::string_view box) {
  auto other = TRY(from_box(dir_, root, box));
  Keys theirs;
  {
    MutexLock lock(other.state_->mutex);
    theirs.swap(other.state_->keys);
  }
  MutexLock lock(state_->mutex);
  return add(std::move(theirs));
}

// What is there already stays.
Result<std::size_t> Keyring::add(Keys&& found) {
  auto& keys = state_->keys;
  if (keys.size() + found.size() > kMaxKeeperKeys) {
    return fail(Fault::conflict, "too-many-keys", "The keeper holds as many keys as it can.");
  }
  std::vector<Keys::iterator> made;
  for (auto& [name, key] : found) {
    auto [at, is_new] = keys.try_emplace(name, std::move(key));
    if (is_new) made.push_back(at);
  }
  if (auto written = write_box(); !written) {
    for (auto at : made) keys.erase(at);
    return std::unexpected(std::move(written).error());
  }
  return made.size();
}

Result<void> Keyring::shred(std::string_view room_key, ProjectId project) {
  MutexLock lock(state_->mutex);
  auto& keys = state_->keys;
  auto found = keys.find({room_of(room_key), project});
  if (found == keys.end()) return {};
  Secret key{std::string(found->second.expose())};
  std::vector<Keys::node_type> taken;  // the same key under a restored room's name, too
  for (auto at = keys.begin(); at != keys.end();) {
    auto here = at++;
    if (here->second.expose() == key.expose()) taken.push_back(keys.extract(here));
  }
  auto written = write_box();
  for (auto& node : taken) {
    if (!written) keys.insert(std::move(node));
  }
  return written;
}

std::size_t Keyring::size() const {
  MutexLock lock(state_->mutex);
  return state_->keys.size();
}

Secret Keyring::root() const { return Secret(std::string(root_.expose())); }

}  // namespace guildhall::keeper
