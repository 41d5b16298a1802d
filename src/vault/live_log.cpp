#include "vault/live_log.h"

#include <chrono>
#include <thread>

#include "base/clock.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/log.h"

namespace guildhall::vault {
namespace {

// What another try may find mended.
bool passes(const Error& error) {
  return error.fault == Fault::no_space || error.fault == Fault::unavailable;
}

}  // namespace

Result<std::unique_ptr<LiveLog>> LiveLog::open(std::filesystem::path dir, std::string origin,
                                               const crypto::SigningKey& key) {
  std::unique_ptr<LiveLog> live(new LiveLog(std::move(dir), std::move(origin), key));
  if (auto found = read_file(live->dir_ / "log" / "checkpoint", kMaxNoteText))
    live->found_ = *found;
  TRY(live->reopen());
  return live;
}

std::shared_ptr<tlog::Log> LiveLog::log() const {
  MutexLock lock(mutex_);
  return log_;
}

std::unexpected<Error> LiveLog::closed() const {
  MutexLock lock(mutex_);
  return std::unexpected(failure_);
}

Result<void> LiveLog::append(std::span<const std::string> leaves, std::string_view mark) {
  auto log = this->log();
  if (!log) return closed();
  auto done = log->append(leaves, mark);
  if (done) return {};
  bool refused = done.error().fault == Fault::too_large || done.error().type == "log-behind";
  MutexLock lock(mutex_);
  broken_ = broken_ || !refused;
  return std::unexpected(std::move(done).error());
}

Result<std::string> LiveLog::mark() const {
  auto log = this->log();
  if (!log) return closed();
  return log->mark();
}

Result<std::string> LiveLog::newest() const {
  auto log = this->log();
  if (!log) return closed();
  return log->newest();
}

Result<tlog::Hashes> LiveLog::consistency(std::uint64_t from, std::uint64_t to) {
  auto log = this->log();
  if (!log) return closed();
  return log->consistency(from, to);
}

Result<void> LiveLog::add_cosignatures(std::string_view text,
                                       std::span<const tlog::NoteSignature> lines) {
  auto log = this->log();
  if (!log) return closed();
  auto done = log->add_cosignatures(text, lines);
  if (done || done.error().type == "checkpoint-moved") return done;
  MutexLock lock(mutex_);
  broken_ = true;
  return done;
}

std::string LiveLog::vkey() const {
  return tlog::VerifierKey{.name = origin_, .public_key = key_.public_key()}.text();
}

Result<void> LiveLog::carry_on(bool drafts) {
  auto log = this->log();
  bool broken = false;
  if (log) {
    MutexLock lock(mutex_);
    broken = broken_;
  }
  if (log && !broken) {
    auto done = drafts ? log->draft() : log->integrate();
    if (done) return {};
    if (!passes(done.error())) return done;
    log_line(LogLevel::error, "the log cannot be carried on", {{"type", done.error().type}});
  } else if (!log && monotonic_ms() < retry_at_ms_) {
    return {};
  }
  log.reset();
  return reopen();
}

// One log at a time: the folder is locked until the last call that uses the old one has returned.
Result<void> LiveLog::reopen() {
  std::shared_ptr<tlog::Log> old;
  {
    MutexLock lock(mutex_);
    old.swap(log_);
    if (old) {
      failure_ = {Fault::unavailable, "log-failed", "The log is being opened again.", {}};
    }
  }
  while (old && old.use_count() > 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  old.reset();
  retry_at_ms_ = monotonic_ms() + kLogRetryMs;
  auto opened = tlog::Log::open(dir_, origin_, key_);
  MutexLock lock(mutex_);
  if (opened) {
    log_ = *std::move(opened);
    broken_ = false;
    return {};
  }
  failure_ = opened.error();
  if (passes(failure_)) return {};
  return std::unexpected(failure_);
}

}  // namespace guildhall::vault
