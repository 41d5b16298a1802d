#include "work/second_look.h"

#include "base/limits.h"
#include "store/content.h"
#include "store/deed.h"
#include "work/claim_steps.h"
#include "work/outcome.h"

namespace guildhall::work {
namespace {

using store::ContentType;
using store::Row;
using store::Tx;

// A verdict of somebody else.
struct Found {
  AssignmentId submission;
  ReviewId review;
  Verdict verdict = Verdict::accept;
  std::int64_t revision = 0;
};

Found read_found(const Row& row) {
  return {row.id<AssignmentId>(0), row.id<ReviewId>(1), static_cast<Verdict>(row.integer(2)),
          row.integer(3)};
}

Result<std::optional<Found>> open_look(Tx& tx, const Context& ctx, const Actor& actor,
                                       ProjectId project) {
  return tx.first(
      "SELECT assignment, review, first_verdict, revision FROM second_look WHERE room = $1 AND"
      " project = $2 AND member = $3 AND verdict = 0",
      {ctx.room, project, actor.member}, read_found);
}

// From `start` on, at most kSecondLookWalk verdicts far.
Result<std::optional<Found>> walk(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                                  std::int64_t start) {
  return tx.first(
      "SELECT v.assignment, v.review, v.verdict, v.revision FROM (SELECT assignment, review,"
      " verdict, revision, reviewer FROM review WHERE room = $1 AND project = $2 AND"
      " assignment >= $4 ORDER BY assignment, review LIMIT $5) v JOIN assignment a ON"
      " a.room = $1 AND a.project = $2 AND a.assignment = v.assignment AND a.kind = 1 WHERE"
      " v.reviewer <> $3 AND NOT EXISTS (SELECT 1 FROM assignment p WHERE p.room = $1 AND"
      " p.project = $2 AND p.task = a.task AND p.member = $3) AND NOT EXISTS (SELECT 1 FROM"
      " review o WHERE o.room = $1 AND o.project = $2 AND o.assignment = v.assignment AND"
      " o.reviewer = $3) AND NOT EXISTS (SELECT 1 FROM second_look l WHERE l.room = $1 AND"
      " l.project = $2 AND l.assignment = v.assignment AND l.member = $3)"
      " ORDER BY v.assignment, v.review LIMIT 1",
      {ctx.room, project, actor.member, start, kSecondLookWalk}, read_found);
}

Result<std::optional<Found>> draw(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                                  std::uint64_t dice) {
  auto bounds =
      TRY(tx.first("SELECT (SELECT min(assignment) FROM review WHERE room = $1 AND project = $2),"
                   " (SELECT max(assignment) FROM review WHERE room = $1 AND project = $2)",
                   {ctx.room, project},
                   [](const Row& row) { return std::pair(row.integer(0), row.integer(1)); }));
  auto [first, last] = *bounds;
  if (first == 0) return std::nullopt;
  auto span = static_cast<std::uint64_t>(last - first) + 1;
  auto found = TRY(walk(tx, ctx, actor, project, first + static_cast<std::int64_t>(dice % span)));
  return found ? Result<std::optional<Found>>(found) : walk(tx, ctx, actor, project, first);
}

// The submission as it was when it was judged.
Result<SecondLook> as_judged(Tx& tx, const Context& ctx, ProjectId project, const Found& found) {
  SecondLook look { TRY(find_assignment(tx, ctx, project, found.submission)) };
  Assignment& s = look.submission;
  TRY(
      tx.query("SELECT guidelines_version, template_version, answers_ref FROM revision WHERE"
               " room = $1 AND project = $2 AND assignment = $3 AND revision = $4",
               {ctx.room, project, s.id, found.revision}, [&](const Row& row) {
                 s.revision = found.revision;
                 s.guidelines_version = row.integer(0);
                 s.template_version = row.integer(1);
                 s.answers_ref = row.id<ContentRef>(2);
                 return false;
               }));
  return look;
}

Result<void> keep(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                  const Found& found, Spare spare) {
  TRY(
      tx.exec("INSERT INTO second_look (room, project, member, look, assignment, review, revision,"
              " first_verdict, verdict, reason_ref, taken_at, given_at) VALUES ($1, $2, $3, $4,"
              " $5, $6, $7, $8, 0, 0, $9, 0)",
              {ctx.room, project, actor.member, spare.take(), found.submission, found.review,
               found.revision, static_cast<std::int64_t>(found.verdict), tx.now()}));
  return store::record(tx, {ctx.room, project, spare.take(), actor.member, "second_look.take",
                            found.submission.value, found.revision});
}

struct Taken {
  std::int64_t look = 0;
  ReviewId review;
  Verdict first = Verdict::accept;
  bool given = false;
};

Result<Taken> lock_taken(Tx& tx, const Context& ctx, const Actor& actor, ProjectId project,
                         AssignmentId submission) {
  auto taken =
      TRY(tx.first({"SELECT look, review, first_verdict, verdict FROM second_look WHERE room = $1"
                    " AND project = $2 AND assignment = $3 AND member = $4",
                    "SELECT look, review, first_verdict, verdict FROM second_look WHERE room = $1"
                    " AND project = $2 AND assignment = $3 AND member = $4 FOR UPDATE"},
                   {ctx.room, project, submission, actor.member}, [](const Row& row) {
                     return Taken{row.integer(0), row.id<ReviewId>(1),
                                  static_cast<Verdict>(row.integer(2)), row.integer(3) != 0};
                   }));
  if (taken && !taken->given) return *taken;
  if (taken) return fail(Fault::conflict, "bad-transition", "You have given it already.");
  return fail(Fault::not_found, "no-second-look", "No second look at this was asked of you.");
}

// What the first reviewer said.
Result<GivenLook> first_of(Tx& tx, const Context& ctx, ProjectId project, AssignmentId submission,
                           const Taken& taken) {
  GivenLook given{taken.first, {}, {}, {}};
  ContentRef ref;
  TRY(
      tx.query("SELECT reviewer, reason_ref FROM review WHERE room = $1 AND project = $2 AND"
               " assignment = $3 AND review = $4",
               {ctx.room, project, submission, taken.review}, [&](const Row& row) {
                 given.reviewer = row.id<MemberId>(0);
                 ref = row.id<ContentRef>(1);
                 return false;
               }));
  auto plain =
      TRY(store::open_content(tx, {ctx.room, project, ContentType::review, taken.review.value}, ref,
                              store::Reason::review));
  auto said = TRY(parse_json(plain.expose()));
  if (const auto* reason = find_string(said, "reason")) given.first_reason = view(*reason);
  if (const auto* note = find_string(said, "note")) given.first_note = view(*note);
  return given;
}

Result<void> read_counts(Tx& tx, const Context& ctx, ProjectId project, MemberId member,
                         Calibration& into) {
  TRY(
      tx.query("SELECT reviewer, verdict, given FROM verdict_tally WHERE room = $1 AND"
               " project = $2",
               {ctx.room, project}, [&](const Row& row) {
                 auto& counts = row.id<MemberId>(0) == member ? into.mine : into.others;
                 counts[static_cast<std::size_t>(row.integer(1) - 1)] += row.integer(2);
                 return true;
               }));
  TRY(
      tx.query("SELECT first_verdict, verdict, count(*) FROM second_look WHERE room = $1 AND"
               " project = $2 AND member = $3 AND verdict > 0 GROUP BY first_verdict, verdict",
               {ctx.room, project, member}, [&](const Row& row) {
                 auto first = static_cast<std::size_t>(row.integer(0) - 1);
                 into.looks[first][static_cast<std::size_t>(row.integer(1) - 1)] = row.integer(2);
                 return true;
               }));
  return {};
}

}  // namespace

Result<std::optional<SecondLook>> take_second_look(const Context& ctx, const Actor& actor,
                                                   ProjectId project) {
  std::int64_t first = TRY(ctx.keys.take(2));
  std::uint64_t dice = ctx.random.next_u64();
  return ctx.db.write_as([&](Tx& tx) -> Result<std::optional<SecondLook>> {
    TRY(lock_member(tx, ctx, actor.member));
    if (auto found = TRY(open_look(tx, ctx, actor, project))) {
      return TRY(as_judged(tx, ctx, project, *found));
    }
    auto found = TRY(draw(tx, ctx, actor, project, dice));
    if (!found) return std::nullopt;
    TRY(keep(tx, ctx, actor, project, *found, Spare{first}));
    return TRY(as_judged(tx, ctx, project, *found));
  });
}

Result<GivenLook> give_second_look(const Context& ctx, const Actor& actor, ProjectId project,
                                   AssignmentId submission, Verdict verdict,
                                   std::string_view reason) {
  std::int64_t first = TRY(ctx.keys.take(2));
  JsonWriter body;
  body.begin_object().field("reason", reason).field("note", "").end_object();
  return ctx.db.write_as([&](Tx& tx) -> Result<GivenLook> {
    auto taken = TRY(lock_taken(tx, ctx, actor, project, submission));
    ContentRef ref{first};
    TRY(store::put_content(tx, {ctx.room, project, ContentType::review, taken.look}, ref,
                           Plaintext(body.text())));
    TRY(
        tx.exec("UPDATE second_look SET verdict = $5, reason_ref = $6, given_at = $7 WHERE"
                " room = $1 AND project = $2 AND member = $3 AND look = $4",
                {ctx.room, project, actor.member, taken.look, static_cast<std::int64_t>(verdict),
                 ref, tx.now()}));
    TRY(store::record(tx, {ctx.room, project, first + 1, actor.member, "second_look.give",
                           submission.value, 0, static_cast<std::int64_t>(verdict)}));
    return first_of(tx, ctx, project, submission, taken);
  });
}

Result<void> count_verdict(Tx& tx, const Context& ctx, ProjectId project, MemberId reviewer,
                           Verdict verdict) {
  return tx.put(
      "INSERT INTO verdict_tally (room, project, reviewer, verdict, given) VALUES ($1, $2, $3, $4,"
      " 1) ON CONFLICT (room, project, reviewer, verdict) DO UPDATE SET"
      " given = verdict_tally.given + 1",
      {ctx.room, project, reviewer, static_cast<std::int64_t>(verdict)});
}

Result<Calibration> calibration_of(Tx& tx, const Context& ctx, ProjectId project, MemberId member) {
  Calibration calibration;
  TRY(read_counts(tx, ctx, project, member, calibration));
  TRY(tx.query(
      "SELECT assignment, verdict, first_verdict, given_at FROM second_look WHERE"
      " room = $1 AND project = $2 AND member = $3 AND verdict > 0"
      " ORDER BY given_at DESC, look DESC LIMIT $4",
      {ctx.room, project, member, kMaxRecentLooks}, [&](const Row& row) {
        calibration.recent.push_back({row.id<AssignmentId>(0), static_cast<Verdict>(row.integer(1)),
                                      static_cast<Verdict>(row.integer(2)), row.integer(3)});
        return true;
      }));
  return calibration;
}

}  // namespace guildhall::work
