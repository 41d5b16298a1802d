// What a witness is sent and what it answers: whatever comes, nothing crashes, what is read has one
// text, and a witness that knows a log cosigns nothing it was not proved.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "tlog/witness.h"

namespace guildhall::tlog {
namespace {

void must(bool held) {
  if (!held) std::abort();
}

crypto::SigningKey key_of(char seed) {
  return crypto::SigningKey::from_seed(Secret(std::string(32, seed))).value();
}

struct Memory final : WitnessState {
  Cosigned kept{{"log", 2, {}}, "note"};
  Result<Cosigned> read() override { return kept; }
  Result<void> replace(std::uint64_t, const Cosigned&) override { std::abort(); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto log_key = key_of('l');
  static const auto key = key_of('w');
  static const FakeClock clock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Memory memory;
  Witness witness({"log", KeyType::ed25519, log_key.public_key()}, "witness", key, memory, clock);
  witness.add_checkpoint(text);
  if (auto request = parse_add_checkpoint(text)) {
    must(to_text(*request) == text);
    // Signed here, so that what lies behind the signature's check is reached. No proof leads from
    // the root that this witness keeps, but to itself.
    if (auto note = parse_note(request->checkpoint)) {
      const auto signature = sign_note(note->text, "log", log_key);
      request->checkpoint = note->text + "\n" + signature_line(signature);
      const auto again = witness.add_checkpoint(to_text(*request));
      if (again.answer.status == 200) must(parse_checkpoint(note->text) == memory.kept.checkpoint);
    }
  }
  if (auto answer = parse_witness_answer(text)) {
    must(to_text(*answer) == text);
    (void)size_of(*answer);
    (void)parse_signature_lines(answer->body);
  }
  return 0;
}

}  // namespace guildhall::tlog
