// A request body on its way from the loop to the worker that reads it.
//
// Operation. The loop appends until the high mark and then suspends the connection; the worker
// takes all there is at once, which resumes it. So at most two buffers are held: the one being
// filled and the one being read.
//
// Concurrency: the loop appends, one worker reads. Suspending and resuming happen under the mutex,
// so that neither is lost.
// Limits: kBodyStreamBytes and one read of the loop above it; the route's max_body_bytes.
#pragma once

#include <microhttpd.h>

#include <string>

#include "base/mutex.h"
#include "net/http.h"

namespace guildhall::net {

class BodyBuffer final : public BodyStream {
 public:
  BodyBuffer(MHD_Connection* connection, std::size_t max_bytes)
      : connection_(connection), max_bytes_(max_bytes) {}

  Result<std::string_view> read() override;

  enum class Taken : unsigned char { all, suspended, reader_gone };
  // Loop: takes all or, when full, suspends the connection and takes nothing.
  Taken append(const char* data, std::size_t size);
  // Loop: the body is whole. False when the reader has finished already and left a reply.
  // Otherwise the connection is suspended until it does.
  bool end_and_wait();
  // Loop or sweeper: no more will come.
  void fail_with(const Error& error);
  // Worker: nobody will read any more, the reply is ready. `resume` says whether the loop is to
  // be woken for it when the body has ended. True when the body had ended and the connection is
  // suspended.
  bool close_reader(bool resume);

 private:
  void resume_if_suspended() REQUIRES(mutex_);

  MHD_Connection* const connection_;
  const std::size_t max_bytes_;
  Mutex mutex_;
  CondVar arrived_;
  std::string filling_ GUARDED_BY(mutex_);
  std::size_t total_ GUARDED_BY(mutex_) = 0;
  bool suspended_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;
  bool reader_gone_ GUARDED_BY(mutex_) = false;
  std::optional<Error> error_ GUARDED_BY(mutex_);
  std::string reading_;  // the worker's
};

}  // namespace guildhall::net
