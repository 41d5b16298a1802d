#include <fmt/format.h>

#include <charconv>

#include "room/idempotency.h"
#include "room/render.h"
#include "work/dialogue/dialogue.h"
#include "work/place.h"
#include "work/submission.h"
#include "work/task_body.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;
using work::Assignment;

constexpr Field kHeartbeat[] = {{"token", Kind::text, true, "the lease's fencing token"},
                                {"active_ms", Kind::integer, false, "time worked so far"}};
constexpr Field kDraft[] = {{"token", Kind::text, true},
                            {"revision", Kind::integer, true, "counts up from 1"},
                            {"answers", Kind::object, true}};
constexpr Field kSubmission[] = {
    {"token", Kind::text, true}, {"answers", Kind::object, true}, {"active_ms", Kind::integer}};
constexpr Field kSkip[] = {{"token", Kind::text, true},
                           {"reason", Kind::text, true},
                           {"note", Kind::text},
                           {"active_ms", Kind::integer}};

constexpr Field kRelease[] = {{"token", Kind::text, true}};

constexpr std::string_view kSkipReasons[] = {"not-my-field", "broken", "too-long", "unsafe",
                                             "other"};

constexpr std::string_view kDraftKept = R"("draft_kept":true)";

work::LeaseProof proof_of(const Call& call) {
  return {call.project, call.id<AssignmentId>("assignment"), lease_token(call, -1)};
}

// The submission whose review is asked for; 0: whatever comes next.
Result<AssignmentId> wanted_submission(const Call& call, work::TaskKind kind) {
  auto text = call.request.param("submission");
  if (!text) return AssignmentId{};
  if (kind != work::TaskKind::review) {
    return fail(Fault::invalid, "bad-parameter", "A submission goes with kind=review.",
                "submission");
  }
  auto opened = TRY(call.room.ids().open(store::IdType::submission, *text));
  if (opened.project == call.project) return AssignmentId{opened.inner};
  return fail(Fault::not_found, "not-found", "There is nothing here.");
}

Result<Reply> claim(Call& call) {
  auto text = call.request.param("kind").value_or("work");
  auto kind = work::from_word<work::TaskKind>(text);
  if (!kind || *kind == work::TaskKind::gold) {
    return fail(Fault::invalid, "bad-parameter", "kind is work, review or adjudication.", "kind");
  }
  AssignmentId submission = TRY(wanted_submission(call, *kind));
  work::ClaimFrame frame;
  frame.who = [&](Tx& tx) -> Result<work::Actor> {
    TRY(permit(tx, call));
    if (*kind != work::TaskKind::work && call.who.role == Role::expert) {
      return fail(Fault::forbidden, "forbidden", "Experts answer; reviewers review.");
    }
    return call.actor();
  };
  auto claimed = TRY(work::claim(call.room.work(), frame, call.project, *kind, submission));
  if (!claimed.assignment) {
    Reply none = no_content();
    none.header("Guildhall-Reason", std::string(work::word(claimed.reason)));
    return none;
  }
  store::OpeningFor whom(call.who.member);
  // After the claim's transaction: opening waits for the disk, and there everybody would wait too.
  auto shown = TRY(call.room.db().read_as(
      [&](Tx& tx) { return read_assignment(tx, call, *claimed.assignment, true); }));
  JsonWriter out;
  TRY(write_assignment(out, call, shown));
  return json_reply(201, out.take());
}

Result<Reply> list_assignments(Call& call) {
  std::optional<ProjectId> only;
  if (auto project = call.request.param("project")) {
    only = TRY(call.room.ids().open_project(*project));
  }
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    out.begin_object().key("items").begin_array();
    for (const auto& a : TRY(work::open_assignments(tx, call.room.work(), call.who.member))) {
      if (only && *only != a.project) continue;
      TRY(write_assignment(out, call, TRY(read_assignment(tx, call, a, false))));
    }
    out.end_array().key("next").null().end_object();
    return {};
  }));
  return json_reply(200, out.take());
}

Result<Assignment> own_assignment(Tx& tx, const Call& call) {
  auto a = TRY(work::find_assignment(tx, call.room.work(), call.project,
                                     call.id<AssignmentId>("assignment")));
  if (a.member != call.who.member) {
    return fail(Fault::not_found, "not-found", "There is nothing here.");
  }
  return a;
}

Result<Reply> get_assignment(Call& call) {
  auto shown = TRY(call.room.db().read_as([&](Tx& tx) -> Result<ShownAssignment> {
    return read_assignment(tx, call, TRY(own_assignment(tx, call)), true);
  }));
  JsonWriter out;
  TRY(write_assignment(out, call, shown));
  return json_reply(200, out.take());
}

Result<Reply> heartbeat(Call& call) {
  auto a = TRY(work::heartbeat(call.room.work(), call.actor(), proof_of(call),
                               int_or(call.body, "active_ms", 0)));
  JsonWriter out;
  out.begin_object();
  write_lease(out, a);
  out.end_object();
  return json_reply(200, out.take());
}

// What is needed of an assignment to judge answers made under it.
struct Asked {
  Assignment assignment;
  std::shared_ptr<const work::Template> form;
  std::shared_ptr<const work::Settings> settings;
  std::string vendor;
  json::value data;
  std::optional<json::value> gold;  // {answers, reason?}
};

// What its holder was shown.
Result<std::string> shown_data(Tx& tx, const Call& call, const Assignment& a) {
  if (auto shown = call.room.shown_tasks().find(a.project, a.data_ref)) return *std::move(shown);
  return open_task_data(tx, call, a.project, a.task.value, a.data_ref);
}

Result<Asked> open_asked(Tx& tx, Call& call, AssignmentId id) {
  Asked asked;
  TRY(permit(tx, call));
  store::OpeningFor whom(call.who.member);
  asked.assignment = TRY(work::find_assignment(tx, call.room.work(), call.project, id));
  const auto& a = asked.assignment;
  if (a.member != call.who.member) {
    return fail(Fault::not_found, "not-found", "There is nothing here.");
  }
  auto& projects = call.room.work().projects;
  asked.form = TRY(projects.form(tx, a.project, a.template_version));
  asked.settings = TRY(projects.settings(tx, a.project, a.settings_version));
  asked.vendor = TRY(vendor_of(tx, call, a));
  asked.data = TRY(parse_json(TRY(shown_data(tx, call, a))));
  if (a.kind != work::TaskKind::gold) return asked;
  auto task = TRY(work::find_task(tx, call.room.id(), a.project, a.task));
  auto gold = TRY(work::open_task_content(tx, call.room.work(), a.project, store::ContentType::gold,
                                          a.task, task.gold_ref, store::Reason::work));
  asked.gold = TRY(parse_json(gold.expose()));
  return asked;
}

// Complete, and true to the conversation that they speak of.
Result<void> check_whole(const Call& call, const Asked& asked, const json::value& answers) {
  TRY(asked.form->check_answers(answers, asked.data, true));
  if (!asked.form->dialogue()) return {};
  return call.room.db().read([&](Tx& tx) {
    return work::dialogue::check_answers(tx, call.room.work(), asked.assignment, answers);
  });
}

// A refusal that carries members of its own besides those of every problem.
Reply refusal_with(const Call& call, const Error& error, std::string_view members) {
  Reply refused = net::problem(error, call.request.request_id);
  refused.body.pop_back();
  refused.body += fmt::format(",{}}}", members);
  return refused;
}

// The draft that the server holds, for someone whose own is older.
Result<Reply> stale_draft(Call& call, const Error& error) {
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    out.begin_object();
    return write_draft(tx, out, call, TRY(own_assignment(tx, call)));
  }));
  return refusal_with(call, error, std::string_view(out.text()).substr(1));
}

Result<Reply> put_draft(Call& call) {
  auto revision = int_or(call.body, "revision", 0);
  auto kept = work::save_draft(call.room.work(), call.actor(), proof_of(call), revision,
                               to_json(*find(call.body, "answers")));
  if (!kept && kept.error().type == "stale-draft") return stale_draft(call, kept.error());
  if (!kept && kept.error().type == "stale-token") {
    return refusal_with(call, kept.error(), kDraftKept);
  }
  TRY(std::move(kept));
  JsonWriter out;
  out.begin_object().field("revision", revision).end_object();
  return json_reply(200, out.take());
}

constexpr double kGoldRight = 0.999;  // every question that is compared answered as the gold is

void write_gold(JsonWriter& out, const Asked& asked, double agreement) {
  out.key("gold").begin_object().field("right", agreement >= kGoldRight);
  out.field("agreement", agreement);
  if (const auto* answers = find(*asked.gold, "answers")) out.field("answers", *answers);
  if (const auto* reason = find_string(*asked.gold, "reason")) out.field("reason", view(*reason));
  out.end_object();
}

// For the figures on quality, where they are held: nobody opens these answers again for them.
void note_for_quality(const Call& call, const Asked& asked, const Assignment& done,
                      const json::value& answers) {
  auto& quality = call.room.quality();
  if (!quality.holds(done.project)) return;
  quality.note(done.project, {done.id, done.task, done.kind == work::TaskKind::gold,
                              done.answers_ref, done.submitted_at, asked.form->closed_questions(),
                              asked.form->judgments_of(answers)});
}

Reply submitted_reply(const Call& call, const work::Submitted& done, const Asked& asked,
                      std::optional<double> agreement) {
  JsonWriter out;
  out.begin_object();
  write_submission_fields(out, call, done.assignment, asked.vendor);
  if (agreement && asked.settings->gold_feedback) write_gold(out, asked, *agreement);
  out.end_object();
  Reply reply = json_reply(201, out.take());
  if (done.repeated) reply.header("Idempotency-Replayed", "true");
  return reply;
}

Result<Reply> submit(Call& call) {
  work::SubmitIn in;
  in.proof = proof_of(call);
  in.active_ms = int_or(call.body, "active_ms", 0);
  in.request_hash = TRY(request_hash(call));
  const json::value& answers = *find(call.body, "answers");
  auto asked = TRY(
      call.room.db().read_as([&](Tx& tx) { return open_asked(tx, call, in.proof.assignment); }));
  TRY(check_whole(call, asked, answers));
  in.answers_json = to_json(answers);
  std::optional<double> agreement;
  if (asked.gold) {
    agreement = asked.form->gold_agreement(answers, asked.gold->at("answers"), asked.data);
    in.gold_right = *agreement >= kGoldRight;
  }
  in.review_drawn = static_cast<std::int64_t>(call.room.work().random.below(100)) <
                    asked.settings->review_percent;
  auto done = work::submit(call.room.work(), call.actor(), in);
  if (!done && (done.error().type == "stale-token" || done.error().type == "place-taken")) {
    return refusal_with(call, done.error(), kDraftKept);
  }
  auto submitted = TRY(std::move(done));
  note_for_quality(call, asked, submitted.assignment, answers);
  return submitted_reply(call, submitted, asked, agreement);
}

Result<Reply> revise(Call& call) {
  work::SubmitIn in;
  in.proof = {call.project, call.id<AssignmentId>("submission"), lease_token(call, -1)};
  in.active_ms = int_or(call.body, "active_ms", 0);
  in.request_hash = TRY(request_hash(call));
  const json::value& answers = *find(call.body, "answers");
  auto asked = TRY(
      call.room.db().read_as([&](Tx& tx) { return open_asked(tx, call, in.proof.assignment); }));
  TRY(check_whole(call, asked, answers));
  in.answers_json = to_json(answers);
  auto done = TRY(work::revise(call.room.work(), call.actor(), in));
  note_for_quality(call, asked, done.assignment, answers);
  return submitted_reply(call, done, asked, std::nullopt);
}

Result<Reply> skip(Call& call) {
  auto reason = text_or(call.body, "reason", "");
  if (std::ranges::find(kSkipReasons, reason) == std::ranges::end(kSkipReasons)) {
    return fail(Fault::invalid, "bad-reason",
                "reason is not-my-field, broken, too-long, unsafe or other.", "/reason");
  }
  TRY(work::skip(call.room.work(), call.actor(), proof_of(call), reason,
                 text_or(call.body, "note", ""), int_or(call.body, "active_ms", 0)));
  return no_content();
}

Result<Reply> release(Call& call) {
  TRY(work::release(call.room.work(), call.actor(), proof_of(call)));
  return no_content();
}

constexpr auto kWorkers = Role::expert | Role::reviewer | Role::manager | Role::owner;

}  // namespace

void add_work_routes(Routes& routes) {
  constexpr auto in_project = allow(kWorkers).writing().in(Scope::project);
  routes.push_back({Method::post,
                    "/projects/{project}/assignments",
                    in_project,
                    claim,
                    "Claim the next task",
                    "Assignment",
                    201,
                    BodyKind::none,
                    {},
                    Repeats::stored,
                    Permission::inside});
  routes.push_back({Method::get, "/assignments", allow(identity::kAllRoles).in(Scope::own),
                    list_assignments, "The caller's open assignments", "AssignmentList"});
  routes.push_back({Method::get, "/assignments/{assignment}",
                    allow(identity::kAllRoles).in(Scope::project), get_assignment,
                    "One assignment of the caller's", "Assignment"});
  routes.push_back({Method::post, "/assignments/{assignment}/heartbeat", in_project, heartbeat,
                    "Keep a lease alive", "Lease", 200, BodyKind::json, kHeartbeat,
                    Repeats::harmless});
  routes.push_back({Method::put, "/assignments/{assignment}/draft", in_project, put_draft,
                    "Keep a draft", "DraftKept", 200, BodyKind::json, kDraft, Repeats::harmless});
  routes.push_back({Method::post, "/assignments/{assignment}/submission", in_project, submit,
                    "Submit an answer", "Submission", 201, BodyKind::json, kSubmission,
                    Repeats::own, Permission::inside});
  routes.push_back({Method::post, "/assignments/{assignment}/skip", in_project, skip,
                    "Give a task back", "", 204, BodyKind::json, kSkip});
  routes.push_back({Method::post, "/assignments/{assignment}/release", in_project, release,
                    "Give a lease back untouched", "", 204, BodyKind::json, kRelease});
  routes.push_back({Method::post, "/submissions/{submission}/revision", in_project, revise,
                    "Revise returned work", "Submission", 201, BodyKind::json, kSubmission,
                    Repeats::own, Permission::inside});
}

}  // namespace guildhall::room
