#include "gateway/dialects/sse.h"

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "gateway/dialects/errors.h"

namespace guildhall::gateway {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The line's text, without its end.
std::string_view bare_line(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

// A block's lines. The next LF is looked for once, however many CRs stand before it.
class BlockLines {
 public:
  explicit BlockLines(std::string_view text) : text_(text) {}

  bool next(std::string_view& line) {
    if (at_ >= text_.size()) return false;
    if (lf_ == kUnknown || lf_ < at_) lf_ = std::min(text_.find('\n', at_), text_.size());
    const std::size_t end = std::min(text_.substr(at_, lf_ - at_).find('\r'), lf_ - at_) + at_;
    line = text_.substr(at_, end - at_);
    at_ = end + (text_.substr(end).starts_with("\r\n") ? 2 : 1);
    return true;
  }

 private:
  static constexpr std::size_t kUnknown = std::string_view::npos;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t lf_ = kUnknown;
};

}  // namespace

void SseReader::push(std::string_view bytes) {
  if (begin_ > 0) {  // what was handed out is no longer looked at
    held_.erase(0, begin_);
    line_ -= begin_;
    seen_ -= begin_;
    begin_ = 0;
  }
  next_lf_ = 0;
  held_ += bytes;
}

// One past the end of the line that begins at line_.
std::optional<std::size_t> SseReader::line_end() {
  const char* text = held_.data();
  if (next_lf_ <= seen_ && next_lf_ != std::string::npos) {
    next_lf_ = held_.find('\n', seen_);
    if (next_lf_ != std::string::npos) ++next_lf_;  // one past it
  }
  const std::size_t stop = next_lf_ == std::string::npos ? held_.size() : next_lf_ - 1;
  if (const void* cr = std::memchr(text + seen_, '\r', stop - seen_)) {
    const std::size_t end = static_cast<std::size_t>(static_cast<const char*>(cr) - text) + 1;
    return end < held_.size() && text[end] == '\n' ? end + 1 : end;
  }
  if (next_lf_ == std::string::npos) {
    seen_ = held_.size();
    return std::nullopt;
  }
  return next_lf_;
}

std::optional<SseBlock> SseReader::take(std::size_t end) {
  std::string_view line(held_.data() + line_, end - line_);
  after_cr_ = line.back() == '\r';
  line_ = seen_ = end;
  std::string_view text = bare_line(line);
  const bool comment = text.starts_with(':') && !fields_;
  if (!text.empty() && !comment) {
    fields_ = true;
    return std::nullopt;
  }
  SseBlock block = parse(std::string_view(held_).substr(begin_, end - begin_));
  begin_ = end;
  fields_ = false;
  return block;
}

Result<std::optional<SseBlock>> SseReader::next() {
  while (line_ < held_.size()) {
    if (after_cr_ && held_[line_] == '\n') {
      after_cr_ = false;
      line_ = seen_ = line_ + 1;
      if (fields_) continue;
      SseBlock end;  // of the block before it
      end.raw = std::string_view(held_).substr(begin_, 1);
      begin_ = line_;
      return end;
    }
    after_cr_ = false;
    auto end = line_end();
    if ((end ? *end : held_.size()) - begin_ > kMaxSseEvent) {
      return fail(Fault::malformed, kUpstreamMalformed, "An event is longer than is taken.");
    }
    if (!end) break;
    if (auto block = take(*end)) return block;
  }
  return std::nullopt;
}

std::optional<SseBlock> SseReader::rest() {
  if (begin_ == held_.size()) return std::nullopt;
  SseBlock block = parse(std::string_view(held_).substr(begin_));
  begin_ = line_ = seen_ = held_.size();
  fields_ = false;
  return block;
}

SseBlock SseReader::parse(std::string_view raw) {
  SseBlock block;
  block.raw = raw;
  if (first_ && raw.starts_with(kByteOrderMark)) raw.remove_prefix(kByteOrderMark.size());
  first_ = false;
  bool several = false;
  std::string_view line;
  for (BlockLines lines(raw); lines.next(line);) {
    const std::size_t colon = line.find(':');
    std::string_view name = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (colon == 0) {
      block.comments = true;
    } else if (name == "event") {
      block.name = value;
    } else if (name == "data" && !block.has_data) {
      block.data = value;
      block.has_data = true;
    } else if (name == "data") {
      if (!several) joined_ = block.data;
      several = true;
      joined_ += '\n';
      joined_ += value;
    }
  }
  if (several) block.data = joined_;
  return block;
}

void write_sse(std::string& out, std::string_view name, std::string_view data) {
  if (!name.empty()) out.append("event: ").append(name).append("\n");
  std::size_t at = 0;
  do {
    const std::size_t end = std::min(data.find('\n', at), data.size());
    out.append("data: ").append(data.substr(at, end - at)).append("\n");
    at = end + 1;
  } while (at <= data.size());
  out += '\n';
}

void write_sse_comment(std::string& out, std::string_view text) {
  out.append(": ").append(text).append("\n\n");
}

}  // namespace guildhall::gateway
