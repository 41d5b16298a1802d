#include "room/models/line.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace guildhall::room {
namespace {

using gateway::Frame;
using gateway::FrameKind;

}  // namespace

ModelLine::ModelLine(PeerWatch& peers)
    : peers_(peers),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = 0;  // pipes are numbered from 1
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
  reader_ = std::thread([this] { run(); });
}

ModelLine::~ModelLine() {
  stop();
  close(wake_);
  close(epoll_);
}

void ModelLine::stop() {
  if (stopping_.exchange(true)) return;
  std::uint64_t one = 1;
  [[maybe_unused]] auto written = ::write(wake_, &one, sizeof one);
  reader_.join();
  Pipes pipes;
  {
    MutexLock lock(mutex_);
    pipes = pipes_;
  }
  for (const auto& [id, pipe] : pipes) drop(id);
}

// ---- out
Result<std::shared_ptr<ModelLine::Pipe>> ModelLine::pipe_to(const std::string& peer) {
  if (auto known = by_peer_.find(peer); known != by_peer_.end()) return pipes_.at(known->second);
  auto opened = TRY(peers_.open(peer));
  auto pipe = std::make_shared<Pipe>(peer, opened);
  auto id = ++last_pipe_;
  pipes_[id] = pipe;
  by_peer_[peer] = id;
  watch(id, opened.fd, false, true);
  return pipe;
}

void ModelLine::watch(std::uint64_t id, int fd, bool writable, bool fresh) {
  epoll_event event{};
  event.events = EPOLLIN | (writable ? EPOLLOUT : 0U);
  event.data.u64 = id;
  epoll_ctl(epoll_, fresh ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
}

// Most often the socket takes it all, and the thread that reads need not be woken.
void ModelLine::write(std::uint64_t id, Pipe& pipe, const std::string& frames) {
  MutexLock lock(pipe.writing);
  bool waited = pipe.frames.has_more();
  pipe.frames.out() += frames;
  if (waited) return;
  // A broken one is found, and ended, by the thread that reads.
  if (pipe.frames.flush() && pipe.frames.has_more()) watch(id, pipe.frames.fd(), true, false);
}

Result<ModelLine::Handle> ModelLine::send(const std::string& peer, gateway::Begin begin,
                                          std::string_view body, std::shared_ptr<ModelSink> sink) {
  std::shared_ptr<Pipe> pipe;
  Handle handle;
  {
    MutexLock lock(mutex_);
    if (stopping_) return fail(Fault::unavailable, "stopping", "The server is stopping.");
    pipe = TRY(pipe_to(peer));
    if (pipe->sinks.size() >= kMaxModelExchanges) {
      return fail(Fault::unavailable, "model-line-full",
                  "Too many requests to this provider are under way.");
    }
    do {
      ++pipe->last;
    } while (pipe->sinks.contains(pipe->last));
    handle = {by_peer_.at(peer), pipe->last, pipe->run};
    pipe->sinks[handle.exchange] = std::move(sink);
    under_way_.fetch_add(1, std::memory_order_relaxed);
  }
  begin.body_bytes = static_cast<std::uint32_t>(body.size());
  std::string frames;
  frames.reserve(body.size() + 256);
  gateway::put_begin(frames, handle.exchange, begin);
  gateway::put_pieces(frames, FrameKind::body, handle.exchange, body);
  gateway::put_frame(frames, FrameKind::body_end, handle.exchange, {});
  write(handle.pipe, *pipe, frames);
  return handle;
}

void ModelLine::credit(Handle handle, std::size_t bytes) {
  std::shared_ptr<Pipe> pipe;
  {
    MutexLock lock(mutex_);
    auto at = pipes_.find(handle.pipe);
    if (at == pipes_.end() || !at->second->sinks.contains(handle.exchange)) return;
    pipe = at->second;
  }
  std::string frame;
  gateway::put_credit(frame, handle.exchange, static_cast<std::uint32_t>(bytes));
  write(handle.pipe, *pipe, frame);
}

void ModelLine::cancel(Handle handle) {
  std::shared_ptr<Pipe> pipe;
  {
    MutexLock lock(mutex_);
    auto at = pipes_.find(handle.pipe);
    if (at == pipes_.end() || !at->second->sinks.contains(handle.exchange)) return;
    pipe = at->second;
  }
  std::string frame;
  gateway::put_frame(frame, FrameKind::cancel, handle.exchange, {});
  write(handle.pipe, *pipe, frame);
}

// ---- in
void ModelLine::run() {
  while (!stopping_) {
    epoll_event events[64];
    int count = epoll_wait(epoll_, events, 64, -1);
    for (int i = 0; i < count && !stopping_; ++i) {
      if (events[i].data.u64 == 0) continue;  // to stop
      auto happened = events[i].events;
      on_ready(events[i].data.u64, (happened & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0,
               (happened & EPOLLOUT) != 0);
    }
  }
}

void ModelLine::on_ready(std::uint64_t id, bool readable, bool writable) {
  std::shared_ptr<Pipe> pipe;
  {
    MutexLock lock(mutex_);
    auto at = pipes_.find(id);
    if (at == pipes_.end()) return;
    pipe = at->second;
  }
  if (writable) {
    MutexLock lock(pipe->writing);
    bool sound = pipe->frames.flush().has_value();
    if (sound && !pipe->frames.has_more()) watch(id, pipe->frames.fd(), false, false);
  }
  if (!readable) return;
  auto read = pipe->frames.read([&](const Frame& frame) { return on_frame(id, frame); });
  if (read) return;
  log_line(LogLevel::warning, "the way to a model provider broke",
           {{"type", std::string_view(read.error().type)}});
  drop(id);
}

Result<void> ModelLine::on_frame(std::uint64_t id, const Frame& frame) {
  std::shared_ptr<ModelSink> sink;
  {
    MutexLock lock(mutex_);
    auto at = pipes_.find(id);
    if (at == pipes_.end()) return {};
    auto found = at->second->sinks.find(frame.exchange);
    if (found == at->second->sinks.end()) return {};  // over
    sink = found->second;
    if (frame.kind == FrameKind::end) {
      at->second->sinks.erase(found);
      under_way_.fetch_sub(1, std::memory_order_relaxed);
    }
  }
  switch (frame.kind) {
    case FrameKind::head: sink->on_head(TRY(gateway::read_head(frame.payload))); return {};
    case FrameKind::data: sink->on_data(frame.payload); return {};
    case FrameKind::meter: sink->on_meter(TRY(gateway::read_meter(frame.payload))); return {};
    case FrameKind::end: sink->on_end(TRY(gateway::read_end(frame.payload))); return {};
    default: return fail(Fault::malformed, "bad-frame", "A frame goes the wrong way.");
  }
}

void ModelLine::drop(std::uint64_t id) {
  std::shared_ptr<Pipe> pipe;
  std::unordered_map<std::uint32_t, std::shared_ptr<ModelSink>> left;
  {
    MutexLock lock(mutex_);
    auto at = pipes_.find(id);
    if (at == pipes_.end()) return;
    pipe = std::move(at->second);
    pipes_.erase(at);
    by_peer_.erase(pipe->peer);
    left = std::exchange(pipe->sinks, {});
    under_way_.fetch_sub(left.size(), std::memory_order_relaxed);
  }
  epoll_ctl(epoll_, EPOLL_CTL_DEL, pipe->frames.fd(), nullptr);
  for (auto& [exchange, sink] : left) sink->on_end({gateway::Ending::broken, {}});
}

}  // namespace guildhall::room
