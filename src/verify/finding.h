// What a check of a log can find: one kind of fault each, with the exit code of docs/verify.md.
//
// Concurrency: values.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>

#include "tlog/checkpoint.h"

namespace guildhall::verify {

enum class Kind : unsigned char {
  usage = 2,           // the command line, or a key in it
  unreachable = 3,     // nothing could be read: no log here, or no answer
  bad_checkpoint = 4,  // not a signed note, or not a checkpoint
  bad_signature = 5,   // not signed by the log's key, or its signature does not verify
  no_witness = 6,      // a named witness has not signed it, or its signature does not verify
  bad_since = 7,       // one's own last checkpoint cannot be read, or is another log's
  rollback = 8,        // smaller than one's own last checkpoint
  fork = 9,            // does not continue one's own last checkpoint
  missing_file = 10,   // a tile or bundle that the size calls for
  bad_entries = 11,    // a bundle is not well formed
  wrong_root = 12,     // the entries do not give the checkpoint's root
  wrong_tile = 13,     // a tile is not what the entries give
  unlisted_file = 14,  // a file that no log of this size has
  bad_proof = 15,      // not a proof, or without the entry it is of
  not_included = 16,   // the signed log does not have the entry there
  refused = 17,        // the room does not answer what was asked
};

struct Finding {
  Kind kind = Kind::usage;
  std::string sentence;
};

struct Report {
  tlog::Checkpoint checkpoint;
  std::string note;                            // as read, for the next --since
  std::uint64_t since_size = 0;                // 0: nothing was known before
  std::uint64_t witnesses = 0;                 // that signed, of those named
  std::map<std::string, std::uint64_t> verbs;  // of the entries since, "" for those without
};

template <class T = void>
using Checked = std::expected<T, Finding>;

inline std::unexpected<Finding> found(Kind kind, std::string sentence) {
  return std::unexpected(Finding{kind, std::move(sentence)});
}

}  // namespace guildhall::verify
