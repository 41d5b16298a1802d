// Many people at once, in an order that the seed and the machine decide: whatever happens, no
// task is over its ceiling, nobody has one twice, nobody is refused while work is left for them,
// and the counters are what the rows say.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "store/postgres/fixture.h"
#include "work/recount_test_util.h"
#include "work/submission.h"
#include "work/tasks.h"

namespace guildhall::work {
namespace {

constexpr int kTasks = 40;
constexpr int kExperts = 6;
constexpr int kReviewers = 2;

bool is_refusal(const Error& error) {
  return error.fault == Fault::conflict || error.fault == Fault::not_found ||
         error.fault == Fault::forbidden;
}

class Race {
 public:
  Race(const std::string& url, std::uint64_t seed, int steps)
      : room_(url, seed), seed_(seed), steps_(steps) {
    manager_ = room_.add_member();
    project_ = room_.add_project(manager_, R"({"overlap":2,"lease_s":1,"max_open":3,"return_s":60,)"
                                           R"("adjudicate":true,"gold_percent":10})");
    std::string text;
    for (int i = 0; i < kTasks; ++i) {
      text += R"({"key":")" + std::to_string(i) + R"(","data":{"prompt":"p"})" +
              (i % 10 == 0 ? R"(,"gold":{"choice":"yes"})" : "") + "}\n";
    }
    REQUIRE(room_.import(manager_, project_, text).imported == kTasks);
    for (const auto& [id, row] : rows_of(room_, project_).tasks) tasks_.push_back(id);
    for (int i = 0; i < kExperts; ++i) experts_.push_back(room_.add_member());
    for (int i = 0; i < kReviewers; ++i) reviewers_.push_back(room_.add_member());
  }

  void run() {
    std::vector<std::thread> threads;
    for (int i = 0; i < kExperts; ++i) threads.emplace_back([this, i] { be_expert(i); });
    for (int i = 0; i < kReviewers; ++i) threads.emplace_back([this, i] { be_reviewer(i); });
    threads.emplace_back([this] { be_manager(); });
    for (auto& thread : threads) thread.join();
    MutexLock lock(mutex_);
    for (const auto& error : errors_) FAIL_CHECK(error);
    check_whole(room_, project_);
    let_leases_expire();
    check_whole(room_, project_);
    nobody_starves();
    check_whole(room_, project_);
  }

 private:
  template <class T>
  void allow(const Result<T>& result) {
    if (result || is_refusal(result.error())) return;
    MutexLock lock(mutex_);
    errors_.push_back(std::string(result.error().type) + ": " + result.error().detail);
  }

  Result<Submitted> answer(const Actor& actor, const Assignment& a, Random& random) {
    return submit(*room_.ctx, actor,
                  {.proof = {project_, a.id, a.token},
                   .answers_json = random.below(2) ? R"({"choice":"yes"})" : R"({"choice":"no"})",
                   .active_ms = 1,
                   .review_drawn = random.below(3) == 0});
  }

  void be_expert(int index) {
    SeededRandom random(seed_ * 1'000 + static_cast<std::uint64_t>(index));
    Actor me = experts_[static_cast<std::size_t>(index)];
    std::vector<Assignment> held;
    for (int step = 0; step < steps_; ++step) {
      auto dice = random.below(10);
      if (held.empty() || dice < 4) {
        auto claimed = claim(*room_.ctx, me, project_, TaskKind::work);
        allow(claimed);
        if (claimed && claimed->assignment) held.push_back(*claimed->assignment);
        continue;
      }
      auto at = held.begin() + static_cast<std::ptrdiff_t>(random.below(held.size()));
      LeaseProof proof{project_, at->id, at->token};
      if (dice < 7) {
        auto done = answer(me, *at, random);
        allow(done);
        // What comes back to its author is revised under the new token.
        if (done && random.below(2)) revise_if_returned(me, done->assignment.id);
      } else if (dice == 7) {
        allow(random.below(2) ? skip(*room_.ctx, me, proof, "other", "", 0)
                              : release(*room_.ctx, me, proof));
      } else if (dice == 8) {
        allow(heartbeat(*room_.ctx, me, proof, 1));
        continue;
      }  // 9: forget it; it runs out
      held.erase(at);
    }
  }

  void revise_if_returned(const Actor& me, AssignmentId id) {
    auto now = room_.db->read_as(
        [&](store::Tx& tx) { return find_assignment(tx, *room_.ctx, project_, id); });
    allow(now);
    if (!now || now->state != AssignmentState::returned) return;
    allow(revise(*room_.ctx, me,
                 {.proof = {project_, id, now->token}, .answers_json = R"({"choice":"no"})"}));
  }

  void be_reviewer(int index) {
    SeededRandom random(seed_ * 2'000 + static_cast<std::uint64_t>(index));
    Actor me = reviewers_[static_cast<std::size_t>(index)];
    for (int step = 0; step < steps_; ++step) {
      if (random.below(6) == 0) {
        accept_some(me, random, false);
        continue;
      }
      auto kind = random.below(3) ? TaskKind::review : TaskKind::adjudication;
      // In turn, or the one that just caught the eye.
      auto only = kind == TaskKind::review && random.below(3) == 0 ? any_submission(random)
                                                                   : AssignmentId{};
      auto claimed =
          claim(*room_.ctx, {[&](store::Tx&) { return Result<Actor>(me); }}, project_, kind, only);
      allow(claimed);
      if (!claimed || !claimed->assignment || random.below(6) == 0) continue;
      auto lease = *claimed->assignment;
      auto child = room_.task(project_, lease.task);
      if (kind == TaskKind::review) {
        give_verdict(me, child.origin, lease.token, random);
      } else {
        allow(settle(*room_.ctx, me,
                     {.project = project_,
                      .task = child.parent,
                      .token = lease.token,
                      .answers_json = R"({"choice":"yes"})"}));
      }
    }
  }

  void accept_some(const Actor& me, Random& random, bool staff) {
    BulkAccept in{project_, {}, "", staff};
    for (int i = 0; i < 4; ++i) in.submissions.push_back(any_submission(random));
    for (const auto& judged : accept_all(*room_.ctx, me, in)) allow(judged);
  }

  void give_verdict(const Actor& me, AssignmentId submission, std::int64_t token, Random& random) {
    auto verdict = static_cast<Verdict>(1 + random.below(4));
    allow(judge(*room_.ctx, me,
                {.project = project_,
                 .submission = submission,
                 .token = token,
                 .verdict = verdict,
                 .reason = "other",
                 .fixed_answers_json = R"({"choice":"yes"})"}));
  }

  void be_manager() {
    SeededRandom random(seed_ * 3'000);
    for (int step = 0; step < steps_; ++step) {
      TaskId task = tasks_[random.below(tasks_.size())];
      switch (random.below(9)) {
        case 0: allow(cancel_task(*room_.ctx, manager_, project_, task)); break;
        case 1:
        case 2:
          allow(requeue_task(*room_.ctx, manager_, project_, task,
                             random.below(2) ? Requeue::keep : Requeue::reject));
          break;
        case 3:
          allow(amend_task(*room_.ctx, manager_, project_, task,
                           {.priority = static_cast<std::int64_t>(random.below(3))}));
          break;
        case 4: give_verdict(manager_, any_submission(random), 0, random); break;
        case 5: {
          auto keys = room_.keys->take(kReleaseKeys);
          allow(keys);
          if (!keys) break;
          MemberId member = experts_[random.below(experts_.size())].member;
          allow(room_.db->write([&](store::Tx& tx) {
            return release_member(tx, *room_.ctx, manager_, member, *keys);
          }));
          break;
        }
        case 6: accept_some(manager_, random, true); break;
        default: room_.clock.advance_ms(400); allow(release_expired(*room_.ctx));
      }
    }
  }

  AssignmentId any_submission(Random& random) {
    std::vector<AssignmentId> ids{AssignmentId{1}};
    allow(room_.db->read([&](store::Tx& tx) -> Result<void> {
      TRY(
          tx.query("SELECT assignment FROM assignment WHERE room = 1 AND project = $1 AND"
                   " kind = 1 AND state > 10",
                   {project_}, [&](const store::Row& row) {
                     ids.push_back(row.id<AssignmentId>(0));
                     return true;
                   }));
      return {};
    }));
    return ids[random.below(ids.size())];
  }

  // The clock is the database's own on PostgreSQL: there, time has to pass.
  void let_leases_expire() {
    room_.clock.advance_ms(120'000);
    if (room_.db->dialect() == store::Dialect::postgres) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1'100));
    }
    while (GH_OK(release_expired(*room_.ctx)) > 0) {
    }
    CHECK(room_.number("SELECT count(*) FROM assignment WHERE state = 1", {}) == 0);
  }

  std::int64_t left_for(const Actor& who) {
    auto rows = rows_of(room_, project_);
    std::set<TaskId> had;
    for (const auto& a : rows.assignments) {
      if (a.member == who.member && a.state != AssignmentState::expired) had.insert(a.task);
    }
    return std::ranges::count_if(rows.tasks, [&](const auto& entry) {
      const TaskRow& task = entry.second;
      return task.kind == TaskKind::work && task.has_place() && !had.contains(task.id);
    });
  }

  void nobody_starves() {
    SeededRandom random(seed_ * 4'000);
    std::vector<Actor> people = experts_;
    people.push_back(room_.add_member());
    for (const Actor& who : people) {
      while (true) {
        std::int64_t left = left_for(who);
        auto claimed = GH_OK(claim(*room_.ctx, who, project_, TaskKind::work));
        CHECK_MESSAGE((left == 0 || claimed.assignment.has_value()),
                      "refused with " << left << " left");
        if (!claimed.assignment) break;
        auto& a = *claimed.assignment;
        if (a.kind == TaskKind::work) CHECK(left > 0);
        GH_OK(submit(*room_.ctx, who,
                     {.proof = {project_, a.id, a.token},
                      .answers_json = R"({"choice":"yes"})",
                      .review_drawn = false}));
      }
    }
  }

  TestRoom room_;
  const std::uint64_t seed_;
  const int steps_;
  Actor manager_;
  ProjectId project_;
  std::vector<TaskId> tasks_;
  std::vector<Actor> experts_, reviewers_;
  Mutex mutex_;
  std::vector<std::string> errors_ GUARDED_BY(mutex_);
};

std::uint64_t seed_of_run() {
  if (const char* given = std::getenv("GUILDHALL_SEED")) return std::strtoull(given, nullptr, 10);
  return system_random().below(1'000'000);
}

TEST_CASE("work: claims, answers, verdicts and a meddling manager at once, on SQLite") {
  for (int round = 0; round < 3; ++round) {
    std::uint64_t seed = seed_of_run();
    CAPTURE(seed);
    MESSAGE("GUILDHALL_SEED=" << seed);
    Race({}, seed, 60).run();
  }
}

TEST_CASE("work: the same on PostgreSQL") {
  if (!store::postgres::test_server()) return;
  std::uint64_t seed = seed_of_run();
  CAPTURE(seed);
  MESSAGE("GUILDHALL_SEED=" << seed);
  Race(store::postgres::test_database(), seed, 40).run();
}

}  // namespace
}  // namespace guildhall::work
