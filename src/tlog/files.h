// The disk as a port, as far as the log needs it: what is written is durable after its sync, and a
// name after the sync of its folder. Tests put a recording one in its place.
//
// Concurrency: any thread. A path is given whole; folders are made one by one.
// Limits: reads are whole files of at most kMaxLogFile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::tlog {

// Errors: not_found/"no-file"; internal/"io-error"; no_space/"disk-full".
class Files {
 public:
  using Path = std::filesystem::path;

  virtual ~Files() = default;
  virtual Result<std::string> read(const Path& path) = 0;
  virtual Result<> write(const Path& path, std::string_view bytes) = 0;  // from empty
  // At this place of a file, which is made where it is absent; what was beyond it stays.
  virtual Result<> write_at(const Path& path, std::uint64_t at, std::string_view bytes) = 0;
  virtual Result<> sync(const Path& path) = 0;
  virtual Result<> sync_folder(const Path& path) = 0;
  // All of them, in no order: a disk that is asked for several at once flushes once for all.
  virtual Result<> sync_all(const std::set<Path>& files, const std::set<Path>& folders);
  virtual Result<> rename(const Path& from, const Path& to) = 0;
  virtual Result<> remove(const Path& path) = 0;       // a file or an empty folder; absent is fine
  virtual Result<> make_folder(const Path& path) = 0;  // there already is fine
  // Names, sorted; none where the folder is absent.
  virtual Result<std::vector<std::string>> list(const Path& path) = 0;
  // Held until the returned object dies. Error: conflict/"log-in-use".
  virtual Result<std::shared_ptr<void>> lock(const Path& path) = 0;
};

// The real one. It keeps the file that write_at was last called for open.
std::unique_ptr<Files> disk_files();

}  // namespace guildhall::tlog
