#include "bench_room.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "room/room_dir.h"

namespace guildhall::bench {
namespace {

// Plain words, so that the text packs and escapes like prose does.
constexpr std::string_view kWords[] = {
    "the",    "patient",  "clause", "because", "model",  "answers",  "without", "a",
    "reason", "evidence", "of",     "however", "should", "consider", "dose",    "contract"};

void append_words(std::string& out, std::uint64_t& state, std::size_t bytes) {
  std::size_t end = out.size() + bytes;
  while (out.size() < end) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    out += kWords[state >> 60];
    out += ' ';
  }
}

}  // namespace

void die(std::string_view what, const Error* error) {
  fmt::print(stderr, "bench: {}{}{}{}{}\n", what, error ? ": " : "", error ? error->type : "",
             error ? ": " : "", error ? error->detail : std::string());
  std::exit(1);
}

std::unique_ptr<room::Room> open_room(const std::string& dir, const std::string& store) {
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::path(dir) / "room.json", ignored)) {
    must(room::init_room_dir(dir, store), "init");
  }
  room::RoomOptions options;
  options.dir = dir;
  options.store = store;
  return must(room::Room::open(options), "open");
}

void write_people(const std::string& file, const People& people) {
  std::ofstream out(file, std::ios::trunc);
  out << people.project << ' ' << people.inner.value << '\n';
  for (const auto& person : people.all) out << person.token << ' ' << person.member.value << '\n';
  if (!out.flush()) die("cannot write the people's file");
}

People read_people(const std::string& file) {
  std::ifstream in(file);
  People people;
  if (!(in >> people.project >> people.inner.value)) die("cannot read the people's file");
  Person person;
  while (in >> person.token >> person.member.value) people.all.push_back(person);
  if (people.all.empty()) die("the people's file names nobody");
  return people;
}

std::string task_data(std::int64_t n, std::size_t bytes) {
  std::uint64_t state = static_cast<std::uint64_t>(n) * 0x9e3779b97f4a7c15ULL;
  std::size_t text = bytes > 160 ? bytes - 110 : 50;
  std::string out = fmt::format(R"({{"prompt":"Case {}: )", n);
  append_words(out, state, text / 5);
  out += R"(","responses":[{"text":")";
  append_words(out, state, text * 2 / 5);
  out += R"(","model":"left"},{"text":")";
  append_words(out, state, text * 2 / 5);
  out += R"(","model":"right"}]})";
  return out;
}

}  // namespace guildhall::bench
