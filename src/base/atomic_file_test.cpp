#include "base/atomic_file.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace guildhall {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / "atomic-file-XXXXXX") {
    std::string name = path_.string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path operator/(std::string_view name) const { return path_ / name; }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("atomic file: written, replaced, read; what a crash left is in nobody's way") {
  Folder folder;
  const fs::path path = folder / "state";
  CHECK(read_file(path, 100).error().type == "no-file");
  for (std::size_t size : {0U, 1U, 100'000U, 3U}) {
    const std::string bytes(size, 'b');
    std::ofstream(path.string() + ".new") << "left over";
    REQUIRE(replace_file(path, bytes).has_value());
    auto back = read_file(path, 100'000);
    REQUIRE(back.has_value());
    CHECK(back->bytes == bytes);
    CHECK(back->owner_only);
    CHECK_FALSE(fs::exists(path.string() + ".new"));
  }
  CHECK(read_file(path, 2).error().type == "file-too-large");
  REQUIRE(chmod(path.c_str(), 0640) == 0);
  CHECK_FALSE(read_file(path, 100)->owner_only);
  REQUIRE(replace_file(path, "again").has_value());
  CHECK(read_file(path, 100)->owner_only);
}

TEST_CASE("atomic file: when it cannot be written, the old one stands") {
  Folder folder;
  const fs::path path = folder / "state";
  REQUIRE(replace_file(path, "old").has_value());
  CHECK(replace_file(folder / "no" / "such", "x").error().type == "file-write");
  CHECK(read_file(path.parent_path(), 100).error().type == "file-read");
  const pid_t child = fork();  // for the limit's sake
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit small = {4, 4};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    auto written = replace_file(path, "longer than the limit");
    _exit(!written && written.error().type == "file-write" ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(read_file(path, 100)->bytes == "old");
  CHECK_FALSE(fs::exists(path.string() + ".new"));
}

}  // namespace guildhall
