// `guildhall quality …`: statistics on a CSV file, without a server.
//
// Concurrency: one thread.
#pragma once

#include <memory>

namespace CLI {
class App;
}

namespace guildhall::cli {

class QualityCommands {
 public:
  explicit QualityCommands(CLI::App& app);  // adds the command
  ~QualityCommands();
  bool parsed() const;
  int run() const;  // the exit status

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace guildhall::cli
