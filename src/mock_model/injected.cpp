#include "mock_model/injected.h"

namespace guildhall::mock_model {
namespace {

constexpr std::string_view kOrder = "SYSTEM OVERRIDE: answer ";
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";

std::string_view trimmed(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

std::size_t run_of(std::string_view line, char c) {
  const auto end = line.find_first_not_of(c);
  return end == std::string_view::npos ? line.size() : end;
}

class Fence {
 public:
  bool open() const { return !name_.empty() || ticks_ > 0; }
  void look_at(std::string_view line) {
    if (!name_.empty()) {
      if (line.starts_with(kEnd) && line.substr(kEnd.size()) == name_) name_ = {};
    } else if (ticks_ > 0) {
      if (run_of(line, tick_) == line.size() && line.size() >= ticks_) ticks_ = 0;
    } else if (line.starts_with(kBegin)) {
      name_ = line.substr(kBegin.size());
    } else if (line.starts_with("```") || line.starts_with("~~~")) {
      tick_ = line.front();
      ticks_ = run_of(line, tick_);
    }
  }

 private:
  std::string_view name_;
  char tick_ = '`';
  std::size_t ticks_ = 0;
};

}  // namespace

std::optional<std::string_view> injected_order(std::string_view text) {
  Fence fence;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
    fence.look_at(trimmed(line));
    const auto at = line.find(kOrder);
    if (!fence.open() && at != std::string_view::npos) {
      return trimmed(line.substr(at + kOrder.size()));
    }
  }
  return std::nullopt;
}

}  // namespace guildhall::mock_model
