#include "keeper/witness.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/files.h"
#include "base/limits.h"
#include "base/log.h"

namespace guildhall::keeper {
Witness::Witness(Options options, const crypto::SigningKey& key, const Clock& wall,
                 const Clock& steady)
    : options_(std::move(options)),
      key_(key),
      own_(witness_key(key.public_key())),
      wall_(wall),
      steady_(steady),
      state_(options_.dir, options_.log),
      witness_(options_.log, own_.name, key, state_, wall),
      proportion_(options_.log.text(), options_.work),
      heard_ms_(steady.now_ms()) {
  MutexLock lock(mutex_);
  for (const auto& other : options_.others) others_.push_back({other, 0, heard_ms_, false});
  if (auto kept = state_.file.kept(options_.log)) status_.size = kept->checkpoint.size;
}

void Witness::on_frame(const vault::Frame& frame) {
  if (frame.is(vault::FrameType::checkpoint)) take_checkpoint(frame.payload);
  if (frame.is(vault::FrameType::witnessed)) take_witnessed(frame.payload);
  if (frame.is(vault::FrameType::tally)) take_tally(frame.payload);
}

std::int64_t Witness::append(std::string& body) {
  body += std::exchange(outbox_, {});
  MutexLock lock(mutex_);
  check_silence();
  return options_.silent_ms / 2;  // a log without news is not silent
}

void Witness::take_checkpoint(std::string_view body) {
  auto outcome = witness_.add_checkpoint(body);
  vault::append_frame(
      outbox_, vault::FrameType::cosignature,
      vault::sign_witness_word({vault::digest_of(body), tlog::to_text(outcome.answer)}, key_));
  if (outcome.suspicion != tlog::Suspicion::none) doubts_ = true;
  if (outcome.suspicion == tlog::Suspicion::fork) {
    keep_evidence("fork", outcome.before.note, outcome.shown);
    alarm("log-fork", "The room's log does not follow from what this keeper cosigned.");
  } else if (outcome.suspicion == tlog::Suspicion::rollback) {
    keep_evidence("rollback", outcome.before.note, outcome.shown);
    alarm("log-rollback", "The room shows a smaller log than this keeper cosigned.");
  } else if (outcome.answer.status == 503) {
    auto kept = state_.read();
    MutexLock lock(mutex_);
    bool forgot = !kept && kept.error().type == "witness-behind";
    if (!forgot) {
      raise("witness-failed", "The keeper cannot write down what it would cosign.");
    } else if (!std::exchange(behind_, true)) {
      raise(kept.error().type, kept.error().detail);
    }
  }
  if (outcome.answer.status != 200) return;
  doubts_ = false;
  auto kept = state_.file.kept(options_.log);
  {
    MutexLock lock(mutex_);
    status_.size = kept ? kept->checkpoint.size : 0;
    status_.cosigned_at_ms = wall_.now_ms();
    behind_ = false;
  }
  heard();
}

// The newest that this keeper cosigned, by its own signature: whoever remembers less is a copy of
// an older keeper.
void Witness::take_witnessed(std::string_view text) {
  auto note = tlog::parse_note(text);
  auto checkpoint = note ? tlog::parse_checkpoint(note->text) : std::unexpected(note.error());
  if (!checkpoint || checkpoint->origin != options_.log.name) return;
  auto own = tlog::verify_note(*note, {&own_, 1});
  if (!own || own->empty()) return;
  auto kept = state_.file.kept(options_.log);
  if (kept && checkpoint->size > kept->checkpoint.size && state_.read()) {
    (void)state_.file.distrust(options_.log);
    MutexLock lock(mutex_);
    behind_ = true;
    raise("witness-behind",
          "This keeper once cosigned more of the log than it remembers: it was restored from a "
          "backup, and cosigns nothing until trust-checkpoint gives it the newest checkpoint.");
  }
  MutexLock lock(mutex_);
  for (Other& other : others_) {
    auto signers = tlog::verify_note(*note, {&other.key, 1});
    if (!signers || signers->empty() || checkpoint->size <= other.size) continue;
    other.size = checkpoint->size;
    other.even_ms = steady_.now_ms();
    other.behind = false;
  }
}

void Witness::take_tally(std::string_view message) {
  auto tally = vault::open_tally(message, options_.log.public_key);
  if (!tally) return alarm(tally.error().type, tally.error().detail);
  std::pair at{tally->since_ms, tally->at_ms};
  if (at <= newest_tally_) return;  // shown before
  newest_tally_ = at;
  auto sentence = proportion_.take(*tally, steady_.now_ms());
  if (sentence) alarm("openings-out-of-proportion", *sentence);
  {
    MutexLock lock(mutex_);
    compare_others();
    if (tally->checkpoint_size > status_.size && !behind_) return;  // and it was not shown to us
  }
  heard();
}

// One that has cosigned all that this keeper has is up with it.
void Witness::compare_others() {
  for (Other& other : others_) {
    if (other.size >= status_.size) other.even_ms = steady_.now_ms();
    if (steady_.now_ms() - other.even_ms <= options_.silent_ms) continue;
    if (std::exchange(other.behind, true)) continue;
    raise("log-unwitnessed",
          "Another witness has not cosigned what this keeper did: it is away, or is shown another "
          "log.");
  }
}

void Witness::heard() {
  MutexLock lock(mutex_);
  heard_ms_ = steady_.now_ms();
  silent_ = false;
}

void Witness::check_silence() {
  if (steady_.now_ms() - heard_ms_ <= options_.silent_ms || std::exchange(silent_, true)) return;
  raise("log-silent", "The room has shown nothing new of its log, or cannot be reached.");
}

void Witness::keep_evidence(std::string_view type, std::string_view before,
                            std::string_view shown) {
  const auto folder = options_.dir / "evidence";
  mkdir(folder.c_str(), 0700);
  auto name = fmt::format("{}-{}.txt", type,
                          crypto::to_hex(crypto::view(crypto::sha256(shown)).substr(0, 8)));
  std::error_code error;
  auto files = std::distance(std::filesystem::directory_iterator(folder, error), {});
  if (error || static_cast<std::size_t>(files) >= kMaxEvidence ||
      std::filesystem::exists(folder / name, error)) {
    return;
  }
  auto text =
      fmt::format("cosigned:\n{}\nshown at {}:\n{}", before, rfc3339(wall_.now_ms()), shown);
  if (!replace_file(folder / name, text)) log_line(LogLevel::error, "evidence not kept");
}

void Witness::alarm(std::string_view type, std::string_view sentence) {
  MutexLock lock(mutex_);
  raise(type, sentence);
}

void Witness::raise(std::string_view type, std::string_view sentence) {
  log_line(LogLevel::warning, "alarm", {{"type", type}});
  ++status_.alarms[std::string(type)];
  status_.last_alarm = sentence;
}

WitnessStatus Witness::status() {
  MutexLock lock(mutex_);
  check_silence();
  return status_;
}

}  // namespace guildhall::keeper
