#include "room/http_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/log.h"

namespace guildhall::room {
namespace {

struct Range {
  std::int64_t first;
  std::int64_t last;  // included; may lie beyond the end
};

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < 0) {
    return {};
  }
  return value;
}

std::optional<Range> parse_range(std::string_view text, std::int64_t size) {
  if (!text.starts_with("bytes=") || text.find(',') != std::string_view::npos) return {};
  text.remove_prefix(6);
  auto dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  auto first = number(text.substr(0, dash));
  auto last = number(text.substr(dash + 1));
  if (first) return Range{*first, last.value_or(INT64_MAX)};
  if (dash == 0 && last) return Range{std::max<std::int64_t>(0, size - *last), INT64_MAX};
  return {};
}

// The bytes of a file from `from` to `to`.
class FileSource final : public net::BodySource {
 public:
  FileSource(store::SealedFile file, const store::Opening& why, std::int64_t from, std::int64_t to)
      : file_(std::move(file)), why_(why), at_(from), to_(to) {}

  Result<void> open_first() { return pull(first_); }
  bool whole() const { return at_ == to_ && !first_.empty(); }
  std::string take_first() { return std::move(first_); }

  Result<void> next(std::string& out) override {
    if (!first_.empty()) {
      out += first_;
      first_ = {};
      return {};
    }
    auto pulled = pull(out);
    if (!pulled) {  // the status is out: the reply is cut off
      log_line(LogLevel::warning, "a file was cut off", {{"type", pulled.error().type}});
    }
    return pulled;
  }

 private:
  Result<void> pull(std::string& out) {
    std::size_t before = out.size();
    TRY(file_.read(at_, to_, why_, out));
    at_ += static_cast<std::int64_t>(out.size() - before);
    return {};
  }

  store::SealedFile file_;
  const store::Opening why_;
  std::int64_t at_;
  const std::int64_t to_;
  std::string first_;
};

Result<net::Reply> with_bytes(const net::Request& request, net::Reply reply, store::SealedFile file,
                              const store::Opening& why, std::int64_t from, std::int64_t to) {
  auto source = std::make_unique<FileSource>(std::move(file), why, from, to);
  if (request.method != net::Method::head) TRY(source->open_first());
  if (source->whole()) {  // then the connection can be kept
    reply.body = source->take_first();
    return reply;
  }
  reply.source = std::move(source);
  reply.source_bytes = to - from;
  return reply;
}

}  // namespace

Result<net::Reply> ranged(const net::Request& request, net::Reply reply, store::SealedFile file,
                          const store::Opening& why) {
  const std::int64_t size = file.size();
  reply.header("Accept-Ranges", "bytes");
  auto range = parse_range(request.header("Range"), size);
  auto condition = request.header("If-Range");
  auto etag = std::ranges::find(reply.headers, "ETag", &std::pair<std::string, std::string>::first);
  bool changed = !condition.empty() && (etag == reply.headers.end() || etag->second != condition);
  if (!range || changed) {
    return with_bytes(request, std::move(reply), std::move(file), why, 0, size);
  }
  if (range->first >= size || range->last < range->first) {
    auto refused = net::problem(
        {Fault::range, "bad-range", fmt::format("The file has {} bytes.", size), "Range"},
        request.request_id);
    refused.header("Content-Range", fmt::format("bytes */{}", size));
    return refused;
  }
  std::int64_t last = std::min(range->last, size - 1);
  reply.status = 206;
  reply.header("Content-Range", fmt::format("bytes {}-{}/{}", range->first, last, size));
  return with_bytes(request, std::move(reply), std::move(file), why, range->first, last + 1);
}

}  // namespace guildhall::room
