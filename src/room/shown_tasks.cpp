#include "room/shown_tasks.h"

#include "base/limits.h"

namespace guildhall::room {

std::optional<std::string> ShownTasks::find(ProjectId project, ContentRef ref) const {
  MutexLock lock(mutex_);
  auto at = tasks_.find({project, ref});
  if (at == tasks_.end()) return std::nullopt;
  return std::string(at->second.expose());
}

std::uint64_t ShownTasks::forgettings() const {
  MutexLock lock(mutex_);
  return forgettings_;
}

void ShownTasks::drop_oldest() {
  auto oldest = tasks_.extract(order_.front());
  order_.pop_front();
  bytes_ -= oldest.mapped().size();
}

void ShownTasks::keep(ProjectId project, ContentRef ref, std::string_view data,
                      std::uint64_t since) {
  if (data.size() > kMaxShownTask) return;
  MutexLock lock(mutex_);
  if (since != forgettings_) return;
  if (!tasks_.try_emplace({project, ref}, Secret(std::string(data))).second) return;
  order_.emplace_back(project, ref);
  bytes_ += data.size();
  while (bytes_ > kMaxShownTasks) drop_oldest();
}

void ShownTasks::forget(ProjectId project) {
  MutexLock lock(mutex_);
  ++forgettings_;
  std::erase_if(order_, [&](const Name& name) { return name.first == project; });
  for (auto at = tasks_.begin(); at != tasks_.end();) {
    auto here = at++;
    if (here->first.first != project) continue;
    bytes_ -= here->second.size();
    tasks_.erase(here);
  }
}

void ShownTasks::forget() {
  MutexLock lock(mutex_);
  ++forgettings_;
  tasks_.clear();
  order_.clear();
  bytes_ = 0;
}

}  // namespace guildhall::room
