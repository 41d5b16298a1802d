// Finding leaves in the room's log without an index of its own. Leaves stand in the order in which
// the log took them; those of openings are in the order of their times but for kLogSlackMs, and so
// are those of the work, each kind by itself (deeds that were done while the room was locked come
// in when it is opened again, between openings of that later time). So a time is found by
// bisecting bundles of entries, by one kind. A log may have openings alone for a long time, while
// another process has the turn at the deeds; a deed is not sought past kDeedScanBundles of those
// that are later than it.
//
// Where a clock was set back, leaves of the hours that came twice may be missed by a search within
// times; a search without times looks at every leaf.
//
// Concurrency: one thread. Limits: kLogScanBundles a page; kDeedScanBundles; memory of one
// bundle.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "tlog/published.h"

namespace guildhall::room {

inline constexpr std::uint64_t kDeedScanBundles = 32;  // 8,192 leaves

enum class LeafKind : unsigned char {
  opening,  // content.open
  work,     // what people do to tasks and submissions: there is always some
  other,
};

// What can be read off a leaf's beginning, as the vault writes it.
struct LeafHead {
  LeafKind kind = LeafKind::other;
  TimeMs at = 0;
};
LeafHead head_of(std::string_view leaf);

struct FoundLeaf {
  std::uint64_t index = 0;
  std::string text;
};

// Every group has to match, by any of its words: pieces of the leaf's text.
using LeafWords = std::vector<std::vector<std::string>>;

struct OpeningQuery {
  TimeMs from = std::numeric_limits<TimeMs>::min();
  TimeMs to = std::numeric_limits<TimeMs>::max();
  LeafWords words;
  std::uint64_t before = std::numeric_limits<std::uint64_t>::max();  // index
  std::size_t limit = 50;
};

struct OpeningPage {
  std::vector<FoundLeaf> found;  // newest first
  std::uint64_t before = 0;      // where the next page goes on; 0: nowhere
};

// The leaf of a deed that is known: by its time, its verb and its numbers.
struct DeedQuery {
  TimeMs at = 0;
  std::string_view verb;
  std::string numbers;  // a piece of the leaf's text
};

class LogSearch {
 public:
  explicit LogSearch(tlog::PublishedLog& log) : log_(log) {}

  Result<OpeningPage> openings(const OpeningQuery& query);
  Result<std::optional<FoundLeaf>> deed(const DeedQuery& query);

 private:
  // The first bundle that may hold leaves of this kind of `at` or later.
  Result<std::uint64_t> bundle_of(LeafKind kind, TimeMs at);
  // Goes over a bundle from its last leaf to its first: false at the end of what can match.
  Result<bool> look_through(std::uint64_t bundle, const OpeningQuery& query, OpeningPage& page);

  tlog::PublishedLog& log_;
};

}  // namespace guildhall::room
