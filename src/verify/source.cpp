#include "verify/source.h"

#include "base/files.h"
#include "base/limits.h"

namespace guildhall::verify {
namespace {

namespace fs = std::filesystem;

class FolderSource final : public Source {
 public:
  explicit FolderSource(fs::path folder) : folder_(std::move(folder)) {}

  Result<std::string> read(const std::string& path) override {
    return read_file(folder_ / path, kMaxLogFile);
  }

  // A log that is served removes folders as tiles fill: then it is listed again.
  Result<std::optional<std::set<std::string>>> list() override {
    std::error_code error;
    std::set<std::string> names = names_now(error);
    for (int i = 1; i < kListings && error == std::errc::no_such_file_or_directory; ++i) {
      names = names_now(error);
    }
    if (error) return fail(Fault::unavailable, "file-failed", "The log's folder cannot be listed.");
    return names;
  }

 private:
  static constexpr int kListings = 10;

  std::set<std::string> names_now(std::error_code& error) const {
    std::set<std::string> names;
    error.clear();
    fs::recursive_directory_iterator entries(folder_, error);
    for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
      // Only real folders are walked and passed over: a link is a file that nobody asked for.
      const auto status = entries->symlink_status(error);
      if (!error && status.type() != fs::file_type::directory)
        names.insert(entries->path().lexically_relative(folder_).generic_string());
    }
    return names;
  }

  fs::path folder_;
};

}  // namespace

std::unique_ptr<Source> folder_source(fs::path folder) {
  return std::make_unique<FolderSource>(std::move(folder));
}

}  // namespace guildhall::verify
