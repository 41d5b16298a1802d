// A checkpoint (C2SP tlog-checkpoint): which log, how many entries, which root. The text of a
// signed note; its signature by the log's key makes the log answerable for that tree.
//
// Concurrency: pure. Limits: those of notes; sizes to kMaxTreeSize.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tlog/note.h"
#include "tlog/tree.h"

namespace guildhall::tlog {

struct Checkpoint {
  std::string origin;  // also the name of the log's key
  std::uint64_t size = 0;
  Hash root{};

  bool operator==(const Checkpoint&) const = default;
};

// The note's text. Extension lines are read over and never written.
std::string to_text(const Checkpoint& checkpoint);
// Error: malformed/"bad-checkpoint".
Result<Checkpoint> parse_checkpoint(std::string_view text);

// The whole note, signed by the log.
std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::SigningKey& key);

// A note read and found signed by the log's key and every one of `witnesses`; its origin is the
// key's name. Errors: those of notes and checkpoints; forbidden/"unsigned-checkpoint" where one of
// them has not signed, forbidden/"bad-signature", forbidden/"wrong-origin".
Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& log,
                                   std::span<const VerifierKey> witnesses = {});

// Takes the next line off `text`, without its newline; nothing where none ends.
std::optional<std::string_view> take_line(std::string_view& text);
// Decimal digits without leading zeros, up to kMaxTreeSize.
std::optional<std::uint64_t> parse_size(std::string_view digits);
// Base64 of exactly 32 bytes.
std::optional<Hash> parse_hash(std::string_view base64);
inline std::string hash_text(const Hash& hash) { return crypto::to_base64(crypto::view(hash)); }

}  // namespace guildhall::tlog
