#include "work/judging/texts.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/test_data.h"
#include "crypto/hash.h"
#include "work/judging/judging_test_util.h"

namespace guildhall::work::judging {
namespace {

struct Kept {
  std::string_view name;
  int version;
  std::string_view hash;
};
// A line here is never changed: other words are another version.
constexpr Kept kKept[] = {
    {"judge.pairwise", 1, "c7a0210b6ba87977be1b3408b6df09ac5f9aa1958bf86bc86e077f892ca27db5"},
    {"judge.rubric", 1, "8479f89cb9001a06dadbe11f91a0934a726cdc27018c76c4e6e87ade2cf62171"},
    {"judge.steps", 1, "7c62447fc848f339af195a784bafbf83e98ae3d9a1a60a9a3bcf9855ea9dc6ba"},
    {"judge.code-review", 1, "3270a9d9e29205645c8f97451e1d8a4a4998526df2e932f93828b654de330e6c"},
    {"draft.answer", 1, "175fd77fc465a3eaae0a299eb5facc8af8774b98ca48a73bb8b2ff83666df1e4"},
    {"generate.variants", 1, "650cbd602d78a70ddecf0f1d46b980a470f5ec4fadbc5c2424463bf329362158"},
    {"generate.dialogue", 1, "2ec36050bba690abe41e3e6c2b523260ee374c64fb3137d2d33ce4391df7b3c8"},
};

TEST_CASE("judging: the words of a version stay what they are") {
  CHECK(templates().size() == std::size(kKept));
  for (const auto& kept : kKept) {
    CAPTURE(kept.name);
    auto found = find_template(kept.name, kept.version);
    REQUIRE(found);
    CHECK(crypto::to_hex(crypto::sha256(text_of(*found))) == kept.hash);
  }
}

TEST_CASE("judging: templates are found by name and version") {
  std::set<std::string> seen;
  for (const auto& one : templates()) {
    CHECK(seen.insert(std::string(one.name) + std::to_string(one.version)).second);
    CHECK_FALSE(one.what.empty());
    CHECK(find_template(one.name)->version >= one.version);
    CHECK(one.name.starts_with(name_of(one.purpose)));
  }
  CHECK_FALSE(find_template("judge.pairwise", 99));
  CHECK_FALSE(find_template("judge"));
}

std::string written(const std::vector<Ask>& asks) {
  std::string out;
  for (const auto& ask : asks) {
    out += "==== " + ask.variant + ", system\n" + ask.system + "\n==== " + ask.variant +
           ", user\n" + ask.user + "\n";
  }
  return out;
}

struct Golden {
  const char* prompt;
  const char* form;
  const char* data;
};
constexpr Golden kGolden[] = {
    {"judge.pairwise", "preference",
     R"({"prompt":"What is a lease?","responses":[{"text":"A contract.","model":"m"},
        {"text":"A dog's lead."}]})"},
    {"judge.rubric", "rubric",
     R"({"prompt":"What is a lease?","response":"A contract.",
        "rubric":[{"id":"c1","criterion":"Names the parties"}]})"},
    {"judge.steps", "steps", R"({"prompt":"2 + 2 + 2?","steps":["2 + 2 = 4","4 + 2 = 7"]})"},
    {"judge.code-review", "choice", R"({"prompt":"int half(int n) { return n / 2; }"})"},
    {"draft.answer", "demonstration", R"({"prompt":"What is a lease?"})"},
};

// With GUILDHALL_GOLDEN=write the files are written anew.
void check_golden(std::string_view name, const std::vector<Ask>& asks) {
  CAPTURE(name);
  auto root = repository_root();
  REQUIRE(root);
  const auto path = *root / "tests" / "judging" / "golden" / (std::string(name) + ".txt");
  const auto text = written(asks);
  const char* mode = std::getenv("GUILDHALL_GOLDEN");
  if (mode && std::string_view(mode) == "write") {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  CHECK(read_test_file(path) == text);
}

TEST_CASE("judging: prompts are, byte for byte, those that were read and found good") {
  for (const auto& golden : kGolden) {
    Case task(golden.prompt, builtin(golden.form), golden.data);
    task.subject.guidelines = "Be strict about law.";
    check_golden(golden.prompt, task.asks());
  }
  const std::vector<json::value> seeds{js(R"({"prompt":"What is a lease?"})")};
  Subject subject;
  subject.seeds = seeds;
  subject.brief = "Questions of tenants.";
  subject.count = 2;
  for (const char* name : {"generate.variants", "generate.dialogue"}) {
    SeededRandom random(1);
    auto asks = asks_for(must_find(name), builtin("demonstration"), subject, random);
    REQUIRE(asks);
    check_golden(name, *asks);
  }
}

}  // namespace
}  // namespace guildhall::work::judging
