// Deliveries: a frozen, repeatable copy of a project's work with a manifest, built in the
// background into a file of its own, once, and then only read.
//
// A delivery that the process did not finish is built anew at the next start: the file appears
// under its name only when it is whole and its row says so.
//
// Concurrency: DeliveryBuilder has one thread; every member may be called from any.
// Limits: none of its own; deliveries are built one after the other.
#pragma once

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "store/sealed_file.h"
#include "work/delivery_reader.h"

namespace guildhall::work {

struct Delivery {
  DeliveryId id;
  DeliveryState state = DeliveryState::building;
  std::string format;
  std::string filter_json;    // what was asked: {"filter", "note"}
  std::string manifest_json;  // empty until ready
  std::int64_t built = 0;     // tasks looked at so far
  std::int64_t bytes = 0;     // padded; the manifest has the true number
  TimeMs created_at = 0;
  ContentRef filter_ref;
  ContentRef manifest_ref;
};

struct NewDelivery {
  std::string format;
  json::value filter;
  std::string note;
};

Result<Delivery> find_delivery(store::Tx& tx, const Context& ctx, ProjectId project, DeliveryId id);
// Newest first; those made before `before`, or from the newest where it is 0.
Result<std::vector<Delivery>> list_deliveries(store::Tx& tx, const Context& ctx, ProjectId project,
                                              DeliveryId before, std::int64_t limit);
// Of a ready one.
Result<store::SealedFile> delivery_file(const Context& ctx, ProjectId project,
                                        const Delivery& delivery);

class DeliveryBuilder {
 public:
  // Takes up what an earlier process left unfinished.
  // Without `posteriors` nobody can ask for them.
  explicit DeliveryBuilder(const Context& ctx, PosteriorSource posteriors = {});
  ~DeliveryBuilder() { stop(); }

  // Checks and records the wish, and builds it in the background.
  Result<DeliveryId> request(const Actor& actor, ProjectId project, const NewDelivery& wish);
  // Waits until it is built, at most so long.
  void wait_ms(DeliveryId id, std::int64_t timeout_ms);
  void stop();

 private:
  struct Job {
    ProjectId project;
    DeliveryId id;
  };
  void run();
  Result<void> build(const Job& job);
  Result<void> finish(const Job& job, DeliveryState state, std::string_view manifest,
                      std::int64_t built, std::int64_t bytes);
  bool stopping() EXCLUDES(mutex_);

  // What the delivery's filter asks of all judgments; none where it asks for nothing.
  Result<std::optional<Posteriors>> posteriors_for(const Job& job);

  const Context& ctx_;
  const PosteriorSource posteriors_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Job> jobs_ GUARDED_BY(mutex_);
  DeliveryId building_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace guildhall::work
