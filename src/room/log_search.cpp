#include "room/log_search.h"

#include <algorithm>

#include "base/limits.h"
#include "tlog/bundle.h"

namespace guildhall::room {
namespace {

constexpr std::string_view kAt = R"({"at":")";
constexpr std::string_view kVerb = R"(","verb":")";
constexpr std::size_t kTimeChars = 24;
constexpr std::string_view kWork[] = {"activity.", "assignment.", "second_look.", "submission.",
                                      "task."};

LeafKind kind_of(std::string_view verb) {
  if (verb.starts_with("content.open\"")) return LeafKind::opening;
  bool work = std::ranges::any_of(kWork, [&](auto start) { return verb.starts_with(start); });
  return work ? LeafKind::work : LeafKind::other;
}

// No overflow at either end of time.
TimeMs earlier(TimeMs at) {
  return at < std::numeric_limits<TimeMs>::min() + kLogSlackMs ? std::numeric_limits<TimeMs>::min()
                                                               : at - kLogSlackMs;
}
TimeMs later(TimeMs at) {
  return at > std::numeric_limits<TimeMs>::max() - kLogSlackMs ? std::numeric_limits<TimeMs>::max()
                                                               : at + kLogSlackMs;
}

bool has(std::string_view text, const LeafWords& words) {
  return std::ranges::all_of(words, [&](const auto& group) {
    return std::ranges::any_of(
        group, [&](const auto& word) { return text.find(word) != std::string_view::npos; });
  });
}

}  // namespace

LeafHead head_of(std::string_view leaf) {
  if (!leaf.starts_with(kAt)) return {};
  leaf.remove_prefix(kAt.size());
  auto at = parse_rfc3339(leaf.substr(0, kTimeChars));
  leaf.remove_prefix(std::min(leaf.size(), kTimeChars));
  if (!at || !leaf.starts_with(kVerb)) return {};
  return {kind_of(leaf.substr(kVerb.size())), *at};
}

// The last bundle that begins before `at`: by the first leaf of the kind from the probed bundle on.
// A deed stands behind all openings of before it, too.
Result<std::uint64_t> LogSearch::bundle_of(LeafKind kind, TimeMs at) {
  const bool work = kind == LeafKind::work;
  std::uint64_t low = 0;  // what is sought lies in this bundle or later
  std::uint64_t high = log_.bundles();
  while (low + 1 < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    std::optional<TimeMs> first;
    const std::uint64_t end = work ? std::min(high, middle + kDeedScanBundles) : high;
    for (std::uint64_t probe = middle; probe < end && !first; ++probe) {
      const std::string bytes = TRY(log_.bundle(probe));
      for (std::string_view leaf : TRY(tlog::read_bundle(bytes))) {
        auto head = head_of(leaf);
        const bool before = work && head.kind == LeafKind::opening && head.at < at;
        if (head.kind == kind || before) first = head.at;
        if (first) break;
      }
    }
    (first && *first < at ? low : high) = middle;
  }
  return low;
}

Result<bool> LogSearch::look_through(std::uint64_t bundle, const OpeningQuery& query,
                                     OpeningPage& page) {
  const std::string bytes = TRY(log_.bundle(bundle));
  const auto leaves = TRY(tlog::read_bundle(bytes));
  for (std::size_t i = leaves.size(); i-- > 0;) {
    const std::uint64_t index = bundle * tlog::kTileWidth + i;
    const auto head = head_of(leaves[i]);
    if (index >= query.before || head.kind != LeafKind::opening || head.at > query.to) continue;
    if (head.at < earlier(query.from)) return false;
    if (head.at < query.from || !has(leaves[i], query.words)) continue;
    page.found.push_back({index, std::string(leaves[i])});
    page.before = index;
    if (page.found.size() == query.limit) return false;
  }
  page.before = bundle * tlog::kTileWidth;
  return true;
}

Result<OpeningPage> LogSearch::openings(const OpeningQuery& query) {
  OpeningPage page;
  std::uint64_t end = log_.bundles();
  if (query.before < log_.size()) end = (query.before + tlog::kTileWidth - 1) / tlog::kTileWidth;
  if (end > 0 && query.to < std::numeric_limits<TimeMs>::max()) {
    end = std::min(end, TRY(bundle_of(LeafKind::opening, later(query.to))) + 1);
  }
  for (std::uint64_t looked = 0; end > 0 && looked < kLogScanBundles; ++looked) {
    const bool goes_on = TRY(look_through(--end, query, page));
    if (goes_on) continue;
    if (page.found.size() < query.limit) page.before = 0;  // the rest is too old
    return page;
  }
  return page;
}

Result<std::optional<FoundLeaf>> LogSearch::deed(const DeedQuery& query) {
  if (log_.size() == 0) return std::nullopt;
  const std::string start =
      std::string(kAt) + rfc3339(query.at) + std::string(kVerb) + std::string(query.verb) + '"';
  std::uint64_t bundle = TRY(bundle_of(LeafKind::work, earlier(query.at)));
  std::uint64_t last = bundle + kDeedScanBundles;
  for (; bundle < log_.bundles() && bundle <= last; ++bundle) {
    const std::string bytes = TRY(log_.bundle(bundle));
    const auto leaves = TRY(tlog::read_bundle(bytes));
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      if (leaves[i].starts_with(start) && leaves[i].find(query.numbers) != std::string_view::npos) {
        return FoundLeaf{bundle * tlog::kTileWidth + i, std::string(leaves[i])};
      }
      const auto head = head_of(leaves[i]);
      const bool is_later = head.at > later(query.at);
      if (head.kind == LeafKind::work && is_later) return std::nullopt;
      if (head.kind != LeafKind::other && !is_later) last = bundle + kDeedScanBundles;
    }
  }
  return std::nullopt;
}

}  // namespace guildhall::room
