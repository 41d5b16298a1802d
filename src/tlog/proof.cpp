#include "tlog/proof.h"

#include <fmt/format.h>

#include "base/limits.h"

namespace guildhall::tlog {
namespace {

constexpr std::string_view kTitle = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kMaxPath = 63;

std::unexpected<Error> bad_proof(std::string_view why) {
  return fail(Fault::malformed, "bad-proof", std::string(why));
}

}  // namespace

std::string to_text(const Proof& proof) {
  std::string text = fmt::format("{}\n", kTitle);
  if (proof.extra) text += fmt::format("extra {}\n", crypto::to_base64(*proof.extra));
  text += fmt::format("index {}\n", proof.index);
  for (const Hash& hash : proof.path) text += hash_text(hash) + "\n";
  return text + "\n" + proof.checkpoint;
}

Result<Proof> parse_proof(std::string_view text) {
  if (text.size() > kMaxNoteText + 2 * kMaxLeafBytes) return bad_proof("The proof is too long.");
  Proof proof;
  if (take_line(text) != kTitle) return bad_proof("The first line names another format.");
  auto line = take_line(text);
  if (line && line->starts_with("extra ")) {
    proof.extra = crypto::from_base64(line->substr(6));
    if (!proof.extra || proof.extra->size() > kMaxLeafBytes)
      return bad_proof("The extra data is not base64, or too long.");
    line = take_line(text);
  }
  if (!line || !line->starts_with("index ")) return bad_proof("No line with the index.");
  const auto index = parse_size(line->substr(6));
  if (!index) return bad_proof("The index is no number.");
  proof.index = *index;
  for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
    const auto hash = parse_hash(*line);
    if (!hash || proof.path.size() == kMaxPath) return bad_proof("A line is no hash.");
    proof.path.push_back(*hash);
  }
  if (!line || text.empty()) return bad_proof("There is no checkpoint.");
  proof.checkpoint = text;
  return proof;
}

Result<Checkpoint> verify_proof(const Proof& proof, std::string_view entry, const VerifierKey& log,
                                std::span<const VerifierKey> witnesses) {
  Checkpoint checkpoint = TRY(open_checkpoint(proof.checkpoint, log, witnesses));
  if (!verify_inclusion(proof.index, checkpoint.size, leaf_hash(entry), proof.path,
                        checkpoint.root))
    return fail(Fault::forbidden, "not-included", "The proof does not lead to the log's root.");
  return checkpoint;
}

}  // namespace guildhall::tlog
