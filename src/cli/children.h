// Running Guildhall's other executables, those beside this one.
//
// Concurrency: one thread. Limits: kMaxCaptured of output.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace guildhall::cli {

std::filesystem::path own_folder();
std::string executable(const std::string& role);

// Becomes `ROLE ARGS…`.
[[noreturn]] void become(const std::string& role, std::vector<std::string> args);

// Runs it to its end. With a listening socket it inherits that, as a server does.
int run_once(const std::string& role, std::vector<std::string> args, int listen_fd = -1);

// The same; gives what it printed, or nothing where it failed: then that is shown.
std::optional<std::string> capture(const std::string& role, std::vector<std::string> args);

// Runs beside this process until told to stop, or until this process dies.
class Background {
 public:
  Background() = default;
  Background(const std::string& role, std::vector<std::string> args);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  pid_t child_ = -1;
};

}  // namespace guildhall::cli
