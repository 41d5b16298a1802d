#include "base/passphrase.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "base/files.h"
#include "base/limits.h"

namespace guildhall {
namespace {

std::unexpected<Error> none(std::string why) {
  return fail(Fault::invalid, "no-passphrase", std::move(why));
}

// Echo is off while it lives.
class Quiet {
 public:
  explicit Quiet(int terminal) : terminal_(terminal) {
    known_ = tcgetattr(terminal_, &before_) == 0;
    if (!known_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(terminal_, TCSAFLUSH, &quiet);
  }
  ~Quiet() {
    if (known_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  int terminal_;
  termios before_{};
  bool known_ = false;
};

Result<Secret> ask(const char* question, const char* what) {
  int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal < 0) return none(fmt::format("There is no terminal to ask for the {} at.", what));
  fmt::print(stderr, "{}: ", question);
  std::string line;
  line.reserve(kMaxPasswordBytes + 1);  // no copy is left behind
  {
    Quiet quiet(terminal);
    char letter = 0;
    while (read(terminal, &letter, 1) == 1 && letter != '\n' && line.size() <= kMaxPasswordBytes) {
      line += letter;
    }
  }
  close(terminal);
  fmt::print(stderr, "\n");
  if (line.empty()) return none(fmt::format("No {} was given.", what));
  return Secret(std::move(line));
}

}  // namespace

Result<Secret> passphrase_from(const std::string& file, const char* question, const char* what) {
  if (file.empty()) return ask(question, what);
  Secret text(TRY(read_file(file, kMaxPasswordBytes + 2)));
  auto line = text.expose().substr(0, text.expose().find_first_of("\r\n"));
  if (line.empty()) return none(fmt::format("The {} file's first line is empty.", what));
  return Secret(std::string(line));
}

Result<Secret> new_passphrase_from(const std::string& file) {
  auto first = TRY(passphrase_from(file, "A new passphrase for the keys"));
  if (!file.empty()) return first;
  auto second = TRY(ask("The same once more", "passphrase"));
  if (first.expose() != second.expose()) {
    return fail(Fault::invalid, "passphrases-differ", "The two passphrases differ.");
  }
  return first;
}

}  // namespace guildhall
