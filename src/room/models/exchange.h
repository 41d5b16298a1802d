// One request to a model, from the reservation to the record: attempts at the targets in their
// order, what is passed on to who asked, and what it cost.
//
// Each attempt reserves its worst case before it is sent, and settles by what is known when it is
// over, however it ends. Nothing of an attempt is passed on before it is certain that it is the
// last: the head of a stream waits for its first bytes. Once bytes went out, there is no other
// attempt, and what ends them is the dialect's own end or its error event, never a forged one.
//
// Concurrency: start() on a worker; the sink's calls on the line's thread; cancel(), end() and
// took() on any. It keeps itself alive until it is over. ModelOut is called under no lock, in
// order, and may call back.
// Limits: those of the recorder, the pots and the line; kMaxModelReply.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "gateway/attempts.h"
#include "gateway/dialects/request.h"
#include "gateway/limiter.h"
#include "gateway/recorder.h"
#include "gateway/virtual_keys.h"
#include "room/models/line.h"

namespace guildhall::room {

class ModelGateway;

// Whoever asked.
class ModelOut {
 public:
  virtual ~ModelOut() = default;
  // Once, before any data.
  virtual void head(int status, const gateway::HeaderList& headers, bool stream) = 0;
  virtual void data(std::string_view bytes) = 0;
  virtual void end() = 0;
  // Instead of all that.
  virtual void refuse(const Error& why, std::optional<std::int64_t> retry_after_ms) = 0;
};

struct ModelWish {
  gateway::Access access;
  gateway::Request request;
  gateway::HeaderList headers;  // that go on to the provider, of a closed list
  MemberId member;              // 0: a program
};

class ModelExchange final : public ModelSink, public std::enable_shared_from_this<ModelExchange> {
 public:
  // Takes its places among those under way: refused here, nothing of it is left. Errors: those of
  // take_share and Recorder::admit; invalid/"not-translatable" where no target can do it.
  static Result<std::shared_ptr<ModelExchange>> open(ModelGateway& gateway, ModelWish wish);
  ModelExchange(ModelGateway& gateway, ModelWish wish);

  void start(std::shared_ptr<ModelOut> out);
  // Who asked has gone: the provider is let go at once, and nobody is told.
  void cancel();
  // The room ends it, and who asked is told why.
  void end(Error why);
  // So many bytes of the reply were taken by who asked.
  void took(std::size_t bytes);
  ProjectId project() const { return wish_.access.key.project; }
  // As the attempt that is under way, or was the last, is recorded if it comes to be sent.
  ExchangeId id() const { return id_; }
  // How it ended; error until then.
  gateway::ExchangeState state() const { return state_; }
  // Of its last attempt, once it is over.
  std::int64_t cost() const { return cost_; }

  void on_head(gateway::Head head) override;
  void on_data(std::string_view bytes) override;
  void on_meter(gateway::Meter meter) override;
  void on_end(gateway::End end) override;

 private:
  // What one attempt has come to.
  struct Attempt {
    gateway::WorstCase worst;
    gateway::Hold hold;
    gateway::Head head;
    gateway::Meter meter;
    std::string body;         // of a reply that is not passed on piece by piece
    std::uint64_t bytes = 0;  // that were passed on
    std::int64_t first_ms = -1;
    bool streams = false;
    bool passed_on = false;  // a byte of it has gone out
  };

  void try_target();
  Result<void> send();
  gateway::Begin begin_of(const gateway::Target& target) const;
  const gateway::Target& target() const { return *targets_[attempts_.target()]; }
  void after(const gateway::AttemptEnd& end, gateway::Ending ending);
  std::optional<gateway::Charge> settle(gateway::Ending ending);
  void trace(const gateway::Exchange& exchange);
  // A name and a place in the record, for what comes next; waits for one so long.
  Result<void> renew(std::int64_t wait_ms);
  void record(gateway::ExchangeState state, const std::optional<gateway::Charge>& charge);
  void pass_on(gateway::Ending ending);
  void close(gateway::ExchangeState state, gateway::Ending ending);
  bool is_cancelled() const;
  void close_cancelled(gateway::Ending ending);

  ModelGateway& gateway_;
  ModelWish wish_;
  ExchangeId id_;
  std::vector<const gateway::Target*> targets_;
  gateway::Attempts attempts_;
  gateway::Place place_;
  gateway::Share key_share_;
  gateway::Share model_share_;
  std::shared_ptr<ModelOut> out_;
  Attempt now_;
  std::string reply_;            // as it went out, for the record
  std::vector<PeerRunId> runs_;  // through which it went, since it was last recorded
  gateway::Tokens tokens_;
  std::int64_t cost_ = 0;
  bool measured_ = false;
  Error failure_;  // of the last attempt, where it was ours to tell
  std::optional<std::int64_t> retry_after_ms_;
  TimeMs at_ = 0;  // when the attempt began
  std::int64_t begun_ms_ = 0;
  gateway::ExchangeState state_ = gateway::ExchangeState::error;

  mutable Mutex mutex_;
  std::optional<ModelLine::Handle> handle_ GUARDED_BY(mutex_);
  bool cancelled_ GUARDED_BY(mutex_) = false;
  std::optional<Error> ended_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::room
