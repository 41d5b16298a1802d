#include "cli/quality/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "base/files.h"

namespace guildhall::cli {

Output& Output::cell(std::string_view text) {
  if (begun_) out_ += ',';
  begun_ = true;
  if (text.find_first_of(",\"\r\n") == text.npos) {
    out_ += text;
    return *this;
  }
  out_ += '"';
  for (char c : text) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

Output& Output::number(double value) { return cell(fmt::format("{:.4f}", value)); }

Output& Output::count(std::uint64_t value) { return cell(std::to_string(value)); }

void Output::end() {
  out_ += '\n';
  begun_ = false;
}

Result<void> Output::write() {
  if (!path_.empty()) return replace_file(path_, out_, 0644);
  if (std::fwrite(out_.data(), 1, out_.size(), stdout) == out_.size() && std::fflush(stdout) == 0) {
    return {};
  }
  return fail(Fault::unavailable, "file-failed", "Cannot write to standard output.");
}

std::vector<std::uint32_t> best_first(const std::vector<double>& score) {
  std::vector<std::uint32_t> order(score.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(
      order, [&](auto a, auto b) { return score[a] != score[b] ? score[a] > score[b] : a < b; });
  return order;
}

int ended(const Result<void>& done) {
  if (done) return 0;
  fmt::print(stderr, "guildhall: {}\n", done.error().detail);
  return 2;
}

}  // namespace guildhall::cli
