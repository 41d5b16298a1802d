// What seals content on its way into the store and opens it on its way out: a port. In the product
// it is the vault, another process (vault/client.h): this one holds no key.
//
// A body in the store is a format byte and what the vault sealed, bound to its context: room,
// project, type, object, version. A body under another context, altered or cut short, fails to
// open (internal/"seal-broken"). An opening says why and for whom; its leaf is durable in the
// room's log before the plaintext is handed out, so opening costs a flush of the disk: open in
// batches, and never inside a write closure that others wait for.
//
// Beside content it knows three more things that need a key: the MACs of the rows that say who may
// do what (identity/authority.h), the keyed hashes by which things are found, and files, which are
// sealed and opened part by part.
//
// Concurrency: any thread. Errors: locked/"locked" where the key is withdrawn or was never leased,
// too_many/"opening-budget", unavailable/"vault-failed".
// Limits: kMaxContent bytes a body, kMaxSealBatch bodies a call, kMaxKnownRows, kFilePart.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/content_context.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/secret.h"

namespace guildhall::store {

using guildhall::ContentContext;
using guildhall::ContentType;
using Reason = OpenReason;

struct Opening {
  Reason reason;
  MemberId member = {};  // 0: the room itself
  Opening(Reason why, MemberId whom = {}) : reason(why), member(whom) {}
};

// For whom this thread opens, while it lives: set where a request's member is known, and read by
// openings on this thread that name nobody.
class OpeningFor {
 public:
  explicit OpeningFor(MemberId member) : before_(current()) { current() = member; }
  ~OpeningFor() { current() = before_; }
  OpeningFor(const OpeningFor&) = delete;
  OpeningFor& operator=(const OpeningFor&) = delete;
  static MemberId& current();

 private:
  MemberId before_;
};

// A body as it lies in the store. Only a Sealer makes one: what is not sealed cannot be stored.
class Sealed {
 public:
  std::string_view bytes() const { return bytes_; }

 private:
  friend class Sealer;
  explicit Sealed(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

struct ToSeal {
  ContentContext context;
  std::string_view plain;
};
struct ToOpen {
  ContentContext context;
  std::string_view body;  // as it lies in the store
};

// A row's canonical bytes and the MAC that lies beside it.
struct MarkedRow {
  std::string_view bytes;
  std::string_view mac;
};

// What is looked for among things of one sort ("email", "task-key") of a project, or of the room.
struct ToFind {
  ProjectId project;
  std::string_view sort;
  std::string_view text;
};

// A file that is being sealed: what it begins with, and what lets the rest follow.
struct FileSeal {
  std::string head;
  std::string ticket;
};
// A part of a file: whole chunks from `chunk` on; the last part ends with a short one.
struct FilePart {
  std::uint64_t chunk = 0;
  std::string_view bytes;
};

class Sealer {
 public:
  virtual ~Sealer() = default;
  // One for one, in their order; all or nothing.
  virtual Result<std::vector<Sealed>> seal(std::span<const ToSeal> items) = 0;
  virtual Result<std::vector<Plaintext>> open(std::span<const ToOpen> items,
                                              const Opening& why) = 0;

  // MACs under the room's own key, one for one.
  virtual Result<std::vector<std::string>> mac(std::span<const std::string_view> rows) = 0;
  // Is each row as it was when its MAC was made? Asked once for each row, then known.
  Result<std::vector<bool>> sound(std::span<const MarkedRow> rows);
  // Keyed hashes, one for one: 32 bytes each.
  virtual Result<std::vector<std::string>> find_keys(std::span<const ToFind> items) = 0;
  Result<std::string> find_key(const ToFind& item);

  // Files: C2SP chunked-encryption@v1 (crypto/chunked.h). The parts of one file in any order; each
  // part that is opened has its own leaf.
  virtual Result<FileSeal> begin_file(const ContentContext& context) = 0;
  virtual Result<std::string> seal_part(const ContentContext& context, const FileSeal& seal,
                                        const FilePart& part) = 0;
  virtual Result<Plaintext> open_part(const ContentContext& context, std::string_view head,
                                      const FilePart& part, const Opening& why) = 0;

  Result<Sealed> seal(const ContentContext& context, std::string_view plain);
  Result<Plaintext> open(const ContentContext& context, std::string_view body, const Opening& why);

  static bool is_sealed(std::string_view body);

  // The few names and titles that lists show and sort by: opened once, and held while the key is.
  // A name never changes behind its ref.
  std::optional<std::string> kept_name(ProjectId project, ContentRef ref) EXCLUDES(mutex_);
  // What was opened before the last forgetting is not kept: `since` is forgettings() of then.
  void keep_name(ProjectId project, ContentRef ref, std::string_view name, std::uint64_t since)
      EXCLUDES(mutex_);
  std::uint64_t forgettings() const EXCLUDES(mutex_);
  // When the key goes: of one project, or all of them. Which rows are sound stays known: who was
  // signed in still is, in the dark.
  void forget_names(ProjectId project) EXCLUDES(mutex_);
  void forget_names() EXCLUDES(mutex_);

 protected:
  virtual Result<std::vector<bool>> check(std::span<const MarkedRow> rows) = 0;
  // A body is a format byte and what was sealed; another format is internal/"bad-content".
  static Sealed as_sealed(std::string_view sealed);
  static Result<std::string_view> sealed_part(std::string_view body);

 private:
  mutable Mutex mutex_;
  std::map<std::pair<ProjectId, ContentRef>, std::string> names_ GUARDED_BY(mutex_);
  std::uint64_t forgettings_ GUARDED_BY(mutex_) = 0;
  std::unordered_set<std::string> known_rows_ GUARDED_BY(mutex_);  // SHA-256 of row and MAC
};

// However many: in calls of at most kMaxSealBatch items and about kMaxSealBytes.
Result<std::vector<Sealed>> seal_all(Sealer& sealer, std::span<const ToSeal> items);
Result<std::vector<Plaintext>> open_all(Sealer& sealer, std::span<const ToOpen> items,
                                        const Opening& why);
Result<std::vector<std::string>> find_all(Sealer& sealer, std::span<const ToFind> items);

// Where a store was opened without one: refuses everything.
Sealer& no_sealer();

}  // namespace guildhall::store
