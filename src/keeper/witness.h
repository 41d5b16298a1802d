// The keeper as witness of one room's log, inside the session's exchange: it persists and cosigns
// checkpoints that follow from the last, judges the vault's tallies, and raises alarms: log-fork,
// log-rollback, log-silent, log-unwitnessed, witness-behind, openings-out-of-proportion. What shows
// a fork or a rollback, both signed by the log, is kept in DIR/evidence.
//
// Concurrency: one thread, but for status(). Limits: kLogSilentMs unless told otherwise;
// kMaxEvidence files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "keeper/proportion.h"
#include "keeper/session.h"
#include "keeper/witness_file.h"
#include "tlog/witness.h"

namespace guildhall::keeper {

struct WitnessStatus {
  std::uint64_t size = 0;                       // of the checkpoint cosigned last by this process
  TimeMs cosigned_at_ms = 0;                    // 0: none yet
  std::map<std::string, std::uint64_t> alarms;  // by type
  std::string last_alarm;                       // its sentence
};

class Witness final : public FrameHook {
 public:
  struct Options {
    std::filesystem::path dir;              // the keeper's folder
    tlog::VerifierKey log;                  // the room's
    std::vector<tlog::VerifierKey> others;  // witnesses that must cosign too
    std::int64_t silent_ms;                 // how long nothing may be heard
    std::shared_ptr<RoomWork> work = {};    // of the room whose node's log it is
  };
  // `key` and the clocks outlive it.
  Witness(Options options, const crypto::SigningKey& key, const Clock& wall, const Clock& steady);

  void on_frame(const vault::Frame& frame) override;
  std::int64_t append(std::string& body) override;
  bool pressing() const override { return !outbox_.empty(); }
  // From a fork or a rollback until a checkpoint follows again from what it cosigned.
  bool doubts() const override { return doubts_; }

  // Looks at the clock too: silence is noticed when somebody asks.
  WitnessStatus status() EXCLUDES(mutex_);

 private:
  struct State final : tlog::WitnessState {
    State(std::filesystem::path dir, const tlog::VerifierKey& log)
        : file(std::move(dir)), key(log) {}
    Result<tlog::Cosigned> read() override { return file.read(key); }
    Result<void> replace(std::uint64_t size, const tlog::Cosigned& next) override {
      return file.replace(key, size, next);
    }
    const WitnessFile file;
    const tlog::VerifierKey key;
  };
  struct Other {
    tlog::VerifierKey key;
    std::uint64_t size = 0;    // of what this keeper and it have both cosigned
    std::int64_t even_ms = 0;  // when it was last up with this keeper
    bool behind = false;       // and that it is not was said
  };

  void take_checkpoint(std::string_view body);
  void take_witnessed(std::string_view note);
  void take_tally(std::string_view message);
  void heard() EXCLUDES(mutex_);
  void compare_others() REQUIRES(mutex_);
  void keep_evidence(std::string_view type, std::string_view before, std::string_view shown);
  void alarm(std::string_view type, std::string_view sentence) EXCLUDES(mutex_);
  void raise(std::string_view type, std::string_view sentence) REQUIRES(mutex_);
  void check_silence() REQUIRES(mutex_);

  const Options options_;
  const crypto::SigningKey& key_;
  const tlog::VerifierKey own_;
  const Clock& wall_;
  const Clock& steady_;
  State state_;
  tlog::Witness witness_;
  Proportion proportion_;
  std::pair<TimeMs, TimeMs> newest_tally_;  // since and at
  std::string outbox_;                      // frames
  bool doubts_ = false;

  mutable Mutex mutex_;
  std::int64_t heard_ms_ GUARDED_BY(mutex_);
  bool silent_ GUARDED_BY(mutex_) = false;
  bool behind_ GUARDED_BY(mutex_) = false;  // and that was said
  std::vector<Other> others_ GUARDED_BY(mutex_);
  WitnessStatus status_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::keeper
