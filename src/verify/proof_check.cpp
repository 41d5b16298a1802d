#include "verify/proof_check.h"

#include <fmt/format.h>

#include "tlog/proof.h"

namespace guildhall::verify {

Checked<Proven> check_proof(std::string_view text, const Wanted& wanted) {
  auto proof = tlog::parse_proof(text);
  if (!proof) return found(Kind::bad_proof, "This is no proof: " + proof.error().detail);
  if (!proof->extra) return found(Kind::bad_proof, "The proof does not hold the entry it is of.");
  auto checkpoint = open_note(proof->checkpoint, wanted);
  if (!checkpoint) return std::unexpected(std::move(checkpoint).error());
  if (!tlog::verify_inclusion(proof->index, checkpoint->size, tlog::leaf_hash(*proof->extra),
                              proof->path, checkpoint->root))
    return found(Kind::not_included,
                 fmt::format("The log that was signed does not have this entry as number {}.",
                             proof->index));
  return Proven{std::move(*checkpoint), proof->index, std::move(*proof->extra)};
}

}  // namespace guildhall::verify
