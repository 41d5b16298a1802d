// Where a log is read from: a folder, or an address.
//
// Concurrency: one thread each. Limits: kMaxLogFile per file.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"

namespace guildhall::verify {

class Source {
 public:
  virtual ~Source() = default;
  // `path` is relative, as the specification writes it. Error: not_found/… where it is absent.
  virtual Result<std::string> read(const std::string& path) = 0;
  // Every file below, by relative path; nothing where that cannot be known.
  virtual Result<std::optional<std::set<std::string>>> list() = 0;
};

std::unique_ptr<Source> folder_source(std::filesystem::path folder);
// http:// and https://; `ca_file` empty for the system's authorities.
Result<std::unique_ptr<Source>> url_source(std::string url, const std::string& ca_file);

}  // namespace guildhall::verify
