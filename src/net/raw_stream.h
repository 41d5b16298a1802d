// Replies that are written on the descriptor itself while MHD keeps the connection suspended, so
// that they neither cost MHD's loop anything nor hold a worker between two pieces. This is what
// all of them share; what they send is a kind each: SourceStream, PolledStream, LiveStream.
// Internal to src/net.
//
// Operation. A stream is stepped by a worker: flush what is left, then have itself fed, until there
// is nothing, the socket is full or its time slice is over. A full socket parks the stream; the
// watch has it stepped again when it is writable, and ends it when the client has left. The
// connection closes with the reply; its last bytes are given kLingerMs to arrive.
//
// Concurrency: at most one step is queued or runs; what is not guarded is the step's own. Lock
// order: RawStreams::mutex_ and Topics::mutex_ before RawStream::mutex_.
// Limits: kSendStallMs; the buffer holds what one feed gives.
#pragma once

#include <string>

#include "net/exchange.h"
#include "net/watch.h"

namespace guildhall::net {

class RawStream : public Job, public Watched, public std::enable_shared_from_this<RawStream> {
 public:
  void run() noexcept final;

  // RawStreams, in this order; `end` instead of `begin`, or at any time later.
  virtual void join() {}
  void begin();
  void end();
  // Watch thread.
  void on_ready(bool writable, bool gone) final;
  void on_tick(std::int64_t now_ms);

  virtual RawKind kind() const = 0;
  const std::uint64_t id;

 protected:
  RawStream(RawStreams& owner, std::shared_ptr<Exchange> exchange, std::uint64_t id, int fd);

  enum class Fed : unsigned char {
    some,     // ask again when it is sent
    nothing,  // not before somebody pokes
    over,     // after what it gave now, if anything
    broken,   // the connection is cut
  };
  // Worker: everything before has been handed to the kernel; appends to out_.
  virtual Fed feed() = 0;
  // After the last step: what `join` and others put into lists is taken out.
  virtual void leave() {}
  // Watch thread, while nothing is being sent.
  virtual void on_idle_tick(std::int64_t /*now_ms*/) REQUIRES(mutex_) {}

  // What is appended in between becomes one chunk, where the reply is chunked; nothing at all none.
  // False: there was nothing. A chunk is at most 4 GiB.
  std::size_t open_chunk();
  Result<bool> close_chunk(std::size_t at);
  void last_chunk();
  // The end of the connection will be no good end, and what the kernel still holds is dropped.
  void reset_on_close();

  void poke() REQUIRES(mutex_);

  RawStreams& owner_;
  const std::shared_ptr<Exchange> exchange_;
  Reply reply_;
  std::string out_;

  Mutex mutex_;
  bool blocked_ GUARDED_BY(mutex_) = false;   // waits for the socket to drain
  bool stepping_ GUARDED_BY(mutex_) = false;  // queued or running
  bool released_ GUARDED_BY(mutex_) = false;
  std::int64_t linger_until_ms_ GUARDED_BY(mutex_) = 0;

 private:
  enum class Flush : unsigned char { sent, full, broken };
  enum class Next : unsigned char { again, park, blocked, close, abort };

  Next step();
  Fed fed();
  Flush flush();
  void queue_step() REQUIRES(mutex_);
  bool park(bool blocked);
  void begin_linger();
  void release();

  const int fd_;
  bool chunked_ = false;
  bool over_ = false;
  std::size_t sent_ = 0;

  bool again_ GUARDED_BY(mutex_) = false;  // something happened while it ran
  bool gone_ GUARDED_BY(mutex_) = false;
  std::int64_t stall_mark_ms_ = 0;  // the watch thread's
  std::uint64_t stall_mark_bytes_ = 0;
};

}  // namespace guildhall::net
