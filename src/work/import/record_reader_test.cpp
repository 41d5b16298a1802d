#include "work/import/record_reader.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/limits.h"
#include "work/import/record_text.h"

namespace guildhall::work {
namespace {

struct Seen {
  std::int64_t line;
  std::string text;  // JSON, or "!" and the error's type
  std::string raw;
  bool operator==(const Seen&) const = default;
};

std::vector<Seen> read(RecordReader& reader, std::string_view text, std::size_t chunk) {
  std::vector<Seen> seen;
  auto sink = [&](Record& record) {
    seen.push_back(
        {record.line,
         record.value ? to_json(*record.value) : "!" + std::string(record.value.error().type),
         std::string(record.raw)});
  };
  for (std::size_t at = 0; at < text.size(); at += chunk) reader.feed(text.substr(at, chunk), sink);
  reader.finish(sink);
  return seen;
}

// Reads in chunks of several sizes and insists that they agree.
std::vector<Seen> read_all(std::unique_ptr<RecordReader> (*make)(), std::string_view text) {
  auto whole = read(*make(), text, text.size() + 1);
  for (std::size_t chunk : {1, 2, 3, 7, 64}) CHECK(read(*make(), text, chunk) == whole);
  return whole;
}

std::vector<std::string> texts(const std::vector<Seen>& seen) {
  std::vector<std::string> out;
  for (const auto& record : seen) out.push_back(std::to_string(record.line) + " " + record.text);
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("ndjson: lines are numbered, blank ones pass, bad ones do not stop the reading") {
  auto seen = read_all(make_ndjson_reader,
                       "\xEF\xBB\xBF{\"a\":1}\r\n\n  {\"b\": [ 1 ]} \n{bad\n\"\xFF\"\n{\"c\":0.5}");
  CHECK(texts(seen) ==
        Texts{"1 {\"a\":1}", "3 {\"b\":[1]}", "4 !bad-json", "5 !bad-json", "6 {\"c\":0.5}"});
  CHECK(seen[1].raw == "  {\"b\": [ 1 ]} ");
  CHECK(seen[2].raw.empty());
  CHECK(read_all(make_ndjson_reader, "").empty());
  CHECK(read_all(make_ndjson_reader, "\n\n").empty());
}

TEST_CASE("ndjson: a line over the limit is passed over, the next is read") {
  std::string text = "{\"a\":\"" + std::string(kMaxImportLine, 'x') + "\"}\n{\"b\":2}\n";
  for (std::size_t chunk : {text.size(), std::size_t{65'536}}) {
    auto reader = make_ndjson_reader();
    CHECK(texts(read(*reader, text, chunk)) == Texts{"1 !record-too-long", "2 {\"b\":2}"});
  }
  std::string exact = "\"" + std::string(kMaxImportLine - 2, 'x') + "\"\n";
  auto reader = make_ndjson_reader();
  auto seen = read(*reader, exact, 65'536);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].raw.size() == kMaxImportLine);
}

TEST_CASE("array: elements one by one, strings and nesting respected") {
  auto seen = read_all(make_array_reader, " [ {\"a\":\"],\\\"}\"} ,\n[1,[2]], \"x,y\" ,5 ] \n");
  CHECK(texts(seen) == Texts{"1 {\"a\":\"],\\\"}\"}", "2 [1,[2]]", "3 \"x,y\"", "4 5"});
  CHECK(seen[0].raw == "{\"a\":\"],\\\"}\"}");
  CHECK(read_all(make_array_reader, "\xEF\xBB\xBF[]").empty());
}

TEST_CASE("array: a syntax error ends the reading and is said once") {
  auto bad = [](std::string_view text) { return texts(read_all(make_array_reader, text)); };
  CHECK(bad("[{\"a\":1},{bad},{\"b\":2},{worse}]") == Texts{"1 {\"a\":1}", "2 !bad-json"});
  CHECK(bad("[1,]") == Texts{"1 1", "2 !bad-json"});
  CHECK(bad("[,1]") == Texts{"1 !bad-json"});
  CHECK(bad("{\"a\":1}") == Texts{"1 !bad-json"});
  CHECK(bad("") == Texts{"1 !bad-json"});
  CHECK(bad("[1,2") == Texts{"1 1", "2 !bad-json"});
  CHECK(bad("[1] x") == Texts{"1 1", "2 !bad-json"});
  CHECK(bad("[1}") == Texts{"1 !bad-json"});
  CHECK(bad("[[1}]") == Texts{"1 !bad-json"});
}

TEST_CASE("array: an element over the limit is passed over") {
  std::string text = "[1,\"" + std::string(kMaxImportLine, ']') + "\",3]";
  for (std::size_t chunk : {text.size(), std::size_t{65'536}}) {
    auto reader = make_array_reader();
    CHECK(texts(read(*reader, text, chunk)) == Texts{"1 1", "2 !record-too-long", "3 3"});
  }
}

TEST_CASE("make_reader: by media type, or by the first bytes where there is none") {
  auto first = [](std::string_view type, std::string_view text) -> std::string {
    auto reader = make_reader(type, text);
    if (!reader) return std::string(reader.error().type);
    auto seen = read(**reader, text, 4096);
    return seen.empty() ? "" : seen[0].text;
  };
  CHECK(first("application/x-ndjson", "{\"a\":1}") == "{\"a\":1}");
  CHECK(first("Application/JSONL; charset=UTF-8", "{\"a\":1}") == "{\"a\":1}");
  CHECK(first("application/json", "[2]") == "2");
  CHECK(first("text/csv;charset=\"utf-8\"", "a\n1\n") == "{\"data\":{\"a\":\"1\"}}");
  CHECK(first("", "\n[2]") == "2");
  CHECK(first("application/octet-stream", "\xEF\xBB\xBF{\"a\":1}") == "{\"a\":1}");
  CHECK(first("", "a,b\n1,2\n") == "{\"data\":{\"a\":\"1\",\"b\":\"2\"}}");
  CHECK(first("text/csv; charset=iso-8859-1", "a\n1\n") == "unsupported-media-type");
  CHECK(first("text/csv; header=absent", "a\n1\n") == "unsupported-media-type");
  CHECK(first("application/xml", "<a/>") == "unsupported-media-type");
}

TEST_CASE("utf-8: what the standard calls ill formed is refused") {
  CHECK(valid_utf8("plain, long enough for eight at a time; ä € 😀"));
  for (std::string_view bad :
       {"\x80", "\xC0\x80", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "abcdefgh\xFF"}) {
    CHECK_FALSE(valid_utf8(bad));
  }
}

}  // namespace guildhall::work
