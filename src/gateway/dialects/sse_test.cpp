#include "gateway/dialects/sse.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/limits.h"

namespace guildhall::gateway {
namespace {

struct Seen {
  std::string raw;
  std::vector<std::string> events;  // name|data of what a browser would dispatch
  bool operator==(const Seen&) const = default;
};

void see(Seen& seen, const SseBlock& block) {
  seen.raw += block.raw;
  if (block.has_data)
    seen.events.push_back(std::string(block.name) + "|" + std::string(block.data));
}

Seen read_pieces(const std::vector<std::string_view>& pieces) {
  SseReader reader;
  Seen seen;
  for (auto piece : pieces) {
    reader.push(piece);
    while (auto block = *reader.next()) see(seen, *block);
  }
  if (auto rest = reader.rest()) see(seen, *rest);
  return seen;
}

std::string with_line_ends(std::string_view text, std::string_view end) {
  std::string out;
  for (char c : text) {
    if (c == '\n') {
      out += end;
    } else {
      out += c;
    }
  }
  return out;
}

constexpr std::string_view kStream =
    "\xEF\xBB\xBF: hello\n"
    "event: one\ndata: a\n: within\ndata:b\nid: 7\nretry: 3\n\n"
    "data\n\n"
    "event: nothing\n\n"
    "data:  two blanks\n\n"
    ":\n"
    "event:x\nevent: y\ndata: last name counts\nunknown: z\n\n"
    "data: [DONE]\n\n";
const std::vector<std::string> kEvents = {"one|a\nb", "|", "| two blanks", "y|last name counts",
                                          "|[DONE]"};

TEST_CASE("sse: every line end, cut anywhere, gives the same events and all of the bytes") {
  for (std::string_view end : {"\n", "\r", "\r\n"}) {
    const std::string text = with_line_ends(kStream, end);
    const Seen whole = read_pieces({text});
    CHECK(whole.events == kEvents);
    CHECK(whole.raw == text);
    std::vector<std::string_view> bytes;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      std::string_view view = text;
      CHECK(read_pieces({view.substr(0, cut), view.substr(cut)}) == whole);
      if (cut < text.size()) bytes.push_back(view.substr(cut, 1));
    }
    CHECK(read_pieces(bytes) == whole);
  }
}

TEST_CASE("sse: an event and a comment are handed over with their last byte") {
  for (std::string_view end : {"\n", "\r"}) {
    SseReader reader;
    reader.push(with_line_ends("data: x\n\n", end));
    CHECK((*reader.next())->data == "x");
    reader.push(with_line_ends(": still here\n", end));
    CHECK((*reader.next())->comments);
    CHECK_FALSE(*reader.next());
  }
}

TEST_CASE("sse: an event over its limit is refused, however it comes") {
  const std::string line = "data: " + std::string(1'000, 'x') + "\n";
  SseReader reader;
  bool refused = false;
  for (std::size_t sent = 0; sent < 2 * kMaxSseEvent && !refused; sent += line.size()) {
    reader.push(line);
    refused = !reader.next();
  }
  CHECK(refused);
  SseReader whole;
  whole.push("data: " + std::string(kMaxSseEvent, 'x') + "\n\n");
  CHECK(whole.next().error().type == "upstream-malformed");
}

TEST_CASE("sse: what is written is read back") {
  std::string out;
  write_sse(out, "error", "{\"a\":\n1}");
  write_sse(out, "", "");
  write_sse_comment(out, "keep-alive");
  CHECK(out == "event: error\ndata: {\"a\":\ndata: 1}\n\ndata: \n\n: keep-alive\n\n");
  CHECK(read_pieces({out}).events == std::vector<std::string>{"error|{\"a\":\n1}", "|"});
}

}  // namespace
}  // namespace guildhall::gateway
