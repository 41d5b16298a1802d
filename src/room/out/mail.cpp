#include "room/out/mail.h"

#include <fmt/format.h>

#include <optional>

#include "base/limits.h"
#include "base/mutex.h"
#include "base/random.h"
#include "crypto/hash.h"

namespace guildhall::room {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::int64_t kSlackMs = 2'000;  // the shim counts kMailWaitMs from later on

// The attempt, for the thread that waits for it.
class Attempt final : public ModelSink {
 public:
  void on_head(gateway::Head head) override {
    MutexLock lock(mutex_);
    status_ = head.status;
  }
  void on_data(std::string_view /*bytes*/) override {}
  void on_meter(gateway::Meter /*meter*/) override {}
  void on_end(gateway::End end) override {
    MutexLock lock(mutex_);
    ending_ = end.ending;
    over_.notify_all();
  }

  Result<void> wait() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    auto until_ms = monotonic_ms() + kMailWaitMs + kSlackMs;
    while (!ending_ && monotonic_ms() < until_ms) {
      (void)over_.wait_for_ms(mutex_, until_ms - monotonic_ms());
    }
    auto ending = ending_.value_or(gateway::Ending::whole_timeout);
    if (ending != gateway::Ending::complete) {
      return fail(Fault::unavailable, "mail-failed",
                  fmt::format("The mail did not go out: {}.", gateway::ending_word(ending)));
    }
    if (status_ >= 200 && status_ < 300) return {};
    return fail(Fault::unavailable, "mail-refused",
                fmt::format("The relay did not take the mail: {}.", status_));
  }

 private:
  Mutex mutex_;
  CondVar over_;
  std::int64_t status_ GUARDED_BY(mutex_) = 0;
  std::optional<gateway::Ending> ending_ GUARDED_BY(mutex_);
};

}  // namespace

Result<void> send_mail(ModelGateway& models, std::string_view to, std::string_view subject,
                       std::string_view text) {
  auto relay = TRY(models.peers().first_of("mail"));
  if (relay.empty()) {
    return fail(Fault::unavailable, "no-mail-relay", "The room has no mail relay.");
  }
  gateway::Begin begin;
  begin.plain = true;
  begin.timeouts.whole_ms = static_cast<std::uint32_t>(kMailWaitMs);
  begin.headers = {{"mail-to", std::string(to)},
                   {"mail-id", crypto::to_hex(system_random().bytes(kIdBytes))}};
  auto attempt = std::make_shared<Attempt>();
  TRY(models.line().send(relay, std::move(begin), fmt::format("{}\n{}", subject, text), attempt));
  return attempt->wait();
}

Result<void> mail_link(ModelGateway& models, std::string_view to, std::string_view link) {
  auto text = fmt::format(
      "This link lets you into a Guildhall room, to which somebody there has invited you:\n\n"
      "{}\n\n"
      "It works once, within {} days, and is for you alone. If you did not expect it, throw this\n"
      "mail away.\n",
      link, kInviteMs / 86'400'000);
  return send_mail(models, to, "Your link to Guildhall", text);
}

}  // namespace guildhall::room
