// Transcripts of tests/gateway/golden: a provider's stream, what the client gets, how it ended.
// Each is fed whole, cut in two at every byte, byte by byte, with other line ends, and broken off
// after every byte.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include "base/test_data.h"
#include "gateway/dialects/stream_test_util.h"

namespace guildhall::gateway {
namespace {

struct Golden {
  StreamOptions options;
  std::string ending, in, out;
};

Golden read_golden(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::map<std::string, Dialect> dialects = {
      {"chat", Dialect::chat}, {"messages", Dialect::messages}, {"responses", Dialect::responses}};
  constexpr std::string_view kIn = "\n==== in\n";
  constexpr std::string_view kOut = "==== out\n";
  const std::size_t first = text.find('\n');
  const std::size_t in = text.find(kIn);
  const std::size_t out = text.find(kOut);
  std::string line = text.substr(0, first) + " ";
  const std::size_t blank = line.find(' ');
  const std::size_t second = line.find(' ', blank + 1);
  Golden golden;
  golden.options.from = dialects.at(line.substr(0, blank));
  golden.options.to = dialects.at(line.substr(blank + 1, second - blank - 1));
  golden.options.wants_usage = line.ends_with("usage ");
  golden.options.created_s = 1'700'000'000;
  golden.ending = text.substr(first + 1, in - first - 1);
  golden.in = text.substr(in + kIn.size(), out - in - kIn.size());
  golden.out = text.substr(out + kOut.size());
  return golden;
}

template <class Each>
void each_golden(Each each) {
  std::size_t seen = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(*repository_root() / "tests/gateway/golden")) {
    INFO(entry.path().filename().string());
    each(read_golden(entry.path()));
    ++seen;
  }
  CHECK(seen >= 48);
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

bool ends_well(std::string_view out, Dialect dialect) {
  switch (dialect) {
    case Dialect::chat: return out.find("data: [DONE]") != std::string_view::npos;
    case Dialect::messages: return out.find("event: message_stop") != std::string_view::npos;
    case Dialect::responses:
      return out.find("event: response.completed") != std::string_view::npos ||
             out.find("event: response.incomplete") != std::string_view::npos;
  }
  return false;
}

TEST_CASE("gateway streams: each transcript, whole and cut at every byte") {
  each_golden([](const Golden& golden) {
    const std::string_view in = golden.in;
    const Ran whole = run_stream(golden.options, in);
    CHECK(whole.out == golden.out);
    CHECK(in_words(whole.finish) == golden.ending);
    std::vector<std::string_view> bytes;
    bool same = true;
    for (std::size_t cut = 0; cut < in.size(); ++cut) {
      const std::string_view halves[] = {in.substr(0, cut), in.substr(cut)};
      const Ran ran = run_stream(golden.options, halves);
      same = same && ran.out == golden.out && in_words(ran.finish) == golden.ending;
      bytes.push_back(in.substr(cut, 1));
    }
    CHECK(same);
    const Ran ran = run_stream(golden.options, bytes);
    CHECK(ran.out == golden.out);
    CHECK(in_words(ran.finish) == golden.ending);
  });
}

TEST_CASE("gateway streams: CR and CRLF mean the same, and are forwarded as they are") {
  each_golden([](const Golden& golden) {
    for (std::string_view end : {"\r", "\r\n"}) {
      const std::string in = replaced(golden.in, "\n", end);
      const Ran whole = run_stream(golden.options, in);
      CHECK(in_words(whole.finish) == golden.ending);
      // What is forwarded keeps its line ends, what is written anew has LF.
      CHECK(replaced(whole.out, end, "\n") == golden.out);
      bool same = true;
      for (std::size_t at = 0; (at = in.find('\r', at)) != std::string::npos;) {
        const std::size_t cut = ++at;  // before the LF, where there is one
        const std::string_view halves[] = {std::string_view(in).substr(0, cut),
                                           std::string_view(in).substr(cut)};
        same = same && run_stream(golden.options, halves).out == whole.out;
      }
      CHECK(same);
    }
  });
}

// "Portkey #1797", "litellm #4562": a stream that breaks off is never told as one that ended.
TEST_CASE("gateway streams: broken off after any byte, it says so") {
  each_golden([](const Golden& golden) {
    const bool completes = golden.ending.starts_with("complete");
    // The line of the terminal event is all that matters: not the blank one after it.
    std::size_t needed = golden.in.find_last_not_of('\n') + 1;
    if (golden.options.from == Dialect::chat && golden.in.ends_with("data: [DONE]\n\n")) {
      needed = golden.in.rfind("[DONE]") + 6;
    }
    bool right = true;
    for (std::size_t size = 0; size < golden.in.size(); ++size) {
      const Ran ran = run_stream(golden.options, std::string_view(golden.in).substr(0, size));
      const bool well = ran.finish.outcome == Outcome::complete;
      right = right && well == (completes && size >= needed);
      right = right && ends_well(ran.out, golden.options.to) == well;
      const bool told = ran.out.find("\"error\":{") != std::string::npos ||
                        ran.out.find("\"type\":\"error\"") != std::string::npos ||
                        ran.out.find("response.failed") != std::string::npos;
      right = right && (well || told) && ran.out.ends_with("\n");
    }
    CHECK(right);
  });
}

}  // namespace
}  // namespace guildhall::gateway
