#include "work/delivery_reader.h"

#include "base/limits.h"
#include "store/content.h"
#include "work/presentation.h"
#include "work/task_body.h"

namespace guildhall::work {

using store::ContentType;
using store::Row;
using store::Tx;

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
    } else {
      return bad("There is no such filter.");
    }
  }
  return filter;
}

Result<void> DeliveryReader::learn_names(Tx& tx) {
  if (learned_) return {};
  learned_ = true;
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
    auto name = TRY(
        store::open_content(tx, {ctx_.room, project_, ContentType::name, batch.value, ref.value},
                            ref, store::Reason::deliver));
    batches_[batch] = name.expose();
  }
  for (auto [vendor, ref] : vendors) {
    auto name = TRY(store::open_content(tx, {ctx_.room, {}, ContentType::name, vendor}, ref,
                                        store::Reason::deliver));
    vendors_[vendor] = name.expose();
  }
  auto review = TRY(tx.first("SELECT 1 FROM review WHERE room = $1 AND project = $2 LIMIT 1",
                             {ctx_.room, project_}, [](const Row&) { return true; }));
  reviewed_ = review.has_value();
  return {};
}

Result<std::vector<DeliveryReader::Held>> DeliveryReader::read_tasks(Tx& tx) {
  std::vector<Held> tasks;
  Result<void> opened;
  auto kind = TRY(ctx_.projects.find(tx, project_))
  .form->kind();
  TRY(tx.query(
      "SELECT " GH_TASK_COLUMNS
      ", c.body FROM task t JOIN content c ON c.room = t.room AND"
      " c.project = t.project AND c.ref = t.data_ref WHERE t.room = $1 AND t.project = $2 AND"
      " t.task > $3 AND t.kind = 1 AND t.taken >= $6 AND ($4 = 0 OR t.batch = $4)"
      " ORDER BY t.task LIMIT $5",
      {ctx_.room, project_, after_, filter_.batch, kDeliveryChunk,
       filter_.any_state ? 0 : 1},  // what was rejected has no place any more
      [&](const Row& row) {
        Held held{read_task(row), {}};
        auto body = store::open_body(
            task_content(ctx_.room, project_, ContentType::task, held.row.id, held.row.data_ref),
            row.bytes(kTaskColumns), store::Reason::deliver);
        if (!body) {
          opened = std::unexpected(body.error());
          return false;
        }
        auto parts = split_task_body(body->expose());
        held.task.task_id = ctx_.ids.show(project_, held.row.id);
        held.task.key = parts.key;
        held.task.data = std::string(parts.data);
        held.task.template_kind = kind;
        if (auto name = batches_.find(held.row.batch); name != batches_.end()) {
          held.task.batch = name->second;
        }
        tasks.push_back(std::move(held));
        return true;
      }));
  TRY(std::move(opened));
  return tasks;
}

Result<std::optional<DeliveryReview>> DeliveryReader::newest_review(Tx& tx, const Assignment& a) {
  if (!reviewed_) return std::nullopt;
  struct Found {
    ReviewId id;
    ContentRef reason;
    DeliveryReview review;
  };
  auto found = TRY(tx.first(
      "SELECT review, reviewer, verdict, reason_ref, created_at FROM review WHERE room = $1 AND"
      " project = $2 AND assignment = $3 ORDER BY review DESC LIMIT 1",
      {ctx_.room, project_, a.id}, [&](const Row& row) {
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

Result<DeliverySubmission> DeliveryReader::show(Tx& tx, const Held& held, const Assignment& a,
                                                std::string answers) {
  DeliverySubmission s;
  s.id = ctx_.ids.show_submission(project_, a.id);
  s.revision = a.revision;
  s.member = ctx_.ids.show(a.member);
  if (a.vendor) s.vendor = vendors_[a.vendor];
  s.submitted_at_ms = a.submitted_at;
  s.active_ms = a.active_ms;
  s.answers = std::move(answers);
  s.guidelines_version = a.guidelines_version;
  s.template_version = a.template_version;
  s.state = word(a.state);
  s.review = TRY(newest_review(tx, a));
  if (held.task.template_kind == "preference") {
    const auto* data = TRY(held.task.data.value());
    s.presentation = presentation_json(a.order_seed, held.task.template_kind, *data);
  }
  guidelines_[a.guidelines_version] = true;
  templates_[a.template_version] = true;
  return s;
}

Result<void> DeliveryReader::read_submissions(Tx& tx, std::vector<Held>& tasks) {
  struct Found {
    Assignment a;
    std::string answers;
  };
  std::vector<Found> found;
  Result<void> opened;
  std::int64_t least = filter_.any_state ? 10 : 12;
  std::int64_t most = filter_.any_state ? 15 : 13;
  TRY(tx.query("SELECT " GH_ASSIGNMENT_COLUMNS ", c.body FROM assignment a JOIN content c ON"
               " c.room = a.room AND c.project = a.project AND c.ref = a.answers_ref"
               " WHERE a.room = $1 AND a.project = $2 AND a.task >= $3 AND a.task <= $4 AND"
               " a.state >= $5 AND a.state <= $6 AND a.kind = 1 AND a.submitted_at >= $7"
               " ORDER BY a.task, a.assignment",
               {ctx_.room, project_, tasks.front().row.id, tasks.back().row.id, least, most,
                filter_.since_ms},
               [&](const Row& row) {
                 auto a = read_assignment(row);
                 auto body = store::open_body(
                     {ctx_.room, project_, ContentType::answers, a.id.value, a.revision},
                     row.bytes(kAssignmentColumns), store::Reason::deliver);
                 if (!body) {
                   opened = std::unexpected(body.error());
                   return false;
                 }
                 found.push_back({a, std::string(body->expose())});
                 return true;
               }));
  TRY(std::move(opened));
  auto held = tasks.begin();
  for (auto& [a, answers] : found) {
    while (held != tasks.end() && held->row.id < a.task) ++held;
    if (held == tasks.end()) break;
    if (held->row.id != a.task) continue;  // of a batch that is filtered out
    held->task.submissions.push_back(TRY(show(tx, *held, a, std::move(answers))));
  }
  return {};
}

// The adjudicator's answer, where there is one, stands above the others.
Result<void> DeliveryReader::add_final(Tx& tx, Held& held) {
  if (!held.row.final_) return {};
  auto a = TRY(find_assignment(tx, ctx_, project_, held.row.final_));
  auto plain = TRY(
      store::open_content(tx, {ctx_.room, project_, ContentType::answers, a.id.value, a.revision},
                          a.answers_ref, store::Reason::deliver));
  auto shown = TRY(show(tx, held, a, std::string(plain.expose())));
  shown.adjudicated = true;
  held.task.submissions.push_back(std::move(shown));
  return {};
}

Result<bool> DeliveryReader::next(Tx& tx, std::string& out) {
  TRY(learn_names(tx));
  auto tasks = TRY(read_tasks(tx));
  if (tasks.empty()) return false;
  after_ = tasks.back().row.id;
  TRY(read_submissions(tx, tasks));
  for (auto& held : tasks) {
    TRY(add_final(tx, held));
    if (!held.task.submissions.empty()) TRY(format_.append(held.task, out));
  }
  return true;
}

}  // namespace guildhall::work
