#include "work/judging/fence.h"

#include <fmt/format.h>

#include <algorithm>

namespace guildhall::work::judging {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool holds(std::string_view text, std::string_view word) {
  auto same = [](char a, char b) { return lower(a) == b; };
  return !std::ranges::search(text, word, same).empty();
}

bool occurs(std::span<const Material> materials, std::string_view word) {
  return std::ranges::any_of(materials, [&](const Material& m) { return holds(m.text, word); });
}

}  // namespace

Fence::Fence(std::span<const Material> materials, Random& random) {
  std::string word;
  do {
    word = fmt::format("{:016x}", random.next_u64());
  } while (occurs(materials, word));
  open_ = fmt::format("<material-{}>", word);
  close_ = fmt::format("</material-{}>", word);
}

std::string Fence::around(std::span<const Material> materials) const {
  std::string out;
  for (const auto& material : materials) {
    if (!out.empty()) out += "\n\n";
    out += fmt::format("[{}]\n{}\n{}\n{}", material.heading, open_, material.text, close_);
  }
  return out;
}

}  // namespace guildhall::work::judging
