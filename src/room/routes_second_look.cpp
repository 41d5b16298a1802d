#include "room/render.h"
#include "room/review_words.h"
#include "work/second_look.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;
using work::Calibration;
using work::Verdict;
using work::VerdictCounts;

constexpr Field kGive[] = {{"verdict", Kind::text, true}, {"reason", Kind::text}};
constexpr Verdict kVerdicts[] = {Verdict::accept, Verdict::fix, Verdict::give_back,
                                 Verdict::reject};

// The submission as it was judged, and its task: nothing of the verdict.
Result<std::string> look_json(Tx& tx, const Call& call, const work::Assignment& s) {
  const auto& ids = call.room.ids();
  JsonWriter out;
  out.begin_object().key("submission").begin_object();
  out.field("id", ids.show_submission(s.project, s.id)).field("revision", s.revision);
  out.key("answers").raw(TRY(open_answers(tx, call, s)));
  out.field("member", ids.show(s.member)).field("template_version", s.template_version);
  out.field("guidelines_version", s.guidelines_version).end_object();
  auto form = TRY(call.room.work().projects.form(tx, s.project, s.template_version));
  auto data = TRY(parse_json(TRY(open_task_data(tx, call, s.project, s.task.value, s.data_ref))));
  out.key("task").begin_object().field("id", ids.show(s.project, s.task));
  out.key("data").raw(form->blind_data(data)).end_object().end_object();
  return out.take();
}

Result<Reply> take(Call& call) {
  auto look = TRY(work::take_second_look(call.room.work(), call.actor(), call.project));
  if (!look) return no_content();
  return json_reply(
      201,
      TRY(call.room.db().read_as([&](Tx& tx) { return look_json(tx, call, look->submission); })));
}

Result<Reply> give(Call& call) {
  auto verdict = TRY(verdict_of(call));
  auto reason = text_or(call.body, "reason", "");
  TRY(check_reason(reason, false));
  auto given = TRY(work::give_second_look(call.room.work(), call.actor(), call.project,
                                          call.id<AssignmentId>("submission"), verdict, reason));
  JsonWriter out;
  out.begin_object().key("mine").begin_object().field("verdict", work::word(verdict));
  out.field("reason", reason).end_object().key("first").begin_object();
  out.field("verdict", work::word(given.first)).field("reason", given.first_reason);
  out.field("note", given.first_note).field("reviewer", call.room.ids().show(given.reviewer));
  out.end_object().end_object();
  return json_reply(201, out.take());
}

void write_counts(JsonWriter& out, std::string_view name, const VerdictCounts& counts) {
  out.key(name).begin_object();
  for (Verdict verdict : kVerdicts) {
    out.field(work::word(verdict), counts[work::place_of_verdict(verdict)]);
  }
  out.end_object();
}

void write_looks(JsonWriter& out, const Calibration& calibration) {
  std::int64_t count = 0, same = 0;
  for (Verdict first : kVerdicts) {
    const auto& row = calibration.looks[work::place_of_verdict(first)];
    for (std::int64_t looks : row) count += looks;
    same += row[work::place_of_verdict(first)];
  }
  out.key("second_looks").begin_object().field("count", count).field("same", same);
  out.key("matrix").begin_object();
  for (Verdict first : kVerdicts) {
    write_counts(out, work::word(first), calibration.looks[work::place_of_verdict(first)]);
  }
  out.end_object().end_object();
}

Result<Reply> calibration(Call& call) {
  auto found = TRY(call.room.db().read_as([&](Tx& tx) {
    return work::calibration_of(tx, call.room.work(), call.project, call.who.member);
  }));
  JsonWriter out;
  out.begin_object();
  write_counts(out, "mine", found.mine);
  write_counts(out, "others", found.others);
  write_looks(out, found);
  out.key("recent").begin_array();
  for (const auto& look : found.recent) {
    out.begin_object();
    out.field("submission", call.room.ids().show_submission(call.project, look.submission));
    out.field("mine", work::word(look.mine)).field("first", work::word(look.first));
    out.field("at", rfc3339(look.at)).end_object();
  }
  out.end_array().end_object();
  return json_reply(200, out.take());
}

}  // namespace

void add_second_look_routes(Routes& routes) {
  constexpr auto judge = allow(kStaff | Role::reviewer).writing().in(Scope::project);
  routes.push_back({Method::post, "/projects/{project}/second-looks", judge, take,
                    "Something that another reviewer judged, to judge again blind", "SecondLook",
                    201});
  routes.push_back({Method::post, "/submissions/{submission}/second-look", judge, give,
                    "The second verdict; what the first was", "SecondLookGiven", 201,
                    BodyKind::json, kGive});
  routes.push_back({Method::get, "/projects/{project}/calibration",
                    allow(kStaff | Role::reviewer).in(Scope::project), calibration,
                    "The caller's verdicts beside the others'", "Calibration"});
}

}  // namespace guildhall::room
