// The keeper's keys: its own signing key, and one random key per room and project, made when a
// room's vault first asks and durable before it is told.
//
// In the keeper's folder: `keeper.key` holds a root secret (root_file.h), `keys.box` all keys under
// the root. The root never changes, so shares of it open every later keys.box: that file
// is what to back up, after each new project.
//
// Of two keepers of a room only the first makes keys: asked at the same time they would make two,
// and the room takes one. The second takes them over from the first one's keys.box.
//
// A room that several servers serve has a log for each, and its keys lie under the key of its first
// node's log. Which other log keys are nodes of it stands in keys.box too: it is what leases keys
// to them, so it takes the root to say it (docs/decisions/0014).
//
// Concurrency: any thread. Limits: kMaxKeeperKeys, of keys and of nodes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/random.h"
#include "crypto/locked_key.h"
#include "keeper/root_file.h"
#include "vault/lease_frame.h"

namespace guildhall::keeper {

// What a rebuilt keeper is to the rooms: the same; the same, but nothing signed before binds them
// any more; or a second one beside the first, with the project keys that there were.
enum class Rebuilt : unsigned char { same, next_epoch, second };

// Where a session finds keys. Rooms are told apart by their log's public key; that of any of its
// nodes is as good as the first one's.
class ProjectKeys {
 public:
  virtual ~ProjectKeys() = default;
  virtual vault::KeeperId id() const = 0;
  virtual const crypto::SigningKey& signing_key() const = 0;
  // Empty where there is none.
  virtual Secret find(std::string_view room_key, ProjectId project) const = 0;
  // Whether this log is of a further node of a room.
  virtual bool is_node(std::string_view room_key) const = 0;
  virtual bool has_keys(std::string_view room_key) const = 0;
  // Whether it is this keeper that makes the key of a project that has none.
  virtual bool makes_keys() const = 0;
  // For those of `projects` that have none yet. Durable when it returns.
  virtual Result<void> make(std::string_view room_key, const std::vector<ProjectId>& projects) = 0;
  // Destroys a key, if there is one: what it sealed can never be opened again, but with an old
  // keys.box. Durable when it returns.
  virtual Result<void> shred(std::string_view room_key, ProjectId project) = 0;
};

class Keyring final : public ProjectKeys {
 public:
  // `secret` is a passphrase (empty: none), or with a token its PIN. Errors:
  // conflict/"keeper-exists", those of cover_root and write_root_file.
  static Result<Keyring> create(const std::filesystem::path& dir, const Secret& secret,
                                Random& random = system_random(), const TokenPlace& token = {});
  // Errors: malformed/"bad-keyring", those of RootFile.
  static Result<Keyring> open(const std::filesystem::path& dir, const Secret& secret,
                              const std::string& module = {});
  // A new folder from a keys.box and the root that its shares gave. Rooms must be told of any but
  // `same`.
  static Result<Keyring> recover(const std::filesystem::path& dir, const Secret& root,
                                 std::string_view box, const Secret& secret, Rebuilt as,
                                 const TokenPlace& token = {});

  vault::KeeperId id() const override { return {signing_key_.public_key(), epoch_}; }
  const crypto::SigningKey& signing_key() const override { return signing_key_; }
  Secret find(std::string_view room_key, ProjectId project) const override EXCLUDES(state_->mutex);
  bool is_node(std::string_view room_key) const override EXCLUDES(state_->mutex);
  bool has_keys(std::string_view room_key) const override EXCLUDES(state_->mutex);
  bool makes_keys() const override { return makes_keys_; }
  // Error, of a second keeper: conflict/"second-keeper".
  Result<void> make(std::string_view room_key, const std::vector<ProjectId>& projects) override
      EXCLUDES(state_->mutex);
  Result<void> shred(std::string_view room_key, ProjectId project) override EXCLUDES(state_->mutex);
  // What another keeper of the same rooms has in its keys.box and this one has not: how many.
  // `root` is the other's. Errors: those of recover.
  Result<std::size_t> take_from(const Secret& root, std::string_view box) EXCLUDES(state_->mutex);
  // Gives the room of one log's key all that it had under another, for it was restored from a
  // backup; what it has already stays. How many there were. Errors: not_found/"no-key",
  // conflict/"node-known" of a node.
  Result<std::size_t> take_over(std::string_view from, std::string_view room_key)
      EXCLUDES(state_->mutex);
  // From now on whoever signs with `log_key` is a node of the room. Durable when it returns.
  // Errors: conflict/ "node-known" where it is a room or a node of another one, "too-many-keys".
  Result<void> add_node(std::string_view log_key, std::string_view room_key)
      EXCLUDES(state_->mutex);
  // Whoever signs with `log_key` is no node any more, if it was. Durable when it returns.
  Result<void> remove_node(std::string_view log_key) EXCLUDES(state_->mutex);
  std::size_t size() const EXCLUDES(state_->mutex);
  Secret root() const;

 private:
  using Keys = std::map<std::pair<std::string, ProjectId>, crypto::LockedKey>;
  struct State {  // apart, so that a Keyring can be moved
    mutable Mutex mutex;
    Keys keys GUARDED_BY(mutex);
    std::map<std::string, std::string, std::less<>> nodes GUARDED_BY(mutex);  // to the first's key
  };

  Keyring(std::filesystem::path dir, crypto::LockedKey root, crypto::SigningKey signing_key,
          std::uint64_t epoch)
      : dir_(std::move(dir)),
        root_(std::move(root)),
        signing_key_(std::move(signing_key)),
        epoch_(epoch),
        state_(std::make_unique<State>()) {}
  static Result<Keyring> from_box(const std::filesystem::path& dir, const Secret& root,
                                  std::string_view box);
  Result<void> write_both(const Secret& secret, const TokenPlace& token) const
      EXCLUDES(state_->mutex);
  Result<void> write_box() const REQUIRES(state_->mutex);
  std::string room_of(std::string_view log_key) const REQUIRES(state_->mutex);
  bool holds(const std::string& room) const REQUIRES(state_->mutex);
  Result<std::size_t> add(Keys&& found) REQUIRES(state_->mutex);

  std::filesystem::path dir_;
  crypto::LockedKey root_;
  crypto::SigningKey signing_key_;
  std::uint64_t epoch_;
  bool makes_keys_ = true;
  std::unique_ptr<State> state_;
};

}  // namespace guildhall::keeper
