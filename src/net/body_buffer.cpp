#include "net/body_buffer.h"

#include "base/limits.h"

namespace guildhall::net {

Result<std::string_view> BodyBuffer::read() {
  MutexLock lock(mutex_);
  while (filling_.empty() && !ended_ && !error_) arrived_.wait(mutex_);
  if (error_) return std::unexpected(*error_);
  reading_.clear();
  reading_.swap(filling_);
  if (!ended_) resume_if_suspended();
  return std::string_view(reading_);
}

BodyBuffer::Taken BodyBuffer::append(const char* data, std::size_t size) {
  MutexLock lock(mutex_);
  if (reader_gone_) return Taken::reader_gone;
  if (total_ + size > max_bytes_) {
    error_ =
        Error{Fault::too_large, "body-too-large", "The body is larger than this route takes.", {}};
    arrived_.notify_one();
    return Taken::all;
  }
  if (error_) return Taken::all;
  if (filling_.size() >= kBodyStreamBytes) {
    suspended_ = true;
    MHD_suspend_connection(connection_);
    return Taken::suspended;
  }
  filling_.append(data, size);
  total_ += size;
  arrived_.notify_one();
  return Taken::all;
}

bool BodyBuffer::end_and_wait() {
  MutexLock lock(mutex_);
  ended_ = true;
  arrived_.notify_one();
  if (reader_gone_) return false;
  suspended_ = true;
  MHD_suspend_connection(connection_);
  return true;
}

void BodyBuffer::fail_with(const Error& error) {
  MutexLock lock(mutex_);
  if (ended_ || error_) return;
  error_ = error;
  arrived_.notify_one();
}

bool BodyBuffer::close_reader(bool resume) {
  MutexLock lock(mutex_);
  reader_gone_ = true;
  bool waiting = ended_ && suspended_;
  if (!ended_ || resume) resume_if_suspended();
  return waiting;
}

void BodyBuffer::resume_if_suspended() {
  if (!suspended_) return;
  suspended_ = false;
  MHD_resume_connection(connection_);
}

}  // namespace guildhall::net
