#include "room/log_feed.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"

namespace guildhall::room {
namespace {

// "tick deed", or nothing where the log has none yet.
bool read_place(std::string_view text, std::int64_t& tick, std::int64_t& deed) {
  if (text.empty()) return true;
  auto end = text.data() + text.size();
  auto first = std::from_chars(text.data(), end, tick);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') return false;
  auto second = std::from_chars(first.ptr + 1, end, deed);
  return second.ec == std::errc() && second.ptr == end;
}

}  // namespace

Result<LogFeed::Place> LogFeed::send(const vault::FrameWriter& deeds, std::uint32_t count,
                                     Place upto) {
  vault::FrameWriter request(vault::Op::feed);
  request.u32(count).raw(deeds).i64(upto.tick).i64(upto.deed);
  std::string frame;
  vault::FrameReader in(TRY(vault_.ask(std::move(request), frame)));
  Place place;
  bool good = read_place(in.bytes(), place.tick, place.deed);
  if (!good || !in.done()) {
    return fail(Fault::unavailable, "vault-failed", "The vault does not answer as it should.");
  }
  return place;
}

Result<void> LogFeed::check() {
  auto place = TRY(send(vault::FrameWriter(), 0, {}));
  if (place.tick == 0) return {};
  auto known = TRY(db_.read_as([&](store::Tx& tx) {
    return tx.first("SELECT deed FROM deed WHERE room = $1 AND tick = $2 AND deed = $3",
                    {room_, place.tick, place.deed},
                    [](const store::Row& row) { return row.integer(0); });
  }));
  if (known) return record(place);
  return fail(Fault::conflict, "store-rolled-back",
              "The store is older than the room's log: it was put back from a copy. Nothing is "
              "served from it; `guildhall room restore` puts a room back with its log.");
}

// The later of what this log has and what is known to be in any.
Result<LogFeed::Place> LogFeed::begin() {
  auto own = TRY(send(vault::FrameWriter(), 0, {}));
  auto any = TRY(db_.read_as([&](store::Tx& tx) {
    return tx.first("SELECT tick, deed FROM log_place WHERE room = $1", {room_},
                    [](const store::Row& row) { return Place{row.integer(0), row.integer(1)}; });
  }));
  recorded_ = any.value_or(Place{});
  return std::max(own, recorded_);
}

// It only goes forward, whoever writes it: what stands in a log stays there.
Result<void> LogFeed::record(Place place) {
  bool news = place > recorded_;
  TRY(db_.write([&](store::Tx& tx) -> Result<void> {
    if (!news) return {};
    return tx.put(
        "INSERT INTO log_place(room, tick, deed) VALUES ($1, $2, $3) ON CONFLICT (room) DO UPDATE"
        " SET tick = excluded.tick, deed = excluded.deed"
        " WHERE (log_place.tick, log_place.deed) < (excluded.tick, excluded.deed)",
        {room_, place.tick, place.deed});
  }));
  if (news) recorded_ = place;
  return {};
}

Result<std::int64_t> LogFeed::step() {
  auto mine = turn_->take();
  if (!mine || !*mine) place_.reset();
  if (!TRY(std::move(mine))) return 0;
  auto fed = feed();
  if (!fed) {
    place_.reset();
    turn_->give_back();
  }
  return fed;
}

Result<std::int64_t> LogFeed::feed() {
  if (!place_) place_ = TRY(begin());
  vault::FrameWriter deeds;
  std::uint32_t count = 0;
  Place upto = *place_;
  TRY(db_.read([&](store::Tx& tx) -> Result<void> {
    TRY(tx.query(
        "SELECT tick, deed, at, verb, actor, project, object, version, detail, hash"
        " FROM deed WHERE room = $1 AND (tick, deed) > ($2, $3) AND tick < $4"
        " ORDER BY tick, deed LIMIT $5",
        {room_, place_->tick, place_->deed, tx.settled(), kFeedRows}, [&](const store::Row& row) {
          upto = {row.integer(0), row.integer(1)};
          deeds.i64(row.integer(2)).bytes(row.bytes(3));
          for (int i = 4; i < 9; ++i) deeds.i64(row.integer(i));
          deeds.bytes(row.bytes(9));
          ++count;
          return true;
        }));
    return {};
  }));
  if (count == 0) return 0;
  // A commit that can be seen may not be durable yet: what comes after it makes it so.
  TRY(record(*place_));
  place_.reset();  // whatever happens now, the log says where it stands
  place_ = TRY(send(deeds, count, upto));
  return count;
}

void LogFeed::leave() {
  if (place_) (void)record(*place_);
  place_.reset();
  turn_->give_back();
}

}  // namespace guildhall::room
