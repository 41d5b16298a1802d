#include "quality/anomalies/pasted.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "quality/parallel.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

constexpr std::size_t kBandRows = 4;

using Signature = std::array<std::uint64_t, kSignature>;

std::vector<std::uint64_t> words_of(std::string_view text) {
  constexpr std::uint64_t kFnvStart = 0xCBF29CE484222325;
  constexpr std::uint64_t kFnvStep = 0x100000001B3;
  std::vector<std::uint64_t> words;
  std::uint64_t hash = kFnvStart;
  bool inside = false;
  for (char one : text) {
    auto c = static_cast<unsigned char>(one);
    if (c >= 'A' && c <= 'Z') c = static_cast<unsigned char>(c + 32);
    bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
    if (letter) {
      hash = (hash ^ c) * kFnvStep;
    } else if (inside) {
      words.push_back(hash);
      hash = kFnvStart;
    }
    inside = letter;
  }
  if (inside) words.push_back(hash);
  return words;
}

// Ascending, each once.
std::vector<std::uint64_t> shingles_of(std::string_view text) {
  auto words = words_of(text);
  std::vector<std::uint64_t> shingles;
  for (std::size_t i = 0; i + kShingleWords <= words.size(); ++i) {
    std::uint64_t hash = 0;
    for (std::size_t j = 0; j < kShingleWords; ++j) hash = Seeded(hash ^ words[i + j]).bits();
    shingles.push_back(hash);
  }
  std::ranges::sort(shingles);
  shingles.erase(std::ranges::unique(shingles).begin(), shingles.end());
  return shingles;
}

Signature signature_of(std::span<const std::uint64_t> shingles) {
  static const auto kMasks = [] {
    Signature masks;
    Seeded chance(0x6D696E68617368);
    for (auto& one : masks) one = chance.bits() | 1;
    return masks;
  }();
  Signature least;
  least.fill(std::numeric_limits<std::uint64_t>::max());
  for (auto shingle : shingles) {
    for (std::size_t i = 0; i < kSignature; ++i) {
      std::uint64_t mixed = (shingle ^ (kMasks[i] >> 1)) * kMasks[i];
      least[i] = std::min(least[i], mixed ^ (mixed >> 32));
    }
  }
  return least;
}

double likeness_of(const Signature& a, const Signature& b) {
  double same = 0;
  for (std::size_t i = 0; i < kSignature; ++i) same += a[i] == b[i] ? 1 : 0;
  return same / static_cast<double>(kSignature);
}

class TextGroups {
 public:
  explicit TextGroups(std::size_t size) : root_(size) {
    std::iota(root_.begin(), root_.end(), std::size_t{0});
  }
  std::size_t find(std::size_t at) {
    while (root_[at] != at) at = root_[at] = root_[root_[at]];
    return at;
  }
  void join(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    root_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> root_;
};

}  // namespace

Result<std::vector<PastedGroup>> find_pasted(std::span<const std::string_view> texts,
                                             std::span<const Index> worker,
                                             std::span<const std::string_view> given,
                                             double likeness, Index people) {
  if (texts.size() != worker.size() || !(likeness > 0 && likeness <= 1)) {
    return fail(Fault::invalid, "quality-input",
                "The columns differ in length, or the likeness is not a share.");
  }
  std::unordered_set<std::uint64_t> known;
  for (auto text : given) {
    for (auto shingle : shingles_of(text)) known.insert(shingle);
  }
  std::vector<Signature> signatures(texts.size());
  std::vector<char> counts(texts.size(), 0);
  in_blocks(texts.size(), block_count(texts.size(), 64), [&](Block block) {
    for (auto i = block.from; i < block.to; ++i) {
      auto shingles = shingles_of(texts[i]);
      std::erase_if(shingles, [&](auto one) { return known.contains(one); });
      if (shingles.size() < kLeastShingles) continue;
      counts[i] = 1;
      signatures[i] = signature_of(shingles);
    }
  });
  TextGroups groups(texts.size());
  for (std::size_t band = 0; band < kSignature; band += kBandRows) {
    // The first text with a band stands for all: what is like it joins, and no pair is looked at
    // twice, however many texts are the same.
    std::unordered_map<std::uint64_t, std::size_t> first;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (counts[i] == 0) continue;
      std::uint64_t hash = 0;
      for (std::size_t j = 0; j < kBandRows; ++j) {
        hash = Seeded(hash ^ signatures[i][band + j]).bits();
      }
      auto [at, added] = first.try_emplace(hash, i);
      if (!added && likeness_of(signatures[i], signatures[at->second]) >= likeness) {
        groups.join(i, at->second);
      }
    }
  }
  std::unordered_map<std::size_t, std::size_t> place;
  std::vector<PastedGroup> all;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (counts[i] == 0) continue;
    auto root = groups.find(i);
    auto [at, added] = place.try_emplace(root, all.size());
    if (added) all.emplace_back();
    all[at->second].texts.push_back({i, worker[i], likeness_of(signatures[i], signatures[root])});
  }
  for (auto& group : all) {
    std::set<Index> whose;
    for (auto& text : group.texts) whose.insert(text.worker);
    group.people = static_cast<Index>(whose.size());
  }
  std::erase_if(all, [&](auto& group) { return group.people < std::max<Index>(people, 2); });
  std::ranges::sort(all, [](auto& a, auto& b) {
    return a.people != b.people ? a.people > b.people : a.texts[0].text < b.texts[0].text;
  });
  return all;
}

}  // namespace guildhall::quality
