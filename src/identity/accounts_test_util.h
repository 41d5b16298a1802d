// A room's accounts on SQLite in a folder of their own, with a clock that is moved by hand.
//
// Concurrency: one thread. Limits: none.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "identity/accounts.h"
#include "store/local_sealer.h"

namespace guildhall::identity {

inline constexpr RoomId kRoom{1};
inline constexpr ProjectId kAlpha{101};
inline constexpr ProjectId kBeta{102};

class AccountsFixture {
 public:
  AccountsFixture() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gh-accounts-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    store::OpenOptions options;
    options.clock = &clock;
    options.sealer = &sealer;
    options.read_connections = 2;
    auto opened = store::open_database("sqlite:" + folder_.string(), options);
    REQUIRE(opened.has_value());
    db = *std::move(opened);
    keys = std::make_unique<store::Keys>(*db, kRoom);
    start_anew();
  }
  // As after a restart: what the process remembered is gone.
  void start_anew() {
    accounts = std::make_unique<Accounts>(*db, *keys, kRoom, index_key_, random_);
  }
  ~AccountsFixture() {
    accounts.reset();
    keys.reset();
    db.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // A member who accepted; without a password, so that Argon2 is not run for every person.
  SignedIn join(Role role, std::vector<ProjectId> projects = {}, const std::string& email = {}) {
    NewMember person{role, "Somebody", email, "", false, std::move(projects), 0};
    auto invited = accounts->invite(kRoomItself, person, LinkTerms{false, false, 0});
    REQUIRE(invited.has_value());
    auto in = accounts->accept_invite(invited->code.expose(), std::nullopt, nullptr);
    REQUIRE(in.has_value());
    return *std::move(in);
  }

  std::int64_t count(store::Sql sql) {
    std::int64_t out = -1;
    auto ran = db->read([&](store::Tx& tx) -> Result<void> {
      auto found = TRY(tx.first(sql, {}, [](const store::Row& row) { return row.integer(0); }));
      out = found.value_or(-1);
      return {};
    });
    REQUIRE(ran.has_value());
    return out;
  }

  // Past the server.
  void sql(store::Sql text) {
    auto ran = db->write([&](store::Tx& tx) -> Result<void> {
      TRY(tx.exec(text, {}));
      return {};
    });
    REQUIRE(ran.has_value());
  }

  bool sees(const Principal& who, ProjectId project) {
    return db->read_as([&](store::Tx& tx) { return accounts->may_see(tx, who, project); }).value();
  }

  FakeClock clock;
  store::LocalSealer sealer;
  std::unique_ptr<store::Database> db;
  std::unique_ptr<store::Keys> keys;
  std::unique_ptr<Accounts> accounts;

 private:
  std::filesystem::path folder_;
  Secret index_key_{std::string(32, 'k')};
  SeededRandom random_{42};
};

inline Secret secret(std::string_view text) { return Secret(std::string(text)); }

template <class T>
std::string_view error_of(const Result<T>& result) {
  return result ? std::string_view("no error") : result.error().type;
}

}  // namespace guildhall::identity
