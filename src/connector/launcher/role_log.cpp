#include "connector/launcher/role_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include "base/clock.h"
#include "base/limits.h"
#include "sandbox/enter.h"

namespace guildhall::connector {
namespace {

constexpr std::size_t kTime = kRfc3339Bytes + 1;
constexpr std::size_t kAtOnce = 16'384;

struct Sentence {
  std::string_view text;
  LogLevel level = LogLevel::error;
  bool refusal = false;
};
constexpr Sentence kSentences[] = {
    {"refused a system call", LogLevel::error, true},
    {"ended by a system call that is in no table", LogLevel::error, true},
    {"INSECURE: this role runs without its sandbox, as it was told to"},
    {"this role could not start"},
    {"an address was refused", LogLevel::warning},
    {"the bytes for a peer are spent"},
    {"what a peer was sent could not be written down"},
};

// Why a role could not start: the last of the types it may name, itself.
constexpr std::string_view kReasons[] = {"not-alone",
                                         "stray-descriptor",
                                         "not-hardened",
                                         "no-limits",
                                         "no-landlock",
                                         "no-seccomp",
                                         "bad-note",
                                         "bad-peers",
                                         "no-peer",
                                         "peers-unsigned",
                                         "file-failed",
                                         "bad-peer",
                                         "bad-address",
                                         "file-too-large",
                                         "http-client",
                                         "bad-arguments",
                                         ""};

std::string_view reason_in(std::string_view line) {
  constexpr std::string_view kName = " type=\"";
  auto at = line.rfind(kName);
  if (at == std::string_view::npos) return "";
  line.remove_prefix(at + kName.size());
  return *std::ranges::find_if(
      kReasons, [&](std::string_view one) { return one.empty() || line.starts_with(one); });
}

int number_in(std::string_view line) {
  constexpr std::string_view kName = " number=";
  int number = -1;
  auto at = line.rfind(kName);
  if (at == std::string_view::npos) return number;
  line.remove_prefix(at + kName.size());
  std::from_chars(line.data(), line.data() + line.size(), number);
  return number;
}

}  // namespace

// Time and level in front are the role's word, and dropped.
std::optional<RoleLine> read_role_line(std::string_view line) {
  if (line.size() < kTime) return std::nullopt;
  line.remove_prefix(kTime);
  auto level = line.find(' ');
  if (level == std::string_view::npos) return std::nullopt;
  line.remove_prefix(level + 1);
  const auto* found = std::ranges::find_if(
      kSentences, [&](const Sentence& one) { return line.starts_with(one.text); });
  if (found == std::end(kSentences)) return std::nullopt;
  return RoleLine{found->text, found->level, found->refusal, number_in(line), reason_in(line)};
}

RoleLog::RoleLog(std::string_view role, gateway::Descriptor pipe)
    : role_(role), pipe_(std::move(pipe)) {
  fcntl(pipe_.get(), F_SETFL, O_NONBLOCK);
}

bool RoleLog::read() {
  char bytes[kAtOnce];
  ssize_t got = ::read(pipe_.get(), bytes, sizeof bytes);
  if (got <= 0) return got < 0 && errno == EINTR;
  rest_.append(bytes, static_cast<std::size_t>(got));
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
    line(std::string_view(rest_).substr(0, end));
    rest_.erase(0, end + 1);
  }
  if (rest_.size() > kMaxRoleLine) rest_.resize(kMaxRoleLine);  // of no sentence of ours
  return true;
}

void RoleLog::line(std::string_view text) {
  const std::string_view role = role_;
  auto said = read_role_line(text);
  if (!said) {
    if (!std::exchange(strange_, true)) {
      log_line(LogLevel::error, "a role wrote what none of ours writes", {{"role", role}});
    }
    return;
  }
  auto call = said->refusal ? sandbox::call_name(said->call) : std::string();
  if (said->refusal && refused_.empty()) refused_ = call.empty() ? "unknown" : call;
  if (++lines_ > kMaxRoleLines) return;
  if (said->refusal) {
    log_line(said->level, said->text, {{"role", role}, {"call", std::string_view(call)}});
  } else if (said->reason.empty()) {
    log_line(said->level, said->text, {{"role", role}});
  } else {
    log_line(said->level, said->text, {{"role", role}, {"type", said->reason}});
  }
}

}  // namespace guildhall::connector
