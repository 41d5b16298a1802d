#include "room/demo_panel.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "quality/seeded.h"
#include "room/demo_pairs.h"
#include "work/days.h"
#include "work/submission.h"
#include "work/task_body.h"

namespace guildhall::room {
namespace {

using store::Tx;
using work::Actor;
using work::TaskKind;

constexpr Panelist kPanelists[] = {
    {"Agency North", 0.97}, {"Agency North", 0.93},          {"Agency South", 0.88},
    {"Agency South", 0.78}, {"Agency South", 0.70, 4},       {"Agency North", 0.72},
    {"Agency South", 0.62}, {"Agency North", 0.50, 0, true},
};

constexpr std::uint64_t kPanelSeed = 7;
constexpr int kPanelDays = 11;
constexpr double kCopied = 0.9;  // of the copier's, where the other has answered

// One run of it: who said what of which pair so far.
struct Panel {
  const work::Context& ctx;
  FakeClock& clock;
  std::vector<MadePair> pairs;
  ProjectId project;
  std::map<std::int64_t, std::size_t> pair_of = {};                      // by task
  std::map<std::pair<std::size_t, std::size_t>, std::string> said = {};  // person and pair
  quality::Seeded chance{kPanelSeed};
};

std::string letter_of(std::size_t at) { return at == 0 ? "a" : "b"; }

std::string lines_of(const std::vector<MadePair>& pairs) {
  std::string lines;
  for (const auto& pair : pairs) {
    JsonWriter out;
    out.begin_object().field("key", pair.key).key("data").begin_object();
    out.field("prompt", pair.prompt).key("responses").begin_array();
    for (std::size_t i = 0; i < 2; ++i) {
      out.begin_object().field("text", pair.text[i]).field("model", pair.model[i]).end_object();
    }
    out.end_array().end_object();
    if (pair.check) {
      out.key("gold").begin_object().key("answers").begin_object();
      out.field("choice", letter_of(pair.right)).end_object().end_object();
    }
    out.end_object();
    lines += out.text() + "\n";
  }
  return lines;
}

std::string choice_of(Panel& panel, std::size_t person, std::size_t pair) {
  const auto& who = kPanelists[person];
  if (who.copies > 0 && panel.chance.uniform() < kCopied) {
    auto at = panel.said.find({who.copies - 1, pair});
    if (at != panel.said.end()) return at->second;
  }
  std::size_t right = panel.pairs[pair].right;
  if (panel.chance.uniform() < who.skill) return letter_of(right);
  double how = panel.chance.uniform();
  return how < 0.8 ? letter_of(1 - right) : how < 0.95 ? "tie" : "both_bad";
}

// False where there is nothing left for them.
Result<bool> answer_one(Panel& panel, std::size_t person, const Actor& who) {
  auto claimed = TRY(work::claim(panel.ctx, who, panel.project, TaskKind::work));
  if (!claimed.assignment) return false;
  const auto& held = *claimed.assignment;
  std::size_t pair = panel.pair_of[held.task.value];
  auto choice = choice_of(panel, person, pair);
  panel.said[{person, pair}] = choice;
  work::SubmitIn in;
  in.proof = {panel.project, held.id, held.token};
  JsonWriter answers;
  answers.begin_object().field("choice", choice);
  if (choice.size() == 1) answers.field("strength", static_cast<int>(1 + panel.chance.below(3)));
  answers.end_object();
  in.answers_json = answers.take();
  double pace = kPanelists[person].fast ? 0.2 : 1;
  in.active_ms = static_cast<std::int64_t>(pace * (50'000 + 60'000 * panel.chance.exponential()));
  if (held.kind == TaskKind::gold) in.gold_right = choice == letter_of(panel.pairs[pair].right);
  panel.clock.advance_ms(in.active_ms);
  TRY(work::submit(panel.ctx, who, in));
  return true;
}

// Whoever is copied comes first and the copier next: they meet the same tasks.
std::vector<std::size_t> panel_order(std::size_t day) {
  constexpr auto kPeople = std::size(kPanelists);
  auto place = [&](std::size_t person) {
    bool copied =
        std::ranges::find(kPanelists, person + 1, &Panelist::copies) != std::end(kPanelists);
    int first = copied ? 0 : kPanelists[person].copies > 0 ? 1 : 2;
    return std::pair(first, (person + day) % kPeople);
  };
  std::vector<std::size_t> order(kPeople);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, place);
  return order;
}

}  // namespace

std::span<const Panelist> panelists() { return kPanelists; }

Result<ProjectId> seed_panel(const work::Context& ctx, FakeClock& clock, const Actor& manager,
                             std::span<const Actor> people) {
  Panel panel{ctx, clock, made_pairs(), {}};
  panel.project = TRY(make_demo_project(
      ctx, manager,
      {"Right or wrong: three models", "preference", kPairGuidelines,
       R"({"overlap":5,"lease_s":7200,"max_open":3,"gold_percent":18,"pay_minor":150,
           "pay_per":"task"})",
       lines_of(panel.pairs)}));
  TRY(ctx.db.read([&](Tx& tx) -> Result<void> {
    for (std::size_t i = 0; i < panel.pairs.size(); ++i) {
      auto task = TRY(work::find_task_by_key(tx, ctx, panel.project, panel.pairs[i].key));
      panel.pair_of[task.value] = i;
    }
    return {};
  }));
  for (int day = 0; day < kPanelDays; ++day) {
    TimeMs morning = clock.now_ms();
    int answers = 3 + day % 2;  // of each person
    for (std::size_t person : panel_order(static_cast<std::size_t>(day))) {
      bool more = true;
      for (int i = 0; more && i < answers; ++i) {
        more = TRY(answer_one(panel, person, people[person]));
      }
    }
    clock.advance_ms(morning + work::kDayMs - clock.now_ms());
  }
  return panel.project;
}

}  // namespace guildhall::room
