// For the tests of leases: a vault's ports in memory, and a keeper that signs whatever it is told.
#pragma once

#include <doctest/doctest.h>

#include <map>

#include "vault/lease.h"

namespace guildhall::vault::testing {

inline constexpr RoomId kRoom{7};

inline Secret key_of(ProjectId project) {
  return Secret(std::string(kProjectKeyBytes, static_cast<char>('a' + project.value)));
}

struct FakeSink final : KeySink {
  struct Held {
    std::string key;
    std::int64_t until_ms;
  };
  std::map<ProjectId, Held> held;
  void hold(ProjectId project, crypto::LockedKey key, std::int64_t until_ms) override {
    held[project] = {std::string(key.expose()), until_ms};
  }
  void drop(ProjectId project) override { held.erase(project); }
};

struct FakeStore final : LeaseStore {
  std::vector<KeeperRecord> keepers;
  std::map<ProjectId, std::string> key_ids;
  bool broken = false;

  Result<void> save_keeper(const KeeperRecord& keeper) override {
    if (broken) return fail(Fault::no_space, "disk-full", "The disk is full.");
    for (auto& known : keepers) {
      if (known.id == keeper.id) known = keeper;
    }
    return {};
  }
  Result<void> save_key_id(ProjectId project, std::string_view key_id) override {
    if (broken) return fail(Fault::no_space, "disk-full", "The disk is full.");
    key_ids[project] = key_id;
    return {};
  }
};

struct FakeKeeper {
  crypto::SigningKey key;
  std::uint64_t epoch = 1;
  std::uint64_t counter = 0;

  KeeperId id() const { return {key.public_key(), epoch}; }
  Statement statement(StatementKind kind) {
    Statement made;
    made.kind = kind;
    made.room = kRoom;
    made.keeper = id();
    made.counter = ++counter;
    return made;
  }
  std::string order(StatementKind kind, ProjectId project) {
    auto made = statement(kind);
    made.project = project;
    return sign_statement(made, key);
  }
  std::string order_room(StatementKind kind) {
    auto made = statement(kind);
    made.whole_room = true;
    return sign_statement(made, key);
  }
  // What the keeper would say to this challenge, for these projects.
  std::string lease(std::string_view challenge, const crypto::SigningKey& log_key,
                    const std::vector<ProjectId>& projects, std::int64_t term_ms = 60'000) {
    auto made = statement(StatementKind::lease);
    made.challenge = digest_of(challenge);
    made.term_ms = term_ms;
    made.projects = projects;
    auto opened = open_challenge(challenge, log_key.public_key());
    REQUIRE(opened);
    std::string joined;
    for (ProjectId project : projects) joined += key_of(project).expose();
    REQUIRE(seal_keys(made, opened->hpke_key, Secret(joined)));
    return sign_statement(made, key);
  }
};

// A vault that can be restarted: what it persisted stays, what it held goes.
struct FakeVault {
  FakeVault(Random& seeded, std::vector<ProjectId> wanted, const std::vector<KeeperId>& keepers,
            LeaseRules under = {})
      : random(seeded), projects(std::move(wanted)), rules(under) {
    for (const auto& id : keepers) store.keepers.push_back({id, 0, false, {}});
    restart();
  }
  void restart() {
    sink.held.clear();
    leases =
        std::make_unique<Leases>(kRoom, log_key, store.keepers, clock, random, sink, store, rules);
    for (ProjectId project : projects) leases->want(project, store.key_ids[project]);
  }

  Random& random;
  std::vector<ProjectId> projects;
  LeaseRules rules;
  crypto::SigningKey log_key = crypto::SigningKey::generate(random);
  FakeClock clock{1'000};
  FakeSink sink;
  FakeStore store;
  std::unique_ptr<Leases> leases;
};

}  // namespace guildhall::vault::testing
