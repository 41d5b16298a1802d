// Walks a project's finished work in order of task and gives it to a delivery format, chunk by
// chunk, in constant memory.
//
// A chunk is one call of `next` inside the caller's read transaction. All chunks inside one
// transaction make a frozen snapshot (a delivery); each in its own make a live stream (an export).
//
// Concurrency: one thread.
// Limits: kDeliveryChunk tasks at a time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "work/assignment.h"
#include "work/delivery/delivery.h"
#include "work/place.h"

namespace guildhall::work {

struct DeliveryFilter {
  bool any_state = false;  // otherwise accepted and fixed only
  BatchId batch;           // 0: all
  TimeMs since_ms = 0;     // submitted at or after

  // {"state"?: "accepted"|"any", "batch"?: id, "since"?: time}
  static Result<DeliveryFilter> parse(const json::value& filter, const Context& ctx,
                                      ProjectId project);
};

class DeliveryReader {
 public:
  DeliveryReader(const Context& ctx, ProjectId project, DeliveryFilter filter,
                 DeliveryFormat& format)
      : ctx_(ctx), project_(project), filter_(filter), format_(format) {}

  // Appends the next chunk's lines; false when there are no more tasks.
  Result<bool> next(store::Tx& tx, std::string& out);

  const std::map<std::int64_t, bool>& guidelines_versions() const { return guidelines_; }
  const std::map<std::int64_t, bool>& template_versions() const { return templates_; }

 private:
  struct Held {
    TaskRow row;
    DeliveryTask task;
  };
  Result<std::vector<Held>> read_tasks(store::Tx& tx);
  Result<void> read_submissions(store::Tx& tx, std::vector<Held>& tasks);
  Result<void> add_final(store::Tx& tx, Held& held);
  Result<DeliverySubmission> show(store::Tx& tx, const Held& held, const Assignment& a,
                                  std::string answers);
  Result<std::optional<DeliveryReview>> newest_review(store::Tx& tx, const Assignment& a);
  Result<void> learn_names(store::Tx& tx);

  const Context& ctx_;
  const ProjectId project_;
  const DeliveryFilter filter_;
  DeliveryFormat& format_;
  TaskId after_;
  bool learned_ = false;
  bool reviewed_ = false;  // the project has reviews at all
  std::map<BatchId, std::string> batches_;
  std::map<std::int64_t, std::string> vendors_;
  std::map<std::int64_t, bool> guidelines_;
  std::map<std::int64_t, bool> templates_;
};

}  // namespace guildhall::work
