#include "base/files.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace guildhall {

TEST_CASE("files: read back as written, replaced whole, readable by the owner only") {
  std::string name = (std::filesystem::temp_directory_path() / "gh-files-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  std::filesystem::path folder(name);
  auto file = folder / "it";
  CHECK(read_file(file).error().type == "no-file");
  for (std::string bytes : {std::string("one"), std::string(100'000, 'x'), std::string()}) {
    REQUIRE(replace_file(file, bytes).has_value());
    CHECK(read_file(file).value_or("?") == bytes);
  }
  REQUIRE(replace_file(file, std::string(10, 'y')).has_value());
  CHECK(read_file(file, 10).has_value());
  CHECK(read_file(file, 9).error().type == "file-too-large");
  struct stat about{};
  REQUIRE(stat(file.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  CHECK(replace_file(folder / "no" / "such", "x").error().type == "no-file");
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);  // nothing beside it
  std::filesystem::remove_all(folder);
}

TEST_CASE("files: what cannot be written whole leaves the old file and nothing else") {
  std::string name = (std::filesystem::temp_directory_path() / "gh-files-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  std::filesystem::path folder(name);
  const auto file = folder / "it";
  REQUIRE(replace_file(file, "old").has_value());
  CHECK(read_file(folder).error().type == "file-failed");
  const pid_t child = fork();  // for the limit's sake
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit small = {4, 4};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    auto written = replace_file(file, "longer than the limit");
    _exit(!written && written.error().type == "disk-full" ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(read_file(file).value() == "old");
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  std::filesystem::remove_all(folder);
}

}  // namespace guildhall
