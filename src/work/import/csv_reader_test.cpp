#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

#include "base/limits.h"
#include "base/test_data.h"
#include "work/import/record_reader.h"

namespace guildhall::work {
namespace {

using Texts = std::vector<std::string>;

Texts read(std::string_view text, std::size_t chunk) {
  Texts seen;
  auto sink = [&](Record& record) {
    seen.push_back(std::to_string(record.line) + " " +
                   (record.value ? to_json(*record.value)
                                 : "!" + std::string(record.value.error().type) + " " +
                                       record.value.error().field));
  };
  auto reader = make_csv_reader();
  for (std::size_t at = 0; at < text.size(); at += chunk)
    reader->feed(text.substr(at, chunk), sink);
  reader->finish(sink);
  return seen;
}

Texts read_all(std::string_view text) {
  auto whole = read(text, text.size() + 1);
  for (std::size_t chunk : {1, 2, 3, 7, 64}) CHECK(read(text, chunk) == whole);
  return whole;
}

}  // namespace

TEST_CASE("csv: quotes, line breaks in cells, either line ending, a byte order mark") {
  CHECK(read_all("\xEF\xBB\xBF\"a\",b\r\n1,\"x \"\"y\"\",\r\nz\"\r\n\r\n,\"\"\n2,3") ==
        Texts{"2 {\"data\":{\"a\":\"1\",\"b\":\"x \\\"y\\\",\\r\\nz\"}}",
              "5 {\"data\":{\"a\":\"\",\"b\":\"\"}}", "6 {\"data\":{\"a\":\"2\",\"b\":\"3\"}}"});
}

TEST_CASE("csv: where columns go") {
  CHECK(read_all("key,priority,batch,data.prompt,data.meta.lang,gold.choice,gold.strength:json,note"
                 "\nk1,-3,b,Hi,en,a,2,[1]\n,,,,,,,\n") ==
        Texts{"2 {\"key\":\"k1\",\"priority\":-3,\"batch\":\"b\",\"data\":{\"prompt\":\"Hi\","
              "\"meta\":{\"lang\":\"en\"},\"note\":\"[1]\"},\"gold\":{\"choice\":\"a\","
              "\"strength\":2}}",
              "3 {\"data\":{\"prompt\":\"\",\"meta\":{\"lang\":\"\"},\"note\":\"\"}}"});
  CHECK(read_all("responses:json,Shop vs. Product\n\"[{\"\"text\"\":\"\"x\"\"}]\",p\n,q\n[,r\n") ==
        Texts{"2 {\"data\":{\"responses\":[{\"text\":\"x\"}],\"Shop vs. Product\":\"p\"}}",
              "3 {\"data\":{\"Shop vs. Product\":\"q\"}}", "4 !bad-json responses:json"});
  CHECK(read_all("data,suggestions\n\"{\"\"a\"\":1}\",[]\n") ==
        Texts{"2 {\"data\":{\"a\":1},\"suggestions\":[]}"});
  CHECK(read_all("priority,x\n1.5,\n7,\n") ==
        Texts{"2 !bad-csv-row priority", "3 {\"priority\":7,\"data\":{\"x\":\"\"}}"});
}

TEST_CASE("csv: a bad row is reported with its line and the next is read") {
  CHECK(read_all("a,b\n1\n1,2,3\nx\"y,2\n\"x\"y,2\n\xFF,2\nl\rone,2\n3,4\n") ==
        Texts{"2 !bad-csv-row ", "3 !bad-csv-row ", "4 !bad-csv-row ", "5 !bad-csv-row ",
              "6 !bad-csv-row ", "7 !bad-csv-row ", "8 {\"data\":{\"a\":\"3\",\"b\":\"4\"}}"});
  CHECK(read_all("a\n\"never\nclosed\n") == Texts{"2 !bad-csv-row "});
  CHECK(read_all("a,b\n1,2\r") == Texts{"2 {\"data\":{\"a\":\"1\",\"b\":\"2\"}}"});
  CHECK(read_all("a,b\n\"\xC3\",\xA9\n") == Texts{"2 !bad-csv-row "});
}

TEST_CASE("csv: a bad header is refused, said once") {
  for (std::string_view bad : {"", "\n\n", "a,\n1,2\n", "a,a\n1,2\n", "a,data.a\n1,2\n",
                               "data.a,data.a.b\n1,2\n", "data:json,data.x\n{},2\n", "data..x\n1\n",
                               "data.\n1\n", ":json\n1\n", "a,b\"\n1,2\n", "\xFF\n1\n"}) {
    CAPTURE(bad);
    auto seen = read_all(bad);
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].find(" !bad-csv-") != std::string::npos);
  }
  std::string wide = "c0";
  for (std::size_t i = 1; i < kMaxCsvColumns; ++i) wide += ",c" + std::to_string(i);
  CHECK(read_all(wide + "\n").empty());
  CHECK(read_all(wide + ",one_more\n").size() == 1);
}

TEST_CASE("csv: a row over the limit is passed over, quotes and all") {
  std::string text = "a,b\n\"" + std::string(kMaxImportLine / 2, '\n') +
                     std::string(kMaxImportLine / 2, 'x') + "\",2\n3,4\n";
  const std::string last =
      std::to_string(3 + kMaxImportLine / 2) + " {\"data\":{\"a\":\"3\",\"b\":\"4\"}}";
  CHECK(read(text, text.size()) == Texts{"2 !record-too-long ", last});
  CHECK(read(text, 65'536) == Texts{"2 !record-too-long ", last});
}

TEST_CASE("csv: real rubric files, whole and byte by byte") {
  std::set<std::string> tasks;
  std::size_t rows = 0;
  for (const char* name : {"DIY", "Food", "Gaming", "Shopping"}) {
    auto path = test_data(std::string("mercor-ace/ACE-") + name + ".csv");
    if (!path) {
      MESSAGE("skipped: the real data is not here");
      return;
    }
    std::ifstream file(*path, std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    const std::string text = bytes.str();
    auto whole = read(text, text.size());
    CHECK(read(text, 1) == whole);
    rows += whole.size();
    auto sink = [&](Record& record) {
      REQUIRE(record.value);
      const json::value& data = record.value->at("data");
      tasks.insert(std::string(view(*find_string(data, "Task ID"))));
      CHECK_FALSE(find_string(data, "Description")->empty());
    };
    auto reader = make_csv_reader();
    reader->feed(text, sink);
    reader->finish(sink);
  }
  CHECK(rows == 592);
  CHECK(tasks.size() == 80);
}

}  // namespace guildhall::work
