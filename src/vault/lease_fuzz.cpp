// Bodies of the keeper's exchange, as a room's vault and a keeper read them: nothing may crash, and
// what reads as a statement is written back as the same bytes.
#include <cstdint>
#include <cstdlib>

#include "vault/exchange.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace vault = guildhall::vault;
  static const auto key = [] {
    guildhall::SeededRandom random(1);
    return guildhall::crypto::SigningKey::generate(random);
  }();
  std::string_view body(reinterpret_cast<const char*>(data), size);
  auto frames = vault::read_frames(body);
  if (!frames) return 0;
  vault::wait_of(*frames);
  std::string again;
  for (const auto& frame : *frames) {
    vault::append_frame(again, static_cast<vault::FrameType>(frame.type), frame.payload);
    // Signed here, so that the fields behind the signature's check are read too.
    std::string message(frame.payload);
    message += key.sign(message);
    (void)vault::open_challenge(message, key.public_key());
    (void)vault::open_verdict(message, key.public_key());
    (void)vault::open_witness_word(message, key.public_key());
    auto tally = vault::open_tally(message, key.public_key());
    if (tally && vault::sign_tally(*tally, key) != message) std::abort();
    auto statement = vault::read_statement(message);
    if (statement && vault::sign_statement(*statement, key) != message) std::abort();
  }
  if (again != body) std::abort();
  return 0;
}
