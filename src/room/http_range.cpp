#include "room/http_range.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>

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

}  // namespace

Result<net::Reply> ranged(const net::Request& request, net::Reply reply, int fd,
                          std::int64_t size) {
  reply.file = net::FileBody{fd, 0, size};
  reply.header("Accept-Ranges", "bytes");
  auto range = parse_range(request.header("Range"), size);
  auto condition = request.header("If-Range");
  auto etag = std::ranges::find(reply.headers, "ETag", &std::pair<std::string, std::string>::first);
  bool changed = !condition.empty() && (etag == reply.headers.end() || etag->second != condition);
  if (!range || changed) return reply;
  if (range->first >= size || range->last < range->first) {
    close(fd);
    reply.file.reset();
    auto refused = net::problem(
        {Fault::range, "bad-range", fmt::format("The file has {} bytes.", size), "Range"},
        request.request_id);
    refused.header("Content-Range", fmt::format("bytes */{}", size));
    return refused;
  }
  std::int64_t last = std::min(range->last, size - 1);
  reply.status = 206;
  reply.file->offset = range->first;
  reply.file->length = last - range->first + 1;
  reply.header("Content-Range", fmt::format("bytes {}-{}/{}", range->first, last, size));
  return reply;
}

}  // namespace guildhall::room
