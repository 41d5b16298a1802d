// The task data that people were shown lately, so that an answer is checked against it without a
// second opening: each costs a leaf in the log and a flush of the disk, and would tell nothing that
// the first did not. Held in this process's memory only, wiped when it goes, gone with the key.
//
// Concurrency: any thread. Limits: kMaxShownTasks, kMaxShownTask; the oldest make way.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "base/mutex.h"
#include "base/secret.h"

namespace guildhall::room {

class ShownTasks {
 public:
  // JSON text.
  std::optional<std::string> find(ProjectId project, ContentRef ref) const EXCLUDES(mutex_);
  // What was opened before the last forgetting is not kept: `since` is forgettings() of then.
  void keep(ProjectId project, ContentRef ref, std::string_view data, std::uint64_t since)
      EXCLUDES(mutex_);
  std::uint64_t forgettings() const EXCLUDES(mutex_);
  void forget(ProjectId project) EXCLUDES(mutex_);
  void forget() EXCLUDES(mutex_);

 private:
  using Name = std::pair<ProjectId, ContentRef>;
  void drop_oldest() REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::map<Name, Secret> tasks_ GUARDED_BY(mutex_);
  std::deque<Name> order_ GUARDED_BY(mutex_);  // oldest first
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;
  std::uint64_t forgettings_ GUARDED_BY(mutex_) = 0;
};

}  // namespace guildhall::room
