#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "room/quality/figures.h"

namespace guildhall::room {
namespace {

using quality::Index;
using quality::Label;

// Numbers for keys, in the order in which they first occur.
template <class Key>
class Dense {
 public:
  Index of(const Key& key, std::vector<Key>& keys) {
    auto [at, added] = known_.try_emplace(key, static_cast<Index>(keys.size()));
    if (added) keys.push_back(key);
    return at->second;
  }

 private:
  std::unordered_map<Key, Index> known_;
};

std::uint64_t item_key(TaskId task, std::uint16_t part) {
  return static_cast<std::uint64_t>(task.value) << 16 | part;
}

struct Building {
  const HeldProject& held;
  std::uint16_t question;
  QuestionColumns out;
  Dense<std::uint64_t> items;
  Dense<std::int64_t> people;
  std::vector<std::uint64_t> item_keys;
  std::vector<std::int64_t> member_keys;

  void add(const HeldAnswer& answer, const HeldLabel& one) {
    Index item = items.of(item_key(answer.row.task, one.part), item_keys);
    if (item == out.items.size()) out.items.push_back({answer.row.task, one.part});
    Index person = people.of(answer.row.member.value, member_keys);
    if (person == out.people.size()) {
      out.people.push_back(answer.row.member);
      out.vendor.push_back(0);
    }
    out.vendor[person] = answer.row.vendor;  // answers come in order of their keys
    out.columns.item.push_back(item);
    out.columns.worker.push_back(person);
    out.columns.label.push_back(one.label);
    out.judged.push_back({answer.row.id, answer.row.submitted_at, answer.row.guidelines_version});
  }

  void add_gold() {
    out.gold.assign(out.items.size(), quality::kNoLabel);
    for (std::size_t i = 0; i < out.items.size(); ++i) {
      auto at = held.gold().find(out.items[i].task.value);
      if (at == held.gold().end()) continue;
      for (const auto& one : at->second.labels) {
        if (one.question == question && one.part == out.items[i].part) out.gold[i] = one.label;
      }
    }
  }

  void sort_by_item() {
    out.item_starts.assign(out.items.size() + 1, 0);
    for (Index item : out.columns.item) ++out.item_starts[item + 1];
    std::partial_sum(out.item_starts.begin(), out.item_starts.end(), out.item_starts.begin());
    auto next = out.item_starts;
    out.by_item.resize(out.columns.item.size());
    for (std::size_t i = 0; i < out.columns.item.size(); ++i) {
      out.by_item[next[out.columns.item[i]]++] = static_cast<std::uint32_t>(i);
    }
  }
};

}  // namespace

QuestionColumns columns_of(const HeldProject& held, std::size_t question) {
  Building made{held, static_cast<std::uint16_t>(question), {}, {}, {}, {}, {}};
  for (const auto& [id, answer] : held.all()) {
    for (const auto& one : answer.labels) {
      if (one.question == question) made.add(answer, one);
    }
  }
  const auto& words = held.questions()[question].labels;
  for (std::size_t i = 0; i < words.size(); ++i) {
    made.out.labels.push_back(words.word(static_cast<std::uint16_t>(i)));
  }
  made.add_gold();
  made.sort_by_item();
  return std::move(made.out);
}

}  // namespace guildhall::room
