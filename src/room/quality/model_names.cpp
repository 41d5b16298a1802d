#include "room/quality/model_names.h"

#include <algorithm>

#include "base/clock.h"
#include "base/limits.h"
#include "store/content.h"
#include "work/task_body.h"

namespace guildhall::room {
namespace {

constexpr std::int64_t kDataRowsAtOnce = 10'000;
constexpr std::size_t kMostResponses = 65'535;  // of a task; a count has two bytes

}  // namespace

ModelNames::ModelNames() { names_.number(""); }

std::span<const std::uint16_t> ModelNames::of(AssignmentId answer,
                                              std::string_view question) const {
  auto data = data_of_.find(answer.value);
  if (data == data_of_.end()) return {};
  auto place = places_.find(data->second);
  if (place == places_.end()) return {};
  std::size_t at = place->second;
  for (const auto& one : questions_) {
    std::size_t count = pool_[at++];
    if (one == question) return {pool_.data() + at, count};
    at += count;
  }
  return {};
}

// Which version of their task's data the answers were about. In one pass over the rows between
// them: the first time that is all, later the newest.
Result<void> ModelNames::find_data(store::Tx& tx, const work::Context& ctx, ProjectId project,
                                   std::span<const AssignmentId> unknown) {
  auto from = unknown.front().value;
  for (std::int64_t got = kDataRowsAtOnce; got == kDataRowsAtOnce;) {
    got = TRY(tx.query(
        "SELECT assignment, task, data_ref FROM assignment WHERE room = $1 AND"
        " project = $2 AND assignment >= $3 AND assignment <= $4 ORDER BY"
        " assignment LIMIT $5",
        {ctx.room, project, from, unknown.back(), kDataRowsAtOnce}, [&](const store::Row& row) {
          from = row.integer(0) + 1;
          if (!std::ranges::binary_search(unknown, row.id<AssignmentId>(0))) {
            return true;
          }
          auto ref = row.integer(2);
          data_of_[row.integer(0)] = ref;
          if (!places_.contains(ref)) unopened_[ref] = row.id<TaskId>(1);
          return true;
        }));
  }
  return {};
}

void ModelNames::keep(ContentRef ref, const std::vector<std::vector<std::string>>& models) {
  places_[ref.value] = pool_.size();
  for (const auto& of_question : models) {
    auto count = std::min(of_question.size(), kMostResponses);
    pool_.push_back(static_cast<std::uint16_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      pool_.push_back(names_.number(of_question[i]).value_or(0));
    }
  }
  unopened_.erase(ref.value);
  ++version_;
}

Result<bool> ModelNames::follow(const work::Context& ctx, ProjectId project, MemberId whom,
                                const work::Template& form, std::span<const AssignmentId> answers,
                                OpeningPace& pace) {
  auto questions = form.comparisons();
  if (questions != questions_) {  // another form: what was read of the tasks is another, too
    *this = ModelNames();
    questions_ = std::move(questions);
  }
  if (questions_.empty()) return true;
  std::vector<AssignmentId> unknown;
  for (AssignmentId one : answers) {
    if (!data_of_.contains(one.value)) unknown.push_back(one);
  }
  std::ranges::sort(unknown);
  TRY(ctx.db.read([&](store::Tx& tx) -> Result<void> {
    if (!unknown.empty()) TRY(find_data(tx, ctx, project, unknown));
    if (unopened_.empty()) return {};
    auto most = std::min(static_cast<std::int64_t>(unopened_.size()), kQualityOpensAtOnce / 2);
    std::vector<store::Wanted> wanted;
    auto may = pace.take(most, monotonic_ms());
    for (auto [ref, task] : unopened_) {
      if (static_cast<std::int64_t>(wanted.size()) >= may) break;
      auto context =
          work::task_content(ctx.room, project, store::ContentType::task, task, ContentRef{ref});
      wanted.push_back({context, ContentRef{ref}});
    }
    auto opened = TRY(store::open_sound(tx, wanted, {store::Reason::quality, whom}));
    for (std::size_t i = 0; i < opened.size(); ++i) {
      if (!opened[i]) {  // who wrote it is not known, as where no name is told
        keep(wanted[i].ref, {});
        continue;
      }
      auto data = TRY(parse_json(work::split_task_body(opened[i]->expose()).data));
      keep(wanted[i].ref, form.models_of(data));
    }
    return {};
  }));
  return unopened_.empty();
}

}  // namespace guildhall::room
