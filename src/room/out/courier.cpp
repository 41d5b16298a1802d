#include "room/out/courier.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

namespace guildhall::room {
namespace {

constexpr std::int64_t kGone = 410;  // of HTTP: wants no more
constexpr std::string_view kBadStatus = "http-status";

gateway::Begin begin_of(gateway::HeaderList headers) {
  gateway::Begin begin;
  begin.plain = true;
  begin.timeouts.whole_ms = static_cast<std::uint32_t>(kWebhookWaitMs);
  begin.max_reply_bytes = kMaxWebhookReply;
  begin.headers = std::move(headers);
  return begin;
}

bool is_fresh(const std::map<WebhookId, HookPlace>& read, const Webhook& hook) {
  auto at = read.find(hook.id);
  return at == read.end() || at->second < hook.place;
}

}  // namespace

// One notice on its way.
class Courier::Attempt final : public ModelSink {
 public:
  Attempt(WebhookId hook, std::shared_ptr<Bell> bell) : hook_(hook), bell_(std::move(bell)) {}
  void on_head(gateway::Head head) override { status_ = head.status; }
  void on_data(std::string_view /*bytes*/) override {}
  void on_meter(gateway::Meter /*meter*/) override {}
  void on_end(gateway::End end) override {
    bool answered = end.ending == gateway::Ending::complete && status_ != 0;
    bool good = answered && status_ >= 200 && status_ < 300;
    auto error = good ? std::string_view() : answered ? kBadStatus : ending_word(end.ending);
    MutexLock lock(bell_->mutex);
    bell_->ended.push_back({hook_, status_, std::string(error)});
    bell_->rung.notify_one();
  }

 private:
  const WebhookId hook_;
  const std::shared_ptr<Bell> bell_;
  std::int64_t status_ = 0;
};

Courier::Courier(CourierPorts ports) : ports_(std::move(ports)), bell_(std::make_shared<Bell>()) {}

void Courier::start() {
  thread_ = std::thread([this] { run(); });
}

void Courier::wake() {
  MutexLock lock(bell_->mutex);
  bell_->news = true;
  bell_->rung.notify_one();
}

void Courier::stop() {
  {
    MutexLock lock(bell_->mutex);
    bell_->stopping = true;
    bell_->rung.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Courier::run() {
  std::int64_t next_look_ms = 0;
  while (true) {
    std::vector<Ended> ended;
    bool all = false;
    {
      MutexLock lock(bell_->mutex);
      while (!bell_->stopping && !bell_->news && bell_->ended.empty() &&
             monotonic_ms() < next_look_ms) {
        auto wait_ms = std::max<std::int64_t>(next_look_ms - monotonic_ms(), 1);
        (void)bell_->rung.wait_for_ms(bell_->mutex, wait_ms);
      }
      if (bell_->stopping) return;
      ended.swap(bell_->ended);
      all = std::exchange(bell_->news, false) || monotonic_ms() >= next_look_ms;
    }
    std::set<WebhookId> moved;
    for (const auto& one : ended) {
      settle(one);
      moved.insert(one.hook);
    }
    if (all) next_look_ms = monotonic_ms() + kWebhookLookMs;
    if (ports_.my_turn()) {
      look(all ? std::nullopt : std::optional(std::move(moved)));
    } else {
      read_.clear();  // another goes on, and may move any of them
    }
  }
}

// Those that are due, or of them only the ones that just moved.
void Courier::look(const std::optional<std::set<WebhookId>>& only) {
  auto due = ports_.ctx.db.read_as([&](store::Tx& tx) { return due_webhooks(tx, ports_.ctx); });
  if (!due) {
    log_line(LogLevel::warning, "webhooks were not looked at", {{"type", due.error().type}});
    return;
  }
  for (auto& hook : *due) {
    bool asked = !only || only->contains(hook.id);
    bool may = !under_way_.contains(hook.id) && ports_.is_lit(hook.project);
    if (!asked || !may || under_way_.size() >= kMaxWebhooksUnderWay) continue;
    auto told = tell_next(std::move(hook));
    bool dark = !told && told.error().type == "locked";
    if (told || dark) continue;
    log_line(LogLevel::warning, "a webhook was not told", {{"type", told.error().type}});
  }
}

// Sends what comes next for it; false where there is nothing.
Result<bool> Courier::tell_next(Webhook hook) {
  const auto& ctx = ports_.ctx;
  if (is_fresh(read_, hook)) read_[hook.id] = hook.place;
  HookPlace upto = read_[hook.id];
  HookPlace before = upto;
  auto next = TRY(ctx.db.read_as([&](store::Tx& tx) -> Result<std::optional<HookDeed>> {
    upto = before;
    TRY(open_webhook(tx, ctx, hook));
    return next_for(tx, ctx, hook, upto);
  }));
  if (!next) {
    read_[hook.id] = upto;
    if (upto > before) wake();  // there may be more than is read at a time
    return false;
  }
  auto notice = make_notice(ports_.ids, hook, *next, system_clock().now_ms());
  auto id = hook.id;
  auto peer = hook.peer;
  under_way_.insert_or_assign(id, UnderWay{std::move(hook), next->place});
  auto sent = ports_.line.send(peer, begin_of(std::move(notice.headers)), notice.body,
                               std::make_shared<Attempt>(id, bell_));
  if (!sent) settle({id, 0, std::string(sent.error().type)});
  return true;
}

void Courier::settle(const Ended& ended) {
  auto at = under_way_.find(ended.hook);
  if (at == under_way_.end()) return;
  auto under_way = std::move(at->second);
  under_way_.erase(at);
  bool good = ended.error.empty();
  (good ? counts_.told : counts_.failed).fetch_add(1, std::memory_order_relaxed);
  auto recorded = good ? record_told(ports_.ctx, under_way.hook, under_way.place, ended.status)
                       : record_failure(ports_.ctx, under_way.hook, ended.status, ended.error,
                                        ended.status == kGone);
  if (recorded) return;
  // It is told again: better twice than never.
  log_line(LogLevel::warning, "what a webhook was told is not written down",
           {{"type", recorded.error().type}});
}

}  // namespace guildhall::room
