#include "work/delivery_reader.h"

#include <algorithm>
#include <deque>
#include <tuple>

#include "base/limits.h"
#include "store/content.h"
#include "work/dialogue/record.h"
#include "work/import/raw_members.h"
#include "work/presentation.h"
#include "work/task_body.h"

namespace guildhall::work {

using store::ContentType;
using store::Row;
using store::Tx;

namespace {

// Bodies as they lie in the store, read row by row and opened together.
struct SealedBodies {
  std::vector<store::ContentContext> contexts;
  std::deque<std::string> sealed;  // keeps its elements where they are
  std::size_t bytes = 0;

  void add(const store::ContentContext& context, std::string_view body) {
    contexts.push_back(context);
    sealed.emplace_back(body);
    bytes += body.size();
  }
  Result<std::vector<Plaintext>> open(Tx& tx) const {
    std::vector<store::ToOpen> items;
    for (std::size_t i = 0; i < contexts.size(); ++i) items.push_back({contexts[i], sealed[i]});
    return store::open_all(tx.sealer(), items, store::Reason::deliver);
  }
};

Result<PosteriorWish> parse_posterior(const json::value& value) {
  PosteriorWish wish;
  auto bad = [](const char* why) {
    return fail(Fault::invalid, "bad-filter", why, "/filter/posterior");
  };
  const auto* members = value.if_object();
  if (!members) return bad("An object of least and question.");
  for (const auto& member : *members) {
    if (member.key() == "least" && member.value().is_number()) {
      wish.least = member.value().to_number<double>();
    } else if (member.key() == "question" && member.value().is_string()) {
      wish.question = view(member.value().get_string());
    } else {
      return bad("An object of least, a number, and question, an id.");
    }
  }
  if (wish.least < 0 || wish.least > 1) return bad("least is from 0 to 1.");
  return wish;
}

}  // namespace

Result<DeliveryFilter> DeliveryFilter::parse(const json::value& value, const Context& ctx,
                                             ProjectId project) {
  DeliveryFilter filter;
  const auto* members = value.if_object();
  if (!members) return fail(Fault::invalid, "bad-filter", "The filter is an object.", "/filter");
  for (const auto& member : *members) {
    std::string_view name{member.key().data(), member.key().size()};
    const auto* text = member.value().if_string();
    auto bad = [&](const char* why) {
      return fail(Fault::invalid, "bad-filter", why, "/filter/" + std::string(name.substr(0, 32)));
    };
    if (name == "state") {
      if (!text || (*text != "accepted" && *text != "any")) return bad("accepted or any.");
      filter.any_state = *text == "any";
    } else if (name == "batch") {
      auto opened = ctx.ids.open(store::IdType::batch, text ? view(*text) : "");
      if (!opened || opened->project != project) return bad("No such batch.");
      filter.batch = BatchId{opened->inner};
    } else if (name == "since") {
      auto time = text ? parse_rfc3339(view(*text)) : std::nullopt;
      if (!time) return bad("A time in RFC 3339.");
      filter.since_ms = *time;
    } else if (name == "posterior") {
      filter.posterior = TRY(parse_posterior(member.value()));
    } else {
      return bad("There is no such filter.");
    }
  }
  return filter;
}

Result<void> DeliveryReader::learn_project(Tx& tx) {
  if (learned_) return {};
  learned_ = true;
  kind_ = TRY(ctx_.projects.find(tx, project_))
  .form->kind();
  std::map<BatchId, ContentRef> batches;
  std::map<std::int64_t, ContentRef> vendors;
  TRY(
      tx.query("SELECT batch, name_ref FROM batch WHERE room = $1 AND project = $2 AND"
               " name_ref > 0",
               {ctx_.room, project_}, [&](const Row& row) {
                 batches[row.id<BatchId>(0)] = row.id<ContentRef>(1);
                 return true;
               }));
  TRY(tx.query("SELECT vendor, name_ref FROM vendor WHERE room = $1", {ctx_.room},
               [&](const Row& row) {
                 vendors[row.integer(0)] = row.id<ContentRef>(1);
                 return true;
               }));
  for (auto [batch, ref] : batches) {
    batches_[batch] =
        TRY(store::open_name(tx, {ctx_.room, project_, ContentType::name, batch.value, ref.value},
                             ref, store::Reason::deliver));
  }
  for (auto [vendor, ref] : vendors) {
    vendors_[vendor] = TRY(store::open_name(tx, {ctx_.room, {}, ContentType::name, vendor}, ref,
                                            store::Reason::deliver));
  }
  auto review = TRY(tx.first("SELECT 1 FROM review WHERE room = $1 AND project = $2 LIMIT 1",
                             {ctx_.room, project_}, [](const Row&) { return true; }));
  reviewed_ = review.has_value();
  return {};
}

Result<void> DeliveryReader::read_tasks(Tx& tx) {
  tasks_.clear();
  SealedBodies bodies;
  TRY(tx.query(
      "SELECT t.task, t.batch, t.final, t.data_ref, c.body FROM task t JOIN content c ON"
      " c.room = t.room AND c.project = t.project AND c.ref = t.data_ref"
      " WHERE t.room = $1 AND t.project = $2 AND t.task > $3 AND t.kind = 1 AND"
      " t.taken >= $6 AND ($4 = 0 OR t.batch = $4) ORDER BY t.task LIMIT $5",
      {ctx_.room, project_, after_, filter_.batch, kDeliveryChunk,
       filter_.any_state ? 0 : 1},  // what was rejected has no place any more
      [&](const Row& row) {
        HeldTask held{row.id<TaskId>(0), row.id<BatchId>(1), row.id<AssignmentId>(2), {}};
        bodies.add(
            task_content(ctx_.room, project_, ContentType::task, held.id, row.id<ContentRef>(3)),
            row.bytes(4));
        tasks_.push_back(std::move(held));
        return bodies.bytes < kDeliveryChunkBytes;
      }));
  auto opened = TRY(bodies.open(tx));
  for (std::size_t i = 0; i < tasks_.size(); ++i) tasks_[i].body = std::move(opened[i]);
  return {};
}

Result<void> DeliveryReader::read_answers(Tx& tx) {
  answers_.clear();
  SealedBodies bodies;
  std::int64_t least = filter_.any_state ? 10 : 12;
  std::int64_t most = filter_.any_state ? 15 : 13;
  // In order of the index: a further ORDER BY would sort the content along with the rows.
  TRY(tx.query(
      "SELECT a.task, a.assignment, a.member, a.vendor, a.state, a.order_seed, a.revision,"
      " a.submitted_at, a.active_ms, a.guidelines_version, a.template_version, a.answers_ref,"
      " c.body, a.leased_at, a.settings_version"
      " FROM assignment a JOIN content c ON c.room = a.room AND c.project = a.project AND"
      " c.ref = a.answers_ref WHERE a.room = $1 AND a.project = $2 AND a.task >= $3 AND"
      " a.task <= $4 AND a.state >= $5 AND a.state <= $6 AND a.kind = 1 AND"
      " a.submitted_at >= $7 ORDER BY a.task",
      {ctx_.room, project_, tasks_.front().id, tasks_.back().id, least, most, filter_.since_ms},
      [&](const Row& row) {
        HeldAnswers held{
            row.id<TaskId>(0),   false,           row.id<AssignmentId>(1),
            row.id<MemberId>(2), row.integer(3),  static_cast<AssignmentState>(row.integer(4)),
            row.integer(5),      row.integer(6),  row.integer(7),
            row.integer(8),      row.integer(9),  row.integer(10),
            row.integer(13),     row.integer(14), {}};
        bodies.add(answers_content(ctx_.room, project_, held.id, row.id<ContentRef>(11)),
                   row.bytes(12));
        answers_.push_back(std::move(held));
        return true;
      }));
  auto opened = TRY(bodies.open(tx));
  for (std::size_t i = 0; i < answers_.size(); ++i) answers_[i].answers = std::move(opened[i]);
  for (const auto& task : tasks_) {
    if (task.final_) TRY(read_final(tx, task));
  }
  std::ranges::sort(answers_, {}, [](const HeldAnswers& held) {
    return std::tuple(held.task, held.adjudicated, held.id);
  });
  return {};
}

// The adjudicator's answer, where there is one, stands above the others.
Result<void> DeliveryReader::read_final(Tx& tx, const HeldTask& task) {
  auto a = TRY(find_assignment(tx, ctx_, project_, task.final_));
  auto plain =
      TRY(store::open_content(tx, answers_content(ctx_.room, project_, a.id, a.answers_ref),
                              a.answers_ref, store::Reason::deliver));
  answers_.push_back({task.id, true, a.id, a.member, a.vendor, a.state, a.order_seed, a.revision,
                      a.submitted_at, a.active_ms, a.guidelines_version, a.template_version,
                      a.leased_at, a.settings_version, std::move(plain)});
  return {};
}

Result<std::optional<DeliveryReview>> DeliveryReader::newest_review(Tx& tx, AssignmentId id) {
  if (!reviewed_) return std::nullopt;
  struct Found {
    ReviewId id;
    ContentRef reason;
    DeliveryReview review;
  };
  auto found = TRY(tx.first(
      "SELECT review, reviewer, verdict, reason_ref, created_at FROM review WHERE room = $1 AND"
      " project = $2 AND assignment = $3 ORDER BY review DESC LIMIT 1",
      {ctx_.room, project_, id}, [&](const Row& row) {
        return Found{row.id<ReviewId>(0),
                     row.id<ContentRef>(3),
                     {std::string(word(static_cast<Verdict>(row.integer(2)))),
                      {},
                      ctx_.ids.show(row.id<MemberId>(1)),
                      row.integer(4)}};
      }));
  if (!found) return std::nullopt;
  auto plain =
      TRY(store::open_content(tx, {ctx_.room, project_, ContentType::review, found->id.value},
                              found->reason, store::Reason::deliver));
  auto body = TRY(parse_json(plain.expose()));
  if (const auto* reason = find_string(body, "reason")) found->review.reason = view(*reason);
  return std::move(found->review);
}

std::string_view DeliveryReader::member_name(MemberId id) {
  std::string& name = members_[id];
  if (name.empty()) name = ctx_.ids.show(id);
  return name;
}

Result<void> DeliveryReader::add_provenance(Tx& tx, const DeliveryTask& task,
                                            const HeldAnswers& held, DeliverySubmission& shown) {
  ctx_.ids.append(shown.id, store::IdType::submission, project_, held.id.value);
  shown.revision = held.revision;
  shown.member = member_name(held.member);
  if (held.vendor) shown.vendor = vendors_[held.vendor];
  shown.active_ms = held.active_ms;
  shown.guidelines_version = held.guidelines_version;
  shown.template_version = held.template_version;
  shown.state = word(held.state);
  shown.review = TRY(newest_review(tx, held.id));
  if (kind_ == "preference") {
    shown.presentation = presentation_json(
        held.order_seed, count_raw_items(raw_member(task.data.text(), "responses")));
  }
  return {};
}

Result<void> DeliveryReader::add_dialogue(Tx& tx, const HeldAnswers& held,
                                          DeliverySubmission& shown) {
  auto form = TRY(ctx_.projects.form(tx, project_, held.template_version));
  if (!form->dialogue() || held.adjudicated) return {};
  auto a = TRY(find_assignment(tx, ctx_, project_, held.id));
  auto d = TRY(dialogue::look(tx, ctx_, a, store::Reason::deliver));
  shown.dialogue = LazyJson(dialogue::record_json(d, ctx_.ids));
  return {};
}

bool DeliveryReader::add_posterior(TaskId id, DeliveryTask& task) const {
  auto found = posteriors_->by_task.find(id.value);
  if (found == posteriors_->by_task.end()) return filter_.posterior->least <= 0;
  std::string_view label;
  if (!posteriors_->parts) label = posteriors_->labels[found->second.label];
  task.posterior = {posteriors_->question, label, found->second.p};
  return task.posterior->p >= filter_.posterior->least;
}

Result<void> DeliveryReader::append_task(Tx& tx, const HeldTask& held,
                                         std::span<const HeldAnswers> answers, std::string& out) {
  pool_->memory.release();
  json::storage_ptr pool(&pool_->memory);
  auto parts = split_task_body(held.body.expose());
  DeliveryTask task;
  ctx_.ids.append(task.task_id, store::IdType::task, project_, held.id.value);
  task.key = parts.key;
  task.data = LazyJson(parts.data, pool);
  task.template_kind = kind_;
  if (filter_.posterior && posteriors_ && !add_posterior(held.id, task)) {
    format_.leave_out(Drop::unsure, answers.size());
    return {};
  }
  if (auto name = batches_.find(held.batch); name != batches_.end()) task.batch = name->second;
  task.submissions.reserve(answers.size());
  for (const auto& one : answers) {
    auto& shown = task.submissions.emplace_back();
    shown.answers = LazyJson(one.answers.expose(), pool);
    shown.submitted_at_ms = one.submitted_at;
    shown.adjudicated = one.adjudicated;
    if (format_.tells_dialogues()) TRY(add_dialogue(tx, one, shown));
    if (format_.tells_provenance()) TRY(add_provenance(tx, task, one, shown));
    TRY(add_drafts(tx, one, shown));
    guidelines_[one.guidelines_version] = true;
    templates_[one.template_version] = true;
  }
  add_models(held.id, task);
  return format_.append(task, out);
}

Result<bool> DeliveryReader::next(Tx& tx, std::string& out) {
  TRY(learn_project(tx));
  TRY(read_tasks(tx));
  if (tasks_.empty()) return false;
  after_ = tasks_.back().id;
  TRY(read_answers(tx));
  TRY(read_models(tx));
  auto at = answers_.begin();
  for (const auto& held : tasks_) {
    while (at != answers_.end() && at->task < held.id) ++at;  // of a batch that is filtered out
    auto end = std::find_if(at, answers_.end(), [&](const auto& a) { return a.task != held.id; });
    if (at != end) TRY(append_task(tx, held, {at, end}, out));
    if (format_.is_full()) return false;
    at = end;
  }
  return true;
}

}  // namespace guildhall::work
