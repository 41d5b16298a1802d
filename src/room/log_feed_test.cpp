// Two processes that serve one room, each with a vault and a log of its own.
#include "room/log_feed.h"

#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "store/conformance.h"
#include "store/deed.h"

namespace guildhall::room {
namespace {

constexpr RoomId kRoom{7};

using Numbers = std::vector<std::int64_t>;

// A log as the disk keeps it: the number of each deed, and where it stands.
struct OwnLog {
  Mutex mutex;
  Numbers deeds GUARDED_BY(mutex);
  std::string mark GUARDED_BY(mutex);
  bool locked GUARDED_BY(mutex) = false;  // its vault has no key

  Numbers all() EXCLUDES(mutex) {
    MutexLock lock(mutex);
    return deeds;
  }
  void set(bool dark, std::string place = {}) EXCLUDES(mutex) {
    MutexLock lock(mutex);
    locked = dark;
    if (!place.empty()) mark = std::move(place);
  }
  std::string answer(std::string_view frame) EXCLUDES(mutex) {
    MutexLock lock(mutex);
    vault::FrameReader in(frame.substr(1));
    std::uint32_t count = in.u32();
    if (count > 0 && locked) return vault::refusal_frame({Fault::locked, "locked", "Dark.", {}});
    for (std::uint32_t i = 0; i < count; ++i) {
      in.i64();
      in.bytes();
      for (int before = 0; before < 2; ++before) in.i64();
      deeds.push_back(in.i64());
      for (int after = 0; after < 2; ++after) in.i64();
      in.bytes();
    }
    auto tick = in.i64();
    auto deed = in.i64();
    if (count > 0) mark = std::to_string(tick) + ' ' + std::to_string(deed);
    auto out = vault::good_answer();
    out.bytes(mark);
    return out.take();
  }
};

// A process and its vault; its log stays when it ends.
class Process {
 public:
  Process(const std::string& url, OwnLog& log) : db(*store::open_database(url, {})) {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    serves_ = std::thread([&log, end = ends[1]] {
      std::string frame;
      while (vault::receive_frame(end, frame)) vault::send_frame(end, log.answer(frame));
      ::close(end);
    });
    vault_.emplace(std::vector{ends[0]});
    feed.emplace(*db, *vault_, kRoom);
  }
  ~Process() {
    feed.reset();
    vault_.reset();
    serves_.join();
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // How many, until there is nothing for it to do.
  std::int64_t feed_all() {
    std::int64_t all = 0;
    while (auto fed = feed->step().value_or(0)) all += fed;
    return all;
  }

  std::unique_ptr<store::Database> db;
  std::optional<LogFeed> feed;

 private:
  std::optional<VaultClient> vault_;
  std::thread serves_;
};

void do_deeds(store::Database& db, std::int64_t first, std::int64_t last) {
  for (auto n = first; n <= last; ++n) {
    REQUIRE(db.write([&](store::Tx& tx) {
                return store::record(tx,
                                     {.room = kRoom, .deed = n, .verb = "test.do", .object = n});
              }).has_value());
  }
}

}  // namespace

TEST_CASE("log feed: one process feeds, another goes on behind it, nothing is missed") {
  store::on_both_stores([](const std::string& url) {
    OwnLog first, second;
    auto a = std::make_unique<Process>(url, first);
    Process b(url, second);
    do_deeds(*a->db, 1, 5);
    CHECK(a->feed_all() == 5);
    CHECK(b.feed_all() == 0);
    do_deeds(*b.db, 6, 8);
    CHECK(b.feed_all() == 0);
    CHECK(a->feed_all() == 3);
    CHECK(second.all().empty());
    a.reset();  // it dies: nobody has been told of what it sent last
    CHECK(b.feed_all() == 3);
    do_deeds(*b.db, 9, 9);
    CHECK(b.feed_all() == 1);
    a = std::make_unique<Process>(url, first);
    CHECK(a->feed->check().has_value());
    do_deeds(*a->db, 10, 10);
    CHECK(a->feed_all() == 0);
    CHECK(b.feed_all() == 1);
    CHECK(first.all() == Numbers{1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(second.all() == Numbers{6, 7, 8, 9, 10});
  });
}

TEST_CASE("log feed: handed over in good order, no deed stands in two logs") {
  store::on_both_stores([](const std::string& url) {
    OwnLog first, second;
    Process a(url, first);
    Process b(url, second);
    do_deeds(*a.db, 1, 5);
    CHECK(a.feed_all() == 5);
    a.feed->leave();
    do_deeds(*a.db, 6, 7);
    CHECK(b.feed_all() == 2);
    CHECK(a.feed_all() == 0);
    b.feed->leave();
    do_deeds(*a.db, 8, 8);
    CHECK(a.feed_all() == 1);  // though its own log stands at 5
    CHECK(first.all() == Numbers{1, 2, 3, 4, 5, 8});
    CHECK(second.all() == Numbers{6, 7});
  });
}

TEST_CASE("log feed: whoever cannot feed lets another") {
  store::on_both_stores([](const std::string& url) {
    OwnLog first, second;
    Process a(url, first);
    Process b(url, second);
    do_deeds(*a.db, 1, 3);
    first.set(true);
    auto fed = a.feed->step();
    REQUIRE_FALSE(fed.has_value());
    CHECK(fed.error().type == "locked");
    CHECK(b.feed_all() == 3);
    first.set(false);
    CHECK(a.feed_all() == 0);
    CHECK(first.all().empty());
  });
}

TEST_CASE("log feed: what a log had before the store knew of it is told at start") {
  store::on_both_stores([](const std::string& url) {
    OwnLog first, second;
    {
      Process before(url, first);
      do_deeds(*before.db, 1, 4);
      CHECK(before.feed_all() == 4);
    }
    Process a(url, first);
    CHECK(a.feed->check().has_value());
    Process b(url, second);
    CHECK(b.feed_all() == 0);
  });
}

TEST_CASE("log feed: a store that is older than a process's own log is refused") {
  store::on_both_stores([](const std::string& url) {
    OwnLog first, second;
    Process a(url, first);
    Process b(url, second);
    do_deeds(*a.db, 1, 4);
    CHECK(a.feed_all() == 4);
    CHECK(a.feed->check().has_value());
    CHECK(b.feed->check().has_value());
    second.set(false, "999999999999999999 4");
    auto checked = b.feed->check();
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().type == "store-rolled-back");
  });
}

}  // namespace guildhall::room
