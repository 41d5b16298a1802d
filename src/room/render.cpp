#include "room/render.h"

#include "room/dialogue_json.h"
#include "room/model_json.h"
#include "store/content.h"
#include "work/outcome.h"
#include "work/presentation.h"
#include "work/task_body.h"

namespace guildhall::room {

using store::ContentType;
using store::Tx;
using work::Assignment;
using work::TaskKind;

namespace {

std::string_view state_word(identity::MemberState state) {
  switch (state) {
    case identity::MemberState::invited: return "invited";
    case identity::MemberState::active: return "active";
    case identity::MemberState::removed: return "removed";
  }
  return "removed";
}

Result<std::vector<Assignment>> submissions_of(Tx& tx, const Call& call, ProjectId project,
                                               TaskId task) {
  std::vector<Assignment> all;
  TRY(tx.query("SELECT " GH_ASSIGNMENT_COLUMNS
               " FROM assignment a WHERE a.room = $1 AND a.project = $2 AND a.task = $3 AND"
               " (a.state = 12 OR a.state = 13) ORDER BY a.assignment",
               {call.room.id(), project, task}, [&](const store::Row& row) {
                 all.push_back(work::read_assignment(row));
                 return true;
               }));
  return all;
}

Result<void> write_answer(Tx& tx, JsonWriter& out, const Call& call, const Assignment& a) {
  const auto& ids = call.room.ids();
  out.begin_object().field("id", ids.show_submission(a.project, a.id));
  out.field("revision", a.revision).field("member", ids.show(a.member));
  out.field("submitted_at", rfc3339(a.submitted_at));
  out.key("answers").raw(TRY(open_answers(tx, call, a)));
  TRY(write_dialogue_of(tx, out, call, a));
  out.end_object();
  return {};
}

// What a reviewer or adjudicator is shown beside the task.
Result<void> write_judged(Tx& tx, JsonWriter& out, const Call& call, const work::TaskRow& task,
                          ProjectId project) {
  if (task.kind == TaskKind::review) {
    auto submission = TRY(work::find_assignment(tx, call.room.work(), project, task.origin));
    out.key("review").begin_object().key("submission");
    TRY(write_answer(tx, out, call, submission));
    out.key("previous").begin_array();
    TRY(write_reviews(tx, out, call, submission));
    out.end_array().end_object();
  } else if (task.kind == TaskKind::adjudication) {
    out.key("adjudication").begin_object().key("submissions").begin_array();
    for (const auto& answer : TRY(submissions_of(tx, call, project, task.parent))) {
      TRY(write_answer(tx, out, call, answer));
    }
    out.end_array();
    TRY(write_model_answers(tx, out, call, project, task.parent));
    out.end_object();
  }
  return {};
}

Result<void> write_suggestions(Tx& tx, JsonWriter& out, const Call& call, const Assignment& a,
                               const work::TaskRow& task) {
  auto settings = TRY(call.room.work().projects.settings(tx, a.project, a.settings_version));
  if (!settings->show_suggestions) return {};
  out.key("suggestions").begin_array();
  if (task.extra_ref) {
    auto plain = TRY(work::open_task_content(tx, call.room.work(), a.project, ContentType::extra,
                                             task.id, task.extra_ref, store::Reason::work));
    auto extra = TRY(parse_json(plain.expose()));
    if (const auto* brought = find_array(extra, "suggestions")) {
      for (const auto& one : *brought) out.value(one);
    }
  }
  TRY(write_drafts(tx, out, call, a));
  out.end_array();
  return {};
}

}  // namespace

Result<void> write_draft(Tx& tx, JsonWriter& out, const Call& call, const Assignment& a) {
  out.key("draft");
  if (!a.draft_ref) {
    out.null();
    return {};
  }
  auto plain = TRY(store::open_content(tx, work::draft_content(call.room.id(), a.project, a.id),
                                       a.draft_ref, store::Reason::work));
  out.begin_object().field("revision", a.draft_revision);
  out.key("answers").raw(plain.expose()).end_object();
  return {};
}

void write_member(JsonWriter& out, const Call& call, const identity::Member& member) {
  bool may_name =
      call.is_staff() || call.who.role == identity::Role::auditor || call.who.member == member.id;
  out.begin_object().field("id", call.room.ids().show(member.id));
  out.field("name", may_name ? member.name : std::string());
  out.field("email", may_name ? member.email : std::string());
  out.field("role", identity::role_name(member.role)).field("everywhere", member.everywhere);
  out.field("state", state_word(member.state)).field("vendor", member.vendor_name);
  out.field("created_at", rfc3339(member.created_at)).end_object();
}

std::string me_json(Call& call, const identity::Member& member) {
  call.who.member = member.id;
  JsonWriter out;
  out.begin_object().key("member");
  write_member(out, call, member);
  out.key("room").begin_object().field("title", "Guildhall");
  const auto& options = call.room.options();
  out.field("insecure_demo", options.demo).field("insecure_no_sandbox", !options.boxed);
  out.field("locked", false);
  out.end_object().end_object();
  return out.take();
}

void write_project(JsonWriter& out, const Call& call, const work::Project& project,
                   std::int64_t seen) {
  bool expert = call.who.role == identity::Role::expert;
  out.begin_object().field("id", call.room.ids().show(project.id));
  out.field("title", *project.title);
  out.field("state", work::word(project.state));
  out.key("template").begin_object().field("kind", project.form->kind());
  out.field("version", project.template_version).end_object();
  out.field("guidelines_version", project.guidelines_version);
  out.field("guidelines_seen", seen).field("guidelines_must", project.guidelines_must);
  out.field("settings_version", project.settings_version);
  out.key("settings").raw(work::settings_json(*project.settings, expert));
  out.field("created_at", rfc3339(project.created_at));
  out.field("role", identity::role_name(call.who.role)).end_object();
}

void write_lease(JsonWriter& out, const Assignment& a) {
  out.key("lease").begin_object().field("token", std::to_string(a.token));
  out.field("expires_at", rfc3339(a.expires_at)).end_object();
}

Result<std::string> open_task_data(Tx& tx, const Call& call, ProjectId project, std::int64_t task,
                                   ContentRef ref, std::string* key) {
  auto plain = TRY(work::open_task_content(tx, call.room.work(), project, ContentType::task,
                                           TaskId{task}, ref, store::Reason::work));
  auto body = work::split_task_body(plain.expose());
  if (key) *key = body.key;
  return std::string(body.data);
}

Result<std::string> open_answers(Tx& tx, const Call& call, const Assignment& a) {
  auto plain = TRY(
      store::open_content(tx, work::answers_content(call.room.id(), a.project, a.id, a.answers_ref),
                          a.answers_ref, store::Reason::review));
  return std::string(plain.expose());
}

Result<ShownAssignment> read_assignment(Tx& tx, const Call& call, const Assignment& a, bool whole) {
  ShownAssignment shown;
  shown.assignment = a;
  shown.project = TRY(call.room.work().projects.find(tx, a.project));
  auto task = TRY(work::find_task(tx, call.room.id(), a.project, a.task));
  shown.task = task.parent ? task.parent : task.id;
  if (!whole) return shown;
  auto since = call.room.shown_tasks().forgettings();
  shown.data = TRY(open_task_data(tx, call, a.project, shown.task.value, a.data_ref));
  call.room.shown_tasks().keep(a.project, a.data_ref, shown.data, since);
  shown.form = TRY(call.room.work().projects.form(tx, a.project, a.template_version));
  JsonWriter more;
  more.begin_object();
  TRY(write_draft(tx, more, call, a));
  TRY(write_suggestions(tx, more, call, a, task));
  if (a.state == work::AssignmentState::returned) {
    more.key("reviews").begin_array();
    TRY(write_reviews(tx, more, call, a));
    more.end_array().key("answers").raw(TRY(open_answers(tx, call, a)));
  }
  TRY(write_judged(tx, more, call, task, a.project));
  shown.more = more.take().substr(1);
  return shown;
}

Result<void> write_assignment(JsonWriter& out, const Call& call, const ShownAssignment& shown) {
  const auto& ids = call.room.ids();
  const Assignment& a = shown.assignment;
  // To the expert a check task is work like any other.
  auto kind = a.kind == TaskKind::gold ? TaskKind::work : a.kind;
  out.begin_object().field("id", ids.show(a.project, a.id));
  out.field("kind", work::word(kind)).field("state", work::word(a.state));
  out.key("project").begin_object().field("id", ids.show(a.project));
  out.field("title", *shown.project.title).end_object();
  out.field("guidelines_version", a.guidelines_version);
  out.field("template_version", a.template_version);
  write_lease(out, a);
  if (a.revision > 0) out.field("submission", ids.show_submission(a.project, a.id));
  out.key("task").begin_object().field("id", ids.show(a.project, shown.task));
  if (!shown.form) {
    out.end_object().end_object();
    return {};
  }
  auto value = TRY(parse_json(shown.data));
  out.key("data").raw(shown.form->blind_data(value)).end_object();
  out.key("presentation").raw(work::presentation_json(a.order_seed, shown.form->kind(), value));
  out.raw_members(shown.more).end_object();
  return {};
}

Result<void> write_reviews(Tx& tx, JsonWriter& out, const Call& call, const Assignment& s) {
  struct Found {
    ReviewId id;
    MemberId reviewer;
    work::Verdict verdict;
    std::int64_t revision;
    ContentRef reason;
    TimeMs at;
  };
  std::vector<Found> found;
  TRY(
      tx.query("SELECT review, reviewer, verdict, revision, reason_ref, created_at FROM review"
               " WHERE room = $1 AND project = $2 AND assignment = $3 ORDER BY review",
               {call.room.id(), s.project, s.id}, [&](const store::Row& row) {
                 found.push_back({row.id<ReviewId>(0), row.id<MemberId>(1),
                                  static_cast<work::Verdict>(row.integer(2)), row.integer(3),
                                  row.id<ContentRef>(4), row.integer(5)});
                 return true;
               }));
  for (const auto& review : found) {
    auto plain = TRY(
        store::open_content(tx, {call.room.id(), s.project, ContentType::review, review.id.value},
                            review.reason, store::Reason::review));
    auto reason = TRY(parse_json(plain.expose()));
    out.begin_object().field("id", call.room.ids().show(s.project, review.id));
    out.field("reviewer", call.room.ids().show(review.reviewer));
    out.field("verdict", work::word(review.verdict)).field("revision", review.revision);
    out.field("reason", reason.at("reason")).field("note", reason.at("note"));
    out.field("created_at", rfc3339(review.at)).end_object();
  }
  return {};
}

void write_submission_fields(JsonWriter& out, const Call& call, const Assignment& a,
                             std::string_view vendor) {
  const auto& ids = call.room.ids();
  bool expert = call.who.role == identity::Role::expert;
  out.field("id", ids.show_submission(a.project, a.id));
  out.field("task", ids.show(a.project, a.task)).field("assignment", ids.show(a.project, a.id));
  out.field("member", ids.show(a.member));
  out.field("vendor", vendor);
  // A check task looks accepted at once, like whatever sampling lets through.
  bool hide = expert && a.state == work::AssignmentState::submitted;
  out.field("state", work::word(hide ? work::AssignmentState::accepted : a.state));
  out.field("revision", a.revision).field("submitted_at", rfc3339(a.submitted_at));
  out.field("active_ms", a.active_ms).field("guidelines_version", a.guidelines_version);
  out.field("template_version", a.template_version);
}

Result<std::string> vendor_of(Tx& tx, const Call& call, const Assignment& a) {
  return identity::vendor_name(tx, call.room.id(), a.vendor, store::Reason::work);
}

Result<void> write_answers_and_score(Tx& tx, JsonWriter& out, const Call& call,
                                     const Assignment& a) {
  auto text = TRY(open_answers(tx, call, a));
  out.key("answers").raw(text);
  auto form = TRY(call.room.work().projects.form(tx, a.project, a.template_version));
  auto data = TRY(open_task_data(tx, call, a.project, a.task.value, a.data_ref));
  auto answers = TRY(parse_json(text));
  auto value = TRY(parse_json(data));
  if (auto score = form->score(answers, value)) out.field("score", *score);
  return {};
}

Result<void> write_revisions(Tx& tx, JsonWriter& out, const Call& call, const Assignment& s) {
  std::vector<Assignment> revisions;  // the submission as each revision made it
  std::vector<MemberId> authors;
  TRY(
      tx.query("SELECT revision, author, submitted_at, active_ms, answers_ref FROM revision WHERE"
               " room = $1 AND project = $2 AND assignment = $3 ORDER BY revision",
               {call.room.id(), s.project, s.id}, [&](const store::Row& row) {
                 Assignment at = s;
                 at.revision = row.integer(0);
                 at.submitted_at = row.integer(2);
                 at.active_ms = row.integer(3);
                 at.answers_ref = row.id<ContentRef>(4);
                 revisions.push_back(at);
                 authors.push_back(row.id<MemberId>(1));
                 return true;
               }));
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    out.begin_object().field("revision", revisions[i].revision);
    out.field("author", call.room.ids().show(authors[i]));
    out.field("submitted_at", rfc3339(revisions[i].submitted_at));
    out.field("active_ms", revisions[i].active_ms);
    out.key("answers").raw(TRY(open_answers(tx, call, revisions[i]))).end_object();
  }
  return {};
}

Result<void> write_submission(Tx& tx, JsonWriter& out, const Call& call, const Assignment& a,
                              bool with_answers) {
  out.begin_object();
  write_submission_fields(out, call, a, TRY(vendor_of(tx, call, a)));
  if (with_answers) TRY(write_answers_and_score(tx, out, call, a));
  out.end_object();
  return {};
}

}  // namespace guildhall::room
