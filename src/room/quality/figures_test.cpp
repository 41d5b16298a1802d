#include "room/quality/figures.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/limits.h"
#include "quality/seeded.h"
#include "room/quality/reader.h"

namespace guildhall::room {
namespace {

using State = work::AssignmentState;

const std::vector<work::ClosedQuestion> kChoice{
    {.id = "choice", .labels = {"yes", "no"}, .open = true}};

AnswerRow row(std::int64_t id, std::int64_t task, std::int64_t member) {
  AnswerRow out;
  out.id = AssignmentId{id};
  out.task = TaskId{task};
  out.member = MemberId{member};
  out.ref = ContentRef{1000 + id};
  out.submitted_at = 1'000 * id;
  out.active_ms = 60'000;
  out.guidelines_version = 1;
  return out;
}

void answer(HeldProject& held, std::int64_t id, std::int64_t task, std::int64_t member,
            const std::string& label) {
  auto one = row(id, task, member);
  REQUIRE(held.keep(one));
  CHECK(held.read(one.id, one.ref, kChoice, {{0, "", label}}));
}

// Of one question, with as many classes as labels.
QuestionFigures rated(const std::vector<std::vector<int>>& people, bool ordered) {
  QuestionFigures out;
  out.ordered = ordered;
  for (quality::Index person = 0; person < people.size(); ++person) {
    for (quality::Index item = 0; item < people[person].size(); ++item) {
      if (people[person][item] == 0) continue;
      out.data.columns.item.push_back(item);
      out.data.columns.worker.push_back(person);
      out.data.columns.label.push_back(static_cast<quality::Label>(people[person][item] - 1));
    }
  }
  auto made =
      quality::Judgments::make(out.data.columns, static_cast<quality::Index>(people[0].size()),
                               static_cast<quality::Index>(people.size()), 5);
  REQUIRE(made.has_value());
  out.judgments = std::move(*made);
  out.data.labels = {"1", "2", "3", "4", "5"};
  return out;
}

}  // namespace

TEST_CASE("quality: an answer counts while it stands, once, with its newest revision") {
  HeldProject held;
  answer(held, 1, 7, 1, "yes");
  answer(held, 2, 7, 2, "no");
  CHECK(held.answers() == 2);
  CHECK(held.judgments() == 2);
  auto version = held.version();
  answer(held, 1, 7, 1, "yes");  // told again
  CHECK(held.version() == version);
  CHECK(held.judgments() == 2);
  auto back = row(1, 7, 1);
  back.state = State::returned;
  CHECK(held.keep(back));
  CHECK(held.answers() == 1);
  CHECK(held.judgments() == 1);
  back.state = State::in_review;
  back.ref = ContentRef{5};
  CHECK(held.keep(back));
  CHECK(held.answers_read() == 1);
  CHECK_FALSE(held.read(back.id, ContentRef{1001}, kChoice, {{0, "", "yes"}}));  // the old one
  CHECK(held.read(back.id, back.ref, kChoice, {{0, "", "no"}}));
  auto data = columns_of(held, 0);
  CHECK(data.columns.label == std::vector<quality::Label>{1, 1});
  back.state = State::rejected;
  CHECK(held.keep(back));
  CHECK(columns_of(held, 0).columns.label.size() == 1);
}

TEST_CASE("quality: what is read in which order makes no difference to the columns") {
  HeldProject one, other;
  for (int id : {1, 2, 3, 4}) REQUIRE(one.keep(row(id, id % 2, id)));
  for (int id : {4, 2, 1, 3}) REQUIRE(other.keep(row(id, id % 2, id)));
  CHECK(one.unread(10).size() == 4);
  CHECK(one.unread(3).front().id == AssignmentId{1});
  for (int id : {3, 1, 4, 2}) {
    one.read(AssignmentId{id}, ContentRef{1000 + id}, kChoice, {{0, "", "yes"}});
  }
  for (int id : {1, 2, 3, 4}) {
    other.read(AssignmentId{id}, ContentRef{1000 + id}, kChoice, {{0, "", "yes"}});
  }
  CHECK(one.unread(10).empty());
  CHECK(columns_of(one, 0).columns.item == columns_of(other, 0).columns.item);
  CHECK(columns_of(one, 0).by_item == std::vector<std::uint32_t>{0, 2, 1, 3});
}

TEST_CASE("quality: alpha of Krippendorff's own example") {
  // Computing Krippendorff's alpha-reliability, 2011, section C: .743 and .815.
  const std::vector<std::vector<int>> people{{1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0},
                                             {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3},
                                             {0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0},
                                             {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0}};
  auto nominal = agreement_of(rated(people, false));
  CHECK(*nominal.alpha == doctest::Approx(0.743).epsilon(0.001));
  CHECK(nominal.items == 11);
  CHECK(nominal.error > 0.05);
  CHECK(nominal.error < 0.25);
  CHECK(*agreement_of(rated(people, true)).alpha == doctest::Approx(0.815).epsilon(0.001));
  CHECK_FALSE(agreement_of(rated({{1, 1}, {1, 1}}, false)).alpha);  // nobody chose otherwise
  CHECK_FALSE(agreement_of(rated({{1, 2}}, false)).alpha);          // nobody else
}

TEST_CASE("quality: the one who answers at random stands last, and is told of") {
  HeldProject held;
  std::int64_t id = 0;
  for (std::int64_t task = 1; task <= 60; ++task) {
    bool yes = task * 7 % 10 < 5;
    for (std::int64_t member = 1; member <= 5; ++member) {
      bool slip = member < 5 ? (task * 13 + member * 29) % 20 == 0 : (task * 31) % 8 < 4;
      answer(held, ++id, task, member, yes != slip ? "yes" : "no");
    }
  }
  auto figures = computed(data_of(held));
  REQUIRE(figures.has_value());
  REQUIRE(figures->questions.size() == 1);
  const auto& question = figures->questions[0];
  CHECK(question.people[question.order.back()].member == MemberId{5});
  CHECK(question.people[question.order.back()].confusion.size() == 4);
  CHECK(question.right > 0.9);
  bool told = false;
  for (const auto& alert : figures->alerts) {
    told |= alert.kind == AlertKind::low_skill && alert.member == MemberId{5};
    CHECK_FALSE((alert.kind == AlertKind::low_skill && alert.member != MemberId{5}));
  }
  CHECK(told);
}

TEST_CASE("quality: two who give the same wrong answers are told of together, and nobody else") {
  // Six people of three answers; the sixth copies what the fifth says, mostly.
  for (bool copies : {true, false}) {
    HeldProject held;
    quality::Seeded chance(7);
    std::int64_t id = 0;
    auto own = [&](std::int64_t task) {
      return std::string(1, "abc"[(task + (chance.uniform() < 0.3 ? 1 + chance.below(2) : 0)) % 3]);
    };
    for (std::int64_t task = 0; task < 120; ++task) {
      std::string fifth;
      for (std::int64_t member = 1; member <= 6; ++member) {
        bool same = copies && member == 6 && chance.uniform() < 0.9;
        auto said = own(task);
        answer(held, ++id, task + 1, member, same ? fifth : said);
        if (member == 5) fifth = said;
      }
    }
    auto figures = computed(data_of(held));
    REQUIRE(figures.has_value());
    std::vector<Alert> found;
    for (const auto& alert : figures->alerts) {
      if (alert.kind == AlertKind::copying) found.push_back(alert);
    }
    REQUIRE(found.size() == (copies ? 1 : 0));
    if (!copies) continue;
    CHECK(found[0].member == MemberId{5});
    CHECK(found[0].others == std::vector{MemberId{6}});
    CHECK(found[0].value > 2 * found[0].against);
    CHECK_FALSE(found[0].tasks.empty());
  }
}

TEST_CASE("quality: no minute has more openings than the keeper takes for work") {
  OpeningPace pace;
  std::vector<std::int64_t> opened;  // by second
  for (std::int64_t second = 0; second < 600; ++second) {
    opened.push_back(second < 59 || second > 120 ? 0 : pace.take(100'000, second * 1000));
    if (second > 300) opened.back() = pace.take(300, second * 1000);
  }
  std::int64_t most = 0;
  std::int64_t all = 0;
  for (std::size_t from = 0; from + 60 <= opened.size(); ++from) {
    std::int64_t sum = 0;
    for (std::size_t i = from; i < from + 60; ++i) sum += opened[i];
    most = std::max(most, sum);
  }
  for (std::int64_t one : opened) all += one;
  CHECK(most < static_cast<std::int64_t>(kAlarmBulkOpenings));
  CHECK(all > 5 * most);
}

TEST_CASE("quality: nothing, one answer, one label, a person alone: figures all the same") {
  HeldProject held;
  auto none = computed(data_of(held));
  REQUIRE(none.has_value());
  CHECK(none->questions.empty());
  answer(held, 1, 1, 1, "yes");
  auto one = computed(data_of(held));
  REQUIRE(one.has_value());
  CHECK(one->questions[0].people.size() == 1);
  CHECK_FALSE(one->questions[0].agreement.alpha);
  for (int id = 2; id < 30; ++id) answer(held, id, id, 1, "yes");
  auto alone = computed(data_of(held));
  REQUIRE(alone.has_value());
  CHECK(alone->questions[0].people[0].skill.judged == 29);
  CHECK(alone->alerts.empty());
}

}  // namespace guildhall::room
