// Walks a project's finished work in order of task and gives it to a delivery format, chunk by
// chunk, in constant memory.
//
// A chunk is one call of `next` inside the caller's read transaction. All chunks inside one
// transaction make a frozen snapshot (a delivery); each in its own make a live stream (an export).
//
// Concurrency: one thread.
// Limits: kDeliveryChunk tasks, kDeliveryChunkBytes of their data at a time.
#pragma once

#include <boost/json/monotonic_resource.hpp>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/content.h"
#include "work/assignment.h"
#include "work/assist/proposals.h"
#include "work/delivery/delivery.h"
#include "work/delivery/posterior.h"
#include "work/place.h"

namespace guildhall::work {

struct DeliveryFilter {
  bool any_state = false;  // otherwise accepted and fixed only
  BatchId batch;           // 0: all
  TimeMs since_ms = 0;     // submitted at or after
  std::optional<PosteriorWish> posterior;

  // {"state"?: "accepted"|"any", "batch"?: id, "since"?: time,
  //  "posterior"?: {"least"?: 0 to 1, "question"?: id}}
  static Result<DeliveryFilter> parse(const json::value& filter, const Context& ctx,
                                      ProjectId project);
};

class DeliveryReader {
 public:
  DeliveryReader(const Context& ctx, ProjectId project, DeliveryFilter filter,
                 DeliveryFormat& format)
      : ctx_(ctx), project_(project), filter_(std::move(filter)), format_(format) {}

  // What the filter's wish is answered by; before the first chunk. The caller keeps it.
  void weigh_by(const Posteriors& posteriors) { posteriors_ = &posteriors; }

  // Appends the next chunk's lines; false when there are no more tasks, or the format is full.
  Result<bool> next(store::Tx& tx, std::string& out);

  const DeliveryFilter& filter() const { return filter_; }
  const std::map<std::int64_t, bool>& guidelines_versions() const { return guidelines_; }
  const std::map<std::int64_t, bool>& template_versions() const { return templates_; }

 private:
  struct HeldTask {
    TaskId id;
    BatchId batch;
    AssignmentId final_;
    Plaintext body;
  };
  struct HeldAnswers {
    TaskId task;
    bool adjudicated = false;
    AssignmentId id;
    MemberId member;
    std::int64_t vendor = 0;
    AssignmentState state = AssignmentState::accepted;
    std::int64_t order_seed = 0;
    std::int64_t revision = 0;
    TimeMs submitted_at = 0;
    std::int64_t active_ms = 0;
    std::int64_t guidelines_version = 0;
    std::int64_t template_version = 0;
    TimeMs leased_at = 0;
    std::int64_t settings_version = 0;
    Plaintext answers;
  };
  // Memory of a parsed task, used again for each.
  struct Pool {
    alignas(std::max_align_t) unsigned char first[16 << 10];
    json::monotonic_resource memory{first, sizeof first};
  };

  Result<void> learn_project(store::Tx& tx);
  Result<void> read_tasks(store::Tx& tx);
  Result<void> read_answers(store::Tx& tx);
  Result<void> read_final(store::Tx& tx, const HeldTask& task);
  Result<void> append_task(store::Tx& tx, const HeldTask& held,
                           std::span<const HeldAnswers> answers, std::string& out);
  Result<void> add_dialogue(store::Tx& tx, const HeldAnswers& held, DeliverySubmission& shown);
  Result<void> add_provenance(store::Tx& tx, const DeliveryTask& task, const HeldAnswers& held,
                              DeliverySubmission& shown);
  Result<std::optional<DeliveryReview>> newest_review(store::Tx& tx, AssignmentId id);
  // What models did with the chunk's tasks, where the format tells it.
  Result<void> read_models(store::Tx& tx);
  Result<void> add_drafts(store::Tx& tx, const HeldAnswers& held, DeliverySubmission& shown);
  void add_models(TaskId id, DeliveryTask& task) const;
  std::string origin_json(const assist::Origin& origin) const;
  std::string_view member_name(MemberId id);
  // Of a delivery that asks for posteriors; false where the task is not sure enough.
  bool add_posterior(TaskId id, DeliveryTask& task) const;

  const Context& ctx_;
  const ProjectId project_;
  const DeliveryFilter filter_;
  DeliveryFormat& format_;
  const Posteriors* posteriors_ = nullptr;
  TaskId after_;
  bool learned_ = false;
  bool reviewed_ = false;  // the project has reviews at all
  std::string kind_;       // the template's
  std::map<BatchId, std::string> batches_;
  std::map<std::int64_t, std::string> vendors_;
  std::map<MemberId, std::string> members_;
  std::map<std::int64_t, bool> guidelines_;
  std::map<std::int64_t, bool> templates_;
  // The chunk's.
  std::vector<HeldTask> tasks_;
  std::vector<HeldAnswers> answers_;
  std::vector<assist::ModelAnswer> models_;  // in order of task
  std::vector<assist::Proposal> made_;
  std::unique_ptr<Pool> pool_ = std::make_unique<Pool>();
};

}  // namespace guildhall::work
