// A witness of one log (C2SP tlog-witness): takes a checkpoint with the proof that it follows from
// the one cosigned last, persists it, and only then cosigns. Bodies come and go by whoever carries
// them; an answer carries its HTTP status in front.
//
// Concurrency: a Witness is as its state is: replace() is check-and-set, so that two answers at
// once never cosign one size twice. The rest is pure.
// Limits: kMaxConsistencyProof; those of notes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "tlog/checkpoint.h"

namespace guildhall::tlog {

// The body of add-checkpoint.
struct AddCheckpoint {
  std::uint64_t old_size = 0;
  Hashes proof;
  std::string checkpoint;  // the whole signed note, verbatim
};
std::string to_text(const AddCheckpoint& request);
// Looks at the form only. Error: malformed/"bad-witness-request".
Result<AddCheckpoint> parse_add_checkpoint(std::string_view body);

// 200 with cosignature lines; 409 with the size that the witness cosigned last; 400, 403, 404, 422
// as the format says; 503 where it cannot or may not cosign now.
struct WitnessAnswer {
  int status = 0;
  std::string body;
};
std::string to_text(const WitnessAnswer& answer);  // the status, a newline, the body
// Error: malformed/"bad-witness-answer".
Result<WitnessAnswer> parse_witness_answer(std::string_view text);
// Of a 409; nothing where it is no size.
std::optional<std::uint64_t> size_of(const WitnessAnswer& answer);

// What was cosigned last.
struct Cosigned {
  Checkpoint checkpoint;  // of size 0: nothing yet
  std::string note;       // with the log's signature
};

class WitnessState {
 public:
  virtual ~WitnessState() = default;
  // An error stands for "may not cosign now".
  virtual Result<Cosigned> read() = 0;
  // Durable when it returns. Error: conflict/"witness-raced" where `size` is not what is kept.
  virtual Result<void> replace(std::uint64_t size, const Cosigned& next) = 0;
};

// What a checkpoint that the log signed says of the log.
enum class Suspicion : unsigned char {
  none,
  fork,      // two trees: one size with two roots, or no proof that one follows from the other
  rollback,  // smaller than what was cosigned
};

// The rules that the tests take away one by one, to show that they would notice.
struct WitnessRules {
  bool persists_first = true;
  bool refuses_smaller = true;
  bool checks_proof = true;
};

class Witness {
 public:
  // `key` and the ports outlive it.
  Witness(VerifierKey log, std::string name, const crypto::SigningKey& key, WitnessState& state,
          const Clock& clock, WitnessRules rules = {})
      : log_(std::move(log)),
        name_(std::move(name)),
        key_(key),
        state_(state),
        clock_(clock),
        rules_(rules) {}

  struct Outcome {
    WitnessAnswer answer;
    Suspicion suspicion = Suspicion::none;
    Cosigned before;    // what was kept when it was asked
    std::string shown;  // the checkpoint, once the log's signature was found on it
  };
  Outcome add_checkpoint(std::string_view body);

 private:
  void judge(const AddCheckpoint& request, Outcome& out);
  void cosign(const Checkpoint& next, Outcome& out);

  const VerifierKey log_;
  const std::string name_;
  const crypto::SigningKey& key_;
  WitnessState& state_;
  const Clock& clock_;
  const WitnessRules rules_;
};

}  // namespace guildhall::tlog
