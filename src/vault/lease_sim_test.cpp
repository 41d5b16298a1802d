// A seeded simulation of a vault and two keepers over a network that loses, doubles, delays and
// replays, with restarts and frozen processes. After every event: no key is held past a term that
// some keeper signed for it, nor while a withdrawal that was taken stands.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "vault/lease.h"
#include "vault/lease_test_util.h"

namespace guildhall::vault {
namespace {

using testing::FakeKeeper;
using testing::FakeVault;

const std::vector<ProjectId> kProjects{ProjectId{0}, ProjectId{1}, ProjectId{2}};
constexpr int kEvents = 150;

struct Tally {
  int broken = 0;  // invariants
  int leased = 0, withdrawn = 0, restored = 0, refused = 0;
};

// What a message promises, for whoever judges the vault.
struct Sent {
  std::string bytes;
  std::size_t keeper;
  Statement says;
  std::int64_t lease_ends_ms = 0;
};

class Simulation {
 public:
  Simulation(std::uint64_t seed, LeaseRules rules)
      : random_(seed),
        keepers_{FakeKeeper{crypto::SigningKey::generate(random_)},
                 FakeKeeper{crypto::SigningKey::generate(random_)}},
        vault_(random_, kProjects, {keepers_[0].id(), keepers_[1].id()}, rules) {}

  Tally run() {
    for (int i = 0; i < kEvents; ++i) {
      step();
      if (random_.below(3) > 0)
        vault_.clock.advance_ms(static_cast<std::int64_t>(random_.below(4'000)));
      judge();
    }
    return tally_;
  }

 private:
  void step() {
    switch (random_.below(16)) {
      case 0: return vault_.restart();
      case 1: return vault_.clock.advance_ms(static_cast<std::int64_t>(random_.below(120'000)));
      case 2: return order(StatementKind::withdrawal);
      case 3:
      case 4:
      case 5: return order(StatementKind::restore);
      case 6: return replay();
      case 7:
      case 8:
      case 9:
      case 10: return lease();
      default: return deliver();
    }
  }

  void send(std::size_t keeper, std::string bytes, std::int64_t lease_ends_ms = 0) {
    auto says = read_statement(bytes);
    REQUIRE(says);
    sent_.push_back({std::move(bytes), keeper, *says, lease_ends_ms});
    if (random_.below(5) > 0) waiting_.push_back(sent_.size() - 1);   // else lost
    if (random_.below(8) == 0) waiting_.push_back(sent_.size() - 1);  // doubled
  }

  void lease() {
    std::size_t keeper = random_.below(2);
    std::int64_t asked_ms = vault_.clock.now_ms();
    auto challenge = vault_.leases->challenge(0);
    if (random_.below(4) == 0)
      vault_.clock.advance_ms(static_cast<std::int64_t>(random_.below(9'000)));
    std::vector<ProjectId> projects;
    for (ProjectId project : kProjects) {
      if (random_.below(4) > 0) projects.push_back(project);
    }
    if (projects.empty()) return;
    auto term_ms = static_cast<std::int64_t>(10'000 + random_.below(30'000));
    send(keeper, keepers_[keeper].lease(challenge, vault_.log_key, projects, term_ms),
         asked_ms + term_ms);
  }

  void order(StatementKind kind) {
    std::size_t keeper = random_.below(2);
    bool room = random_.below(3) == 0;
    send(keeper, room ? keepers_[keeper].order_room(kind)
                      : keepers_[keeper].order(kind, kProjects[random_.below(kProjects.size())]));
  }

  void replay() {  // of anything that ever was
    if (!sent_.empty()) take(sent_[random_.below(sent_.size())]);
  }

  void deliver() {  // in any order
    if (waiting_.empty()) return;
    std::size_t at = random_.below(std::min<std::size_t>(waiting_.size(), 4));
    auto index = waiting_[at];
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(at));
    take(sent_[index]);
  }

  void take(const Sent& message) {
    if (!vault_.leases->take(message.bytes)) {
      ++tally_.refused;
      return;
    }
    const auto& says = message.says;
    if (says.kind == StatementKind::lease) {
      ++tally_.leased;
      return;
    }
    ++(says.kind == StatementKind::withdrawal ? tally_.withdrawn : tally_.restored);
    // The keeper's newest word on this scope is the one with the highest counter.
    auto& word = words_[{message.keeper, says.whole_room ? -1 : says.project.value}];
    if (says.counter > word.first) word = {says.counter, says.kind == StatementKind::withdrawal};
  }

  bool stands_withdrawn(ProjectId project) const {
    return std::ranges::any_of(words_, [&](const auto& entry) {
      auto scope = entry.first.second;
      return entry.second.second && (scope == -1 || scope == project.value);
    });
  }

  void judge() {
    std::int64_t now = vault_.clock.now_ms();
    for (ProjectId project : kProjects) {
      bool signed_for = std::ranges::any_of(sent_, [&](const Sent& message) {
        return message.lease_ends_ms > now &&
               std::ranges::binary_search(message.says.projects, project);
      });
      bool open = vault_.leases->leased(project);
      if (open && (!signed_for || stands_withdrawn(project))) ++tally_.broken;
      if (open && !vault_.sink.held.contains(project)) ++tally_.broken;
    }
    vault_.leases->tick();
    for (const auto& [project, held] : vault_.sink.held) {
      if (held.until_ms <= now || !vault_.leases->leased(project)) ++tally_.broken;
    }
  }

  SeededRandom random_;
  FakeKeeper keepers_[2];
  FakeVault vault_;
  std::vector<Sent> sent_;
  std::vector<std::size_t> waiting_;
  std::map<std::pair<std::size_t, std::int64_t>, std::pair<std::uint64_t, bool>> words_;
  Tally tally_;
};

Tally simulate(std::uint64_t first_seed, int seeds, LeaseRules rules) {
  Tally all;
  for (int i = 0; i < seeds; ++i) {
    std::uint64_t seed = first_seed + static_cast<std::uint64_t>(i);
    auto tally = Simulation(seed, rules).run();
    if (tally.broken > 0 && all.broken == 0) MESSAGE("first broken by seed " << seed);
    all.broken += tally.broken;
    all.leased += tally.leased;
    all.withdrawn += tally.withdrawn;
    all.restored += tally.restored;
    all.refused += tally.refused;
  }
  return all;
}

int seeds_wanted() {
  const char* text = std::getenv("GUILDHALL_SIM_SEEDS");
  return text ? std::atoi(text) : 60;
}

TEST_CASE("leases, simulated: no key past its term or a withdrawal") {
  auto tally = simulate(1, seeds_wanted(), {});
  MESSAGE(seeds_wanted() << " seeds from 1: " << tally.leased << " leases, " << tally.withdrawn
                         << " withdrawals, " << tally.restored << " restores taken, "
                         << tally.refused << " refused");
  CHECK(tally.broken == 0);
  CHECK(tally.leased > seeds_wanted());
  CHECK(tally.withdrawn > seeds_wanted());
  CHECK(tally.restored > seeds_wanted());
  CHECK(tally.refused > seeds_wanted());
}

TEST_CASE("leases, simulated: it notices when a rule is missing") {
  CHECK(simulate(1, 60, {.counters = false}).broken > 0);
  CHECK(simulate(1, 60, {.term_from_sent = false}).broken > 0);
  CHECK(simulate(1, 60, {.withdrawals = false}).broken > 0);
}

}  // namespace
}  // namespace guildhall::vault
