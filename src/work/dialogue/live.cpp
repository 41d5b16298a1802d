#include "work/dialogue/live.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "base/log.h"

namespace guildhall::work::dialogue {
namespace {

constexpr std::int64_t kLookMs = 200;  // how exactly the writer keeps its times

}  // namespace

// What wakes the writer.
struct LiveReplies::Bell {
  Mutex mutex;
  CondVar rung;
  bool news GUARDED_BY(mutex) = false;
  bool stopping GUARDED_BY(mutex) = false;

  void ring() {
    MutexLock lock(mutex);
    news = true;
    rung.notify_one();
  }
  // False when it is to stop.
  bool wait() {
    MutexLock lock(mutex);
    if (!news && !stopping) rung.wait_for_ms(mutex, kLookMs);
    news = false;
    return !stopping;
  }
};

class LiveReplies::Stream final : public ReplyStream {
 public:
  Stream(Begun begun, std::shared_ptr<Bell> bell)
      : begun_(std::move(begun)), bell_(std::move(bell)) {
    for (const auto& ask : begun_.asks) replies_.push_back({.ask = &ask});
  }

  ProjectId project() const { return begun_.project; }
  const Begun& begun() const { return begun_; }

  void on_news(std::function<void()> wake) override EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    wake_ = std::move(wake);
  }
  Heard hear() override EXCLUDES(mutex_);
  void leave() override EXCLUDES(mutex_) {
    on_news({});
    end(NodeState::cancelled, "Nobody waited for the rest.");
  }

  // ---- the models' side
  void came(std::size_t which, std::string_view delta) EXCLUDES(mutex_);
  void ended(std::size_t which, const Ended& how) EXCLUDES(mutex_);
  void holds(std::size_t which, const std::shared_ptr<Call>& call) EXCLUDES(mutex_);
  // Whatever has not ended ends so.
  void end(NodeState state, const std::string& why) EXCLUDES(mutex_);

  // ---- the writer's side
  struct Due {
    std::size_t which;
    Progress progress;
    std::size_t bytes;  // of the text that is written
  };
  std::vector<Due> due(std::int64_t now_ms) EXCLUDES(mutex_);
  void written(const Due& due, std::int64_t now_ms) EXCLUDES(mutex_);
  bool over() const EXCLUDES(mutex_);

 private:
  struct Reply {
    const Begun::Ask* ask;
    std::string text = {};
    std::size_t heard = 0;    // bytes
    std::size_t written = 0;  // bytes
    std::int64_t written_ms = monotonic_ms();
    std::int64_t touched_ms = monotonic_ms();
    std::optional<Ended> ended = {};
    bool kept = false;  // and durable
    bool told = false;
    std::shared_ptr<Call> call = {};
  };
  void wake() EXCLUDES(mutex_);

  const Begun begun_;
  const std::shared_ptr<Bell> bell_;
  mutable Mutex mutex_;
  std::vector<Reply> replies_ GUARDED_BY(mutex_);
  std::function<void()> wake_ GUARDED_BY(mutex_);
};

// One model's listener. It holds the stream; the stream lets go of the call when it is over.
class LiveReplies::Ear final : public Listener {
 public:
  Ear(std::shared_ptr<Stream> stream, std::size_t which)
      : stream_(std::move(stream)), which_(which) {}
  void on_text(std::string_view delta) override { stream_->came(which_, delta); }
  void on_end(const Ended& ended) override { stream_->ended(which_, ended); }

 private:
  const std::shared_ptr<Stream> stream_;
  const std::size_t which_;
};

void LiveReplies::Stream::wake() {
  std::function<void()> call;
  {
    MutexLock lock(mutex_);
    call = wake_;
  }
  if (call) call();
}

Heard LiveReplies::Stream::hear() {
  MutexLock lock(mutex_);
  Heard heard;
  heard.over = true;
  for (auto& reply : replies_) {
    if (reply.heard < reply.text.size()) {
      heard.texts.emplace_back(reply.ask->node, reply.text.substr(reply.heard));
      reply.heard = reply.text.size();
    }
    if (reply.kept && !reply.told) {
      heard.done.push_back({reply.ask->node, reply.ended->state, reply.ended->why});
      reply.told = true;
    }
    heard.over = heard.over && reply.told;
  }
  return heard;
}

void LiveReplies::Stream::came(std::size_t which, std::string_view delta) {
  std::shared_ptr<Call> too_long;
  {
    MutexLock lock(mutex_);
    auto& reply = replies_[which];
    if (reply.ended || delta.empty()) return;
    if (reply.text.size() + delta.size() <= kMaxReplyBytes) {
      reply.text += delta;
    } else {
      reply.ended = Ended{NodeState::incomplete, {}, {}, "The reply is longer than is kept."};
      too_long = reply.call;
    }
  }
  if (too_long) too_long->cancel();
  wake();
}

void LiveReplies::Stream::ended(std::size_t which, const Ended& how) {
  {
    MutexLock lock(mutex_);
    auto& reply = replies_[which];
    if (reply.ended) return;
    reply.ended = how;
  }
  bell_->ring();
}

void LiveReplies::Stream::holds(std::size_t which, const std::shared_ptr<Call>& call) {
  {
    MutexLock lock(mutex_);
    auto& reply = replies_[which];
    reply.call = call;
    if (!reply.ended) return;
  }
  call->cancel();  // it ended, or nobody wants it any more, before it was held
}

void LiveReplies::Stream::end(NodeState state, const std::string& why) {
  std::vector<std::shared_ptr<Call>> calls;
  {
    MutexLock lock(mutex_);
    for (auto& reply : replies_) {
      if (reply.ended) continue;
      reply.ended = Ended{state, {}, {}, why};
      if (reply.call) calls.push_back(reply.call);
    }
  }
  for (const auto& call : calls) call->cancel();
  bell_->ring();
}

std::vector<LiveReplies::Stream::Due> LiveReplies::Stream::due(std::int64_t now_ms) {
  MutexLock lock(mutex_);
  std::vector<Due> out;
  for (std::size_t i = 0; i < replies_.size(); ++i) {
    const auto& reply = replies_[i];
    if (reply.kept) continue;
    bool more = reply.text.size() > reply.written && now_ms - reply.written_ms >= kReplyFlushMs;
    if (!reply.ended && !more && now_ms - reply.touched_ms < kReplyTouchMs) continue;
    Due due{i,
            {begun_.project, begun_.assignment, begun_.member, reply.ask->node, reply.ask->content},
            reply.text.size()};
    if (reply.ended || more) {
      due.progress.said = Said{reply.text, reply.ask->model, reply.ask->parameters, {}, {}};
    }
    if (reply.ended) {
      due.progress.state = reply.ended->state;
      due.progress.exchange = reply.ended->exchange;
      due.progress.said->finish = reply.ended->finish;
      due.progress.said->why = reply.ended->why;
    }
    out.push_back(std::move(due));
  }
  return out;
}

void LiveReplies::Stream::written(const Due& due, std::int64_t now_ms) {
  std::shared_ptr<Call> over;  // let go outside
  {
    MutexLock lock(mutex_);
    auto& reply = replies_[due.which];
    reply.touched_ms = now_ms;
    if (due.progress.said) {
      reply.written = due.bytes;
      reply.written_ms = now_ms;
    }
    if (due.progress.state == NodeState::streaming) return;
    reply.kept = true;
    if (due.progress.state != reply.ended->state) {
      reply.ended->why = "The workspace was locked before the reply was kept.";
    }
    reply.ended->state = due.progress.state;
    over = std::move(reply.call);
  }
  wake();
}

bool LiveReplies::Stream::over() const {
  MutexLock lock(mutex_);
  return std::ranges::all_of(replies_, &Reply::kept);
}

LiveReplies::LiveReplies(const Context& ctx, Models& models)
    : ctx_(ctx), models_(models), bell_(std::make_shared<Bell>()) {}

LiveReplies::~LiveReplies() { stop(); }

void LiveReplies::start() {
  writer_ = std::thread([this] {
    while (bell_->wait()) write_down();
  });
}

void LiveReplies::stop() {
  {
    MutexLock lock(bell_->mutex);
    bell_->stopping = true;
    bell_->rung.notify_one();
  }
  if (!writer_.joinable()) return;
  writer_.join();
  end({}, NodeState::incomplete, "The server stopped.");
  write_down();
}

std::vector<std::shared_ptr<LiveReplies::Stream>> LiveReplies::streams() const {
  MutexLock lock(mutex_);
  return streams_;
}

Result<void> LiveReplies::admit(std::size_t replies) const {
  for (const auto& stream : streams()) replies += stream->begun().asks.size();
  if (replies <= kMaxLiveReplies) return {};
  return fail(Fault::unavailable, "too-many-dialogues", "Too many replies are being written.");
}

std::shared_ptr<ReplyStream> LiveReplies::open(Begun begun) {
  auto stream = std::make_shared<Stream>(std::move(begun), bell_);
  {
    MutexLock lock(mutex_);
    streams_.push_back(stream);
  }
  const auto& about = stream->begun();
  for (std::size_t i = 0; i < about.asks.size(); ++i) {
    const auto& ask = about.asks[i];
    auto call = models_.ask({about.project, about.member, ask.model, ask.body},
                            std::make_shared<Ear>(stream, i));
    if (call) {
      stream->holds(i, *call);
    } else {
      stream->ended(i, {NodeState::error, {}, {}, call.error().detail});
    }
  }
  return stream;
}

void LiveReplies::end(ProjectId only, NodeState state, const std::string& why) {
  for (const auto& stream : streams()) {
    if (!only || stream->project() == only) stream->end(state, why);
  }
}

void LiveReplies::darken(ProjectId project) {
  end(project, NodeState::incomplete, "The workspace was locked.");
}

void LiveReplies::darken() { darken(ProjectId{}); }

void LiveReplies::write_down() {
  std::vector<std::pair<std::shared_ptr<Stream>, Stream::Due>> all;
  std::vector<Progress> items;
  int ends = 0;
  for (const auto& stream : streams()) {
    for (auto& due : stream->due(monotonic_ms())) {
      ends += due.progress.state != NodeState::streaming;
      all.emplace_back(stream, std::move(due));
    }
  }
  if (all.empty()) return;
  auto deeds = ends > 0 ? ctx_.keys.take(ends) : Result<std::int64_t>(0);
  if (!deeds) return;  // the next round tries again
  for (auto& [stream, due] : all) {
    if (due.progress.state != NodeState::streaming) due.progress.deed = (*deeds)++;
    items.push_back(due.progress);
  }
  if (auto done = write_progress(ctx_, items); !done) {
    log_line(LogLevel::warning, "replies were not kept", {{"type", done.error().type}});
    return;
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].second.progress.state = items[i].state;
    all[i].first->written(all[i].second, monotonic_ms());
  }
  MutexLock lock(mutex_);
  std::erase_if(streams_, [](const auto& stream) { return stream->over(); });
}

}  // namespace guildhall::work::dialogue
