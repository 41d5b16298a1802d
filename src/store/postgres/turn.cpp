#include "store/postgres/turn.h"

#include <fmt/format.h>

#include "store/postgres/pool.h"

namespace guildhall::store::postgres {
namespace {

// "turn" in ASCII, before the room's number (below 2^30) in the same word.
constexpr std::int64_t kTurnLock = 0x7475726e'00000000;

class PostgresTurn final : public Turn {
 public:
  PostgresTurn(std::string url, RoomId room)
      : url_(std::move(url)),
        settings_(fmt::format("SET idle_session_timeout={}", kTurnIdleMs)),
        try_(fmt::format("SELECT pg_try_advisory_lock({})::int", kTurnLock + room.value)),
        unlock_(fmt::format("SELECT pg_advisory_unlock({})::int", kTurnLock + room.value)) {}

  // The server gives the lock free some time after a connection is closed; an unlock is at once.
  ~PostgresTurn() override { give_back(); }

  Result<bool> take() override {
    bool lost = slot_.connection && !slot_.connection->alive();
    if (held_) {
      // The lock lives as long as its session: whoever still hears the session has it.
      held_ = !lost && ask("SELECT 1").has_value();
      return held_;
    }
    if (lost) slot_.connection.reset();
    auto ready = slot_.ready(url_, settings_.c_str());
    if (!ready) return std::unexpected(std::move(ready).error().error);
    auto got = TRY(ask(try_));
    held_ = got == 1;
    return held_;
  }

  void give_back() override {
    if (held_) (void)ask(unlock_);
    held_ = false;
  }

 private:
  // Whatever goes wrong ends the session, and with it the lock.
  Result<std::int64_t> ask(const std::string& sql) {
    auto answer = slot_.connection->script(sql);
    if (answer) return *answer;
    slot_.connection.reset();
    return std::unexpected(std::move(answer).error().error);
  }

  const std::string url_, settings_, try_, unlock_;
  Slot slot_;
  bool held_ = false;
};

}  // namespace

std::unique_ptr<Turn> make_turn(const std::string& url, RoomId room) {
  return std::make_unique<PostgresTurn>(url, room);
}

}  // namespace guildhall::store::postgres
