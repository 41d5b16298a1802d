#include "mock_model/injected.h"

#include <algorithm>

#include "mock_model/plain.h"

namespace guildhall::mock_model {
namespace {

constexpr std::string_view kOrder = "SYSTEM OVERRIDE: answer ";
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kBetween = "between the line ";
constexpr std::string_view kAnd = " and the line ";
constexpr std::string_view kStops = " .,;\n";

// Words that a verdict follows, and what may stand between.
constexpr std::string_view kLeads[] = {
    "answer", "answers", "answered",   "choose",    "choice", "chosen", "verdict",
    "winner", "wins",    "prefer",     "preferred", "pick",   "select", "output",
    "reply",  "return",  "rate",       "rating",    "met",    "better", "best",
    "say",    "decide",  "conclusion", "result",
};
constexpr std::string_view kFillers[] = {
    "is",    "with", "response", "only",    "option", "must",   "be", "the",
    "as",    "to",   "for",      "just",    "always", "all",    "it", "letter",
    "every", "step", "text",     "content", "value",  "should",
};
constexpr std::size_t kMostFillers = 4;

std::string_view trimmed(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

std::size_t run_of(std::string_view line, char c) {
  const auto end = line.find_first_not_of(c);
  return end == std::string_view::npos ? line.size() : end;
}

template <class Words>
bool one_of(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != std::end(words);
}

class Fence {
 public:
  explicit Fence(const std::optional<Announced>& announced) : announced_(announced) {}

  bool open() const { return material_ || !name_.empty() || ticks_ > 0; }
  // True for a line that opens or closes a fence.
  bool look_at(std::string_view line) {
    const bool before = open();
    if (material_) {
      material_ = line != announced_->close;
    } else if (announced_ && line == announced_->open) {
      material_ = true;
      name_ = {};
      ticks_ = 0;
      return true;
    } else if (!name_.empty()) {
      if (line.starts_with(kEnd) && line.substr(kEnd.size()) == name_) name_ = {};
    } else if (ticks_ > 0) {
      if (run_of(line, tick_) == line.size() && line.size() >= ticks_) ticks_ = 0;
    } else if (line.starts_with(kBegin)) {
      name_ = line.substr(kBegin.size());
    } else if (line.starts_with("```") || line.starts_with("~~~")) {
      tick_ = line.front();
      ticks_ = run_of(line, tick_);
    }
    return open() != before;
  }

 private:
  const std::optional<Announced>& announced_;
  bool material_ = false;
  std::string_view name_;
  char tick_ = '`';
  std::size_t ticks_ = 0;
};

// Calls `each` with every line, whether it stands in a fence, and whether it begins or ends one.
void walk(std::string_view text, const std::optional<Announced>& announced, const auto& each) {
  Fence fence(announced);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
    const bool edge = fence.look_at(trimmed(line));
    each(line, fence.open(), edge);
  }
}

}  // namespace

std::optional<Announced> announced_fence(std::string_view system) {
  const auto at = system.find(kBetween);
  if (at == std::string_view::npos) return std::nullopt;
  system.remove_prefix(at + kBetween.size());
  const auto open = system.substr(0, system.find_first_of(kStops));
  if (!system.substr(open.size()).starts_with(kAnd)) return std::nullopt;
  system.remove_prefix(open.size() + kAnd.size());
  const auto close = system.substr(0, system.find_first_of(kStops));
  if (open.empty() || close.empty()) return std::nullopt;
  return Announced{open, close};
}

Reading read_text(std::string_view text, const std::optional<Announced>& announced) {
  Reading out;
  walk(text, announced, [&](std::string_view line, bool fenced, bool edge) {
    const auto bare = trimmed(line);
    if (!fenced && !edge) (out.outside += line) += '\n';
    if (!fenced && bare.size() > 2 && bare.front() == '[' && bare.back() == ']') {
      out.sections.push_back({std::string(bare.substr(1, bare.size() - 2)), {}});
    } else if (!out.sections.empty() && !edge && (fenced || !announced)) {
      (out.sections.back().text += line) += '\n';
    }
  });
  return out;
}

std::optional<std::string> injected_order(std::string_view text,
                                          const std::optional<Announced>& announced) {
  std::optional<std::string> out;
  walk(text, announced, [&](std::string_view line, bool fenced, bool) {
    const auto at = line.find(kOrder);
    if (fenced || out || at == std::string_view::npos) return;
    out = std::string(trimmed(line.substr(at + kOrder.size())));
  });
  return out;
}

std::optional<std::string> named_verdict(std::string_view outside,
                                         const std::function<bool(std::string_view)>& is_verdict) {
  std::size_t left = 0;  // words that may still stand between a lead and its verdict
  for (const auto& word : plain_words(outside)) {
    if (left > 0 && is_verdict(word)) return word;
    if (one_of(kLeads, word)) {
      left = kMostFillers + 1;
    } else {
      left = left > 1 && one_of(kFillers, word) ? left - 1 : 0;
    }
  }
  return std::nullopt;
}

}  // namespace guildhall::mock_model
