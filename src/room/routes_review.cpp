#include <fmt/format.h>

#include <charconv>

#include "base/limits.h"
#include "room/dialogue_json.h"
#include "room/render.h"
#include "room/review_words.h"
#include "work/place.h"
#include "work/submission.h"
#include "work/submission_list.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kAllRoles;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;
using work::Assignment;

constexpr Field kReview[] = {{"token", Kind::text, false, "of the review's lease"},
                             {"verdict", Kind::text, true},
                             {"reason", Kind::text},
                             {"note", Kind::text},
                             {"answers", Kind::object, false, "with fix: the corrected answers"},
                             {"active_ms", Kind::integer}};
constexpr Field kAdjudication[] = {{"token", Kind::text, true},
                                   {"answers", Kind::object, true},
                                   {"note", Kind::text},
                                   {"active_ms", Kind::integer}};
constexpr Field kAcceptAll[] = {{"submissions", Kind::texts, true, "up to 200"},
                                {"note", Kind::text}};
Result<Assignment> find_submission(Tx& tx, const Call& call) {
  auto s = TRY(work::find_assignment(tx, call.room.work(), call.project,
                                     call.id<AssignmentId>("submission")));
  bool foreign = call.who.role == Role::expert && s.member != call.who.member;
  if (s.revision == 0 || foreign) {
    return fail(Fault::not_found, "not-found", "There is nothing here.");
  }
  return s;
}

Result<void> check_against(Call& call, const Assignment& a, const json::value& answers) {
  return call.room.db().read([&](Tx& tx) -> Result<void> {
    auto form = TRY(call.room.work().projects.form(tx, a.project, a.template_version));
    auto data = TRY(open_task_data(tx, call, a.project, a.task.value, a.data_ref));
    TRY(form->check_answers(answers, TRY(parse_json(data)), true));
    return work::dialogue::check_answers(tx, call.room.work(), a, answers);
  });
}

Result<Reply> review(Call& call) {
  auto verdict = TRY(verdict_of(call));
  auto submission = TRY(call.room.db().read_as([&](Tx& tx) { return find_submission(tx, call); }));
  work::Judgement judgement{call.project,
                            submission.id,
                            lease_token(call, 0),
                            verdict,
                            text_or(call.body, "reason", ""),
                            text_or(call.body, "note", ""),
                            {},
                            int_or(call.body, "active_ms", 0)};
  TRY(check_reason(judgement.reason,
                   verdict == work::Verdict::give_back || verdict == work::Verdict::reject));
  if (judgement.token == 0 && !call.is_staff()) {
    return fail(Fault::invalid, "token-required", "Claim the review first.", "/token");
  }
  if (verdict == work::Verdict::fix) {
    const auto* answers = find(call.body, "answers");
    if (!answers || !answers->is_object()) {
      return fail(Fault::invalid, "missing-field", "fix needs the corrected answers.", "/answers");
    }
    TRY(check_against(call, submission, *answers));
    judgement.fixed_answers_json = to_json(*answers);
  }
  auto judged = TRY(work::judge(call.room.work(), call.actor(), judgement));
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    out.begin_object().field("review", call.room.ids().show(call.project, judged.review));
    out.key("submission");
    TRY(write_submission(tx, out, call, judged.submission, false));
    out.end_object();
    return {};
  }));
  return json_reply(201, out.take());
}

void write_refusal(JsonWriter& out, std::string_view submission, const Error& error) {
  out.begin_object().field("submission", submission);
  out.field("type", fmt::format("/problems/{}", error.type)).field("detail", error.detail);
  out.end_object();
}

// The ids that open, once each, with their texts; the others are refused in `out`.
Result<std::vector<std::string>> open_submissions(const Call& call, work::BulkAccept& in,
                                                  JsonWriter& out) {
  auto given = texts_of(call.body, "submissions");
  if (given.size() > kMaxBulkVerdicts) {
    return fail(Fault::invalid, "too-many-submissions",
                fmt::format("At most {} at a time.", kMaxBulkVerdicts), "/submissions");
  }
  std::vector<std::string> texts;
  for (auto& text : given) {
    if (std::ranges::find(texts, text) != texts.end()) continue;
    auto opened = call.room.ids().open(store::IdType::submission, text);
    if (opened && opened->project == call.project) {
      in.submissions.push_back(AssignmentId{opened->inner});
      texts.push_back(std::move(text));
    } else {
      write_refusal(out, text,
                    {Fault::not_found, "no-submission", "There is no such submission.", {}});
    }
  }
  return texts;
}

Result<Reply> accept_all(Call& call) {
  work::BulkAccept in{call.project, {}, text_or(call.body, "note", ""), call.is_staff()};
  JsonWriter out;
  out.begin_object().key("refused").begin_array();
  auto texts = TRY(open_submissions(call, in, out));
  auto judged = work::accept_all(call.room.work(), call.actor(), in);
  std::int64_t accepted = 0;
  for (std::size_t i = 0; i < judged.size(); ++i) {
    judged[i] ? void(++accepted) : write_refusal(out, texts[i], judged[i].error());
  }
  out.end_array().field("accepted", accepted).end_object();
  return json_reply(200, out.take());
}

Result<Reply> adjudicate(Call& call) {
  auto task = TRY(call.room.db().read_as([&](Tx& tx) {
    return work::find_task(tx, call.room.id(), call.project, call.id<TaskId>("task"));
  }));
  const json::value& answers = *find(call.body, "answers");
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    auto project = TRY(call.room.work().projects.find(tx, call.project));
    auto data = TRY(open_task_data(tx, call, call.project, task.id.value, task.data_ref));
    TRY(project.form->check_answers(answers, TRY(parse_json(data)), true));
    return work::dialogue::check_final(tx, call.room.work(), call.project, task.id, answers);
  }));
  auto settled =
      TRY(work::settle(call.room.work(), call.actor(),
                       {call.project, task.id, lease_token(call, 0), to_json(answers),
                        text_or(call.body, "note", ""), int_or(call.body, "active_ms", 0)}));
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    return write_submission(tx, out, call, settled, false);
  }));
  return json_reply(201, out.take());
}

Result<Reply> get_submission(Call& call) {
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    auto s = TRY(find_submission(tx, call));
    out.begin_object();
    write_submission_fields(out, call, s, TRY(vendor_of(tx, call, s)));
    TRY(write_answers_and_score(tx, out, call, s));
    TRY(write_dialogue_of(tx, out, call, s));
    out.key("reviews").begin_array();
    TRY(write_reviews(tx, out, call, s));
    out.end_array().key("revisions").begin_array();
    TRY(write_revisions(tx, out, call, s));
    out.end_array().end_object();
    return {};
  }));
  return json_reply(200, out.take());
}

Result<work::SubmissionFilter> filter_of(const Call& call) {
  work::SubmissionFilter filter;
  filter.limit = TRY(limit_of(call));
  if (auto place = TRY(place_of(call))) filter.after = {place->at, AssignmentId{place->key}};
  auto order = call.request.param("order").value_or("oldest");
  if (order != "oldest" && order != "newest") {
    return fail(Fault::invalid, "bad-parameter", "order is oldest or newest.", "order");
  }
  filter.newest_first = order == "newest";
  if (auto text = call.request.param("state")) {
    filter.state = work::from_word<work::AssignmentState>(*text);
    if (!filter.state || static_cast<std::int64_t>(*filter.state) < 10) {
      return fail(Fault::invalid, "bad-parameter", "No such state of a submission.", "state");
    }
  }
  if (auto text = call.request.param("member")) {
    filter.member = TRY(call.room.ids().open_member(*text));
  }
  if (auto text = call.request.param("task")) {
    auto opened = TRY(call.room.ids().open(store::IdType::task, *text));
    filter.task = TaskId{opened.inner};
  }
  filter.as_author_sees = call.who.role == Role::expert;
  if (call.request.param("mine") || filter.as_author_sees) filter.member = call.who.member;
  return filter;
}

Result<Reply> list_submissions(Call& call) {
  auto filter = TRY(filter_of(call));
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    auto found = TRY(work::list_submissions(tx, call.room.work(), call.project, filter));
    out.begin_object().key("items").begin_array();
    for (const auto& s : found) TRY(write_submission(tx, out, call, s, false));
    out.end_array().key("next");
    bool more = static_cast<std::int64_t>(found.size()) == filter.limit;
    more ? out.string(next_cursor(call, {found.back().submitted_at, found.back().id.value}))
         : out.null();
    out.end_object();
    return {};
  }));
  return json_reply(200, out.take());
}

}  // namespace

void add_review_routes(Routes& routes) {
  constexpr auto judge = allow(kStaff | Role::reviewer).writing().in(Scope::project);
  constexpr auto read = allow(kAllRoles).in(Scope::project);
  routes.push_back({Method::get, "/projects/{project}/submissions", read, list_submissions,
                    "Submissions; an expert sees their own", "SubmissionList"});
  routes.push_back({Method::get, "/submissions/{submission}", read, get_submission,
                    "One submission with answers, revisions and reviews", "SubmissionDetail"});
  routes.push_back({Method::post, "/submissions/{submission}/reviews", judge, review,
                    "Judge a submission", "Judged", 201, BodyKind::json, kReview});
  routes.push_back({Method::post, "/projects/{project}/reviews", judge, accept_all,
                    "Accept many submissions", "BulkVerdict", 200, BodyKind::json, kAcceptAll});
  routes.push_back({Method::post, "/tasks/{task}/adjudication", judge, adjudicate,
                    "Write the final answer of a task", "Submission", 201, BodyKind::json,
                    kAdjudication});
}

}  // namespace guildhall::room
