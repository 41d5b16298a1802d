#include "gateway/frames.h"

#include <doctest/doctest.h>

#include "base/limits.h"
#include "base/random.h"

namespace guildhall::gateway {
namespace {

Begin some_begin() {
  Begin begin;
  begin.operation = Operation::messages;
  begin.provider = Dialect::chat;
  begin.stream = begin.wants_usage = begin.plain = true;
  begin.body_bytes = 4'000'000;
  begin.max_output_tokens = 1'024;
  begin.timeouts = {5'000, 30'000, 20'000, 600'000};
  begin.max_reply_bytes = 1U << 26;
  begin.model = "some-model";
  begin.headers = {{"anthropic-version", "2023-06-01"}};
  return begin;
}

// One of each kind, as text for comparison.
std::string told(const Frame& frame) {
  std::string out =
      std::to_string(static_cast<int>(frame.kind)) + "/" + std::to_string(frame.exchange) + "/";
  switch (frame.kind) {
    case FrameKind::begin: {
      auto begin = read_begin(frame.payload).value();
      return out + begin.model + begin.headers.at(0).second +
             std::to_string(begin.timeouts.whole_ms) + std::to_string(begin.body_bytes);
    }
    case FrameKind::head: {
      auto head = read_head(frame.payload).value();
      return out + std::to_string(head.status) + head.headers.at(0).first;
    }
    case FrameKind::meter: {
      auto finish = read_meter(frame.payload).value().finish;
      return out + finish.finish_reason + finish.model + std::to_string(finish.usage->output);
    }
    case FrameKind::end: {
      auto end = read_end(frame.payload).value();
      return out + std::string(ending_word(end.ending)) + end.detail;
    }
    case FrameKind::credit: return out + std::to_string(read_credit(frame.payload).value());
    default: return out + std::string(frame.payload);
  }
}

std::string all_kinds() {
  Meter meter{{Outcome::incomplete, Usage{10, 4, 0, 7, 2}, "length", "id-1", "model-x"}, 900};
  std::string out;
  put_begin(out, 1, some_begin());
  put_pieces(out, FrameKind::body, 1, std::string(kMaxModelFrame + 1, 'b'));
  put_frame(out, FrameKind::body_end, 1, {});
  put_credit(out, 2, 65'536);
  put_head(out, 2, {200, {{"content-type", "application/json"}}});
  put_pieces(out, FrameKind::data, 2, "data: 1\n\n");
  put_meter(out, 2, meter);
  put_end(out, 2, {Ending::idle_timeout, "It took too long."});
  put_frame(out, FrameKind::cancel, 3, {});
  return out;
}

std::vector<std::string> read_all(std::string_view bytes, std::size_t step) {
  std::vector<std::string> out;
  std::string in;
  while (!bytes.empty()) {
    in += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    std::string_view rest = in;
    Frame frame;
    while (next_frame(rest, frame).value()) out.push_back(told(frame));
    in.erase(0, in.size() - rest.size());
  }
  REQUIRE(in.empty());
  return out;
}

TEST_CASE("frames of model traffic: read as they were written, however they are cut") {
  auto bytes = all_kinds();
  auto whole = read_all(bytes, bytes.size());
  REQUIRE(whole.size() == 10);  // the body took two
  CHECK(whole[0] == "1/1/some-model2023-06-016000004000000");
  CHECK(whole[7] == "8/2/lengthmodel-x7");
  CHECK(whole[8] == "9/2/idle-timeoutIt took too long.");
  for (std::size_t step : {1U, 3U, 8U, 1'000U}) CHECK(read_all(bytes, step) == whole);
}

TEST_CASE("frames of model traffic: what is none is refused") {
  std::string out;
  put_frame(out, FrameKind::data, 1, "x");
  auto refused = [](std::string bytes) {
    std::string_view rest = bytes;
    Frame frame;
    auto read = next_frame(rest, frame);
    return !read && read.error().type == "bad-frame";
  };
  auto with = [&](std::size_t at, char byte) {
    auto bytes = out;
    bytes[at] = byte;
    return bytes;
  };
  CHECK_FALSE(refused(out));
  CHECK(refused(with(8, 0)));       // no kind
  CHECK(refused(with(8, 10)));      // beyond the last
  CHECK(refused(with(1, '\x7f')));  // too long, said before it has come
}

TEST_CASE("frames of model traffic: a payload has one form") {
  std::string out;
  put_begin(out, 1, some_begin());
  auto begin = out.substr(kFrameHead);
  for (std::size_t cut = 0; cut < begin.size(); ++cut)
    CHECK_FALSE(read_begin(begin.substr(0, cut)));
  CHECK_FALSE(read_begin(begin + "x"));
  auto changed = [&](std::size_t at, char byte) {
    auto bytes = begin;
    bytes[at] = byte;
    return read_begin(bytes).has_value();
  };
  CHECK(changed(0, 5));
  CHECK_FALSE(changed(0, 6));  // an operation that is none
  CHECK_FALSE(changed(1, 3));  // a dialect that is none

  out.clear();
  put_end(out, 1, {Ending::complete, {}});
  auto end = out.substr(kFrameHead);
  CHECK(read_end(end));
  end[0] = 0;
  CHECK_FALSE(read_end(end));
  end[0] = 16;
  CHECK_FALSE(read_end(end));

  out.clear();
  put_head(out, 1, {99, {}});
  CHECK_FALSE(read_head(out.substr(kFrameHead)));
  out.clear();
  Head many{200, HeaderList(kMaxModelHeaders + 1, {"a", "b"})};
  put_head(out, 1, many);
  CHECK_FALSE(read_head(out.substr(kFrameHead)));
}

}  // namespace
}  // namespace guildhall::gateway
