#include "tlog/published.h"

namespace guildhall::tlog {

Result<PublishedLog> PublishedLog::open(Files& files, const Files::Path& folder) {
  auto note = files.read(folder / "checkpoint");
  if (!note && note.error().fault == Fault::not_found) {
    return fail(Fault::not_found, "no-log", "There is no such log.");
  }
  std::string text = TRY(std::move(note));
  auto checkpoint = TRY(parse_checkpoint(TRY(parse_note(text)).text));
  return PublishedLog(files, folder, std::move(text), std::move(checkpoint));
}

Result<Proof> PublishedLog::prove(std::uint64_t index) {
  if (index >= size()) {
    return fail(Fault::not_found, "no-such-leaf", "The log is not so long yet.");
  }
  Proof proof;
  proof.extra = TRY(reader_.entry(index));
  proof.index = index;
  proof.path = TRY(inclusion_proof(
      index, size(), [&](int level, std::uint64_t at) { return reader_.node(level, at); }));
  proof.checkpoint = note_;
  return proof;
}

}  // namespace guildhall::tlog
