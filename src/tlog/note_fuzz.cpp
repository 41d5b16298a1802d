// Signed notes, checkpoints, verifier keys, proofs and tile paths: what is read keeps its promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tlog/bundle.h"
#include "tlog/proof.h"
#include "tlog/tile_path.h"

namespace guildhall::tlog {
namespace {

void must(bool held) {
  if (!held) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto note = parse_note(text)) {
    std::string again = note->text + "\n";
    for (const NoteSignature& signature : note->signatures) again += signature_line(signature);
    must(again == text);  // a note has one text
  }
  if (auto checkpoint = parse_checkpoint(text)) must(text.starts_with(to_text(*checkpoint)));
  if (auto key = VerifierKey::parse(text)) {
    must(key->text() == text);
    must(!verify_note({"text\n", {{key->name, key->id(), "no signature"}}}, {&*key, 1}));
  }
  if (auto proof = parse_proof(text)) must(to_text(*proof) == text);
  if (auto path = parse_tile_path(text)) must(to_text(*path) == text);
  if (auto entries = read_bundle(text)) {
    std::string again;
    for (std::string_view entry : *entries) append_entry(again, entry);
    must(again == text);
  }
  return 0;
}

}  // namespace guildhall::tlog
