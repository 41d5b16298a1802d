#include "work/assist/answers.h"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "crypto/hash.h"
#include "store/content.h"
#include "store/deed.h"
#include "work/assist/proposals.h"
#include "work/outcome.h"

namespace guildhall::work::assist {
namespace {

using store::Row;
using store::Tx;

constexpr std::string_view kStates[] = {"", "trying", "answered", "left"};

#define GH_ANSWER_SELECT                                                                       \
  "SELECT work, kind, task, state, tries, reason, template_version, answer_ref, at, exchanges" \
  " FROM model_answer WHERE room = $1 AND project = $2"

std::string exchanges_text(std::span<const ExchangeId> exchanges) {
  std::string out;
  for (ExchangeId one : exchanges) out += fmt::format("{} ", one.value);
  return out;
}

std::vector<ExchangeId> read_exchanges(std::string_view text) {
  std::vector<ExchangeId> out;
  std::int64_t number = 0;
  for (const char *at = text.data(), *end = at + text.size(); at != end; ++at) {
    auto read = std::from_chars(at, end, number);
    if (read.ec != std::errc() || read.ptr == end) break;
    out.push_back(ExchangeId{number});
    at = read.ptr;
  }
  return out;
}

ModelAnswer read_answer(const Row& row) {
  ModelAnswer out;
  out.work = row.id<ModelWorkId>(0);
  out.kind = static_cast<WorkKind>(row.integer(1));
  out.task = row.id<TaskId>(2);
  out.state = static_cast<AnswerState>(row.integer(3));
  out.tries = row.integer(4);
  out.reason = std::string(row.bytes(5));
  out.template_version = row.integer(6);
  out.ref = row.id<ContentRef>(7);
  out.at = row.integer(8);
  out.origin.exchanges = read_exchanges(row.bytes(9));
  return out;
}

store::ContentContext answer_context(const Context& ctx, ProjectId project, TaskId task,
                                     ContentRef ref) {
  return {ctx.room, project, store::ContentType::model_answer, task.value, ref.value};
}

std::string body_of(const Outcome& outcome) {
  JsonWriter out;
  out.begin_object().field("model", outcome.origin.model);
  out.field("template", outcome.origin.prompt).field("version", outcome.origin.prompt_version);
  if (!outcome.answers_json.empty()) out.key("answers").raw(outcome.answers_json);
  out.end_object();
  return out.take();
}

Result<void> read_body(std::string_view text, ModelAnswer& into) {
  auto value = TRY(parse_json(text));
  if (const auto* model = find_string(value, "model")) into.origin.model = view(*model);
  if (const auto* prompt = find_string(value, "template")) into.origin.prompt = view(*prompt);
  const auto* version = find(value, "version");
  into.origin.prompt_version = version ? static_cast<int>(as_int(*version).value_or(0)) : 0;
  if (const auto* answers = find(value, "answers")) write_json(into.answers_json, *answers);
  return {};
}

Result<void> open_all_of(Tx& tx, const Context& ctx, ProjectId project,
                         std::vector<ModelAnswer>& all, const store::Opening& why) {
  std::vector<store::Wanted> wanted;
  for (const auto& one : all) {
    if (one.ref) wanted.push_back({answer_context(ctx, project, one.task, one.ref), one.ref});
  }
  auto opened = TRY(store::open_contents(tx, wanted, why));
  auto next = opened.begin();
  for (auto& one : all) {
    if (one.ref) TRY(read_body((next++)->expose(), one));
  }
  return {};
}

// The row as it stands, held until the end of the transaction.
Result<std::optional<ModelAnswer>> lock_answer(Tx& tx, const Context& ctx, const Outcome& outcome) {
  return tx.first({GH_ANSWER_SELECT " AND work = $3 AND task = $4",
                   GH_ANSWER_SELECT " AND work = $3 AND task = $4 FOR UPDATE"},
                  {ctx.room, outcome.work->project, outcome.work->id, outcome.task}, read_answer);
}

Result<void> put_row(Tx& tx, const Context& ctx, const Outcome& outcome, ContentRef ref,
                     const ModelAnswer* before) {
  const auto& work = *outcome.work;
  std::vector<ExchangeId> exchanges;
  if (before) exchanges = before->origin.exchanges;
  exchanges.insert(exchanges.end(), outcome.origin.exchanges.begin(),
                   outcome.origin.exchanges.end());
  auto text = exchanges_text(exchanges);
  auto state = static_cast<std::int64_t>(outcome.state);
  if (!before) {
    TRY(tx.exec(
        "INSERT INTO model_answer (room, project, work, task, kind, state, tries, reason,"
        " exchanges, template_version, answer_ref, at) VALUES ($1, $2, $3, $4, $5, $6, 1,"
        " $7, $8, $9, $10, $11)",
        {ctx.room, work.project, work.id, outcome.task, static_cast<std::int64_t>(work.kind), state,
         outcome.reason, text, outcome.template_version, ref, tx.now()}));
    return {};
  }
  TRY(
      tx.exec("UPDATE model_answer SET state = $5, tries = tries + 1, reason = $6, exchanges = $7,"
              " template_version = $8, answer_ref = $9, at = $10 WHERE room = $1 AND project = $2"
              " AND work = $3 AND task = $4",
              {ctx.room, work.project, work.id, outcome.task, state, outcome.reason, text,
               outcome.template_version, ref, tx.now()}));
  return {};
}

Result<void> count_outcome(Tx& tx, const Context& ctx, const Outcome& outcome) {
  std::int64_t answered = outcome.state == AnswerState::answered ? 1 : 0;
  std::int64_t left = outcome.state == AnswerState::left ? 1 : 0;
  TRY(
      tx.exec("UPDATE model_work SET asked = asked + 1, answered = answered + $4,"
              " left_over = left_over + $5, made = made + $6, cost = cost + $7"
              " WHERE room = $1 AND project = $2 AND work = $3",
              {ctx.room, outcome.work->project, outcome.work->id, answered, left,
               std::ssize(outcome.made), outcome.cost}));
  return {};
}

}  // namespace

std::string_view word(AnswerState state) { return kStates[static_cast<std::size_t>(state)]; }

void write_origin_members(JsonWriter& out, const store::ExternalIds& ids, ProjectId project,
                          const Origin& origin) {
  out.field("model", origin.model);
  out.key("template").begin_object().field("name", origin.prompt);
  out.field("version", origin.prompt_version).end_object();
  out.key("exchanges").begin_array();
  for (ExchangeId one : origin.exchanges) out.string(ids.show(project, one));
  out.end_array();
}

Result<bool> put_outcome(const Context& ctx, const Outcome& outcome) {
  const auto& work = *outcome.work;
  bool ends = outcome.state != AnswerState::trying;
  auto proposals = static_cast<int>(outcome.made.size());
  std::int64_t first = TRY(ctx.keys.take(2 + 2 * proposals));
  ContentRef ref = ends ? ContentRef{first} : ContentRef{};
  std::optional<store::Sealed> sealed;
  if (ends) {
    sealed = TRY(
        ctx.sealer.seal(answer_context(ctx, work.project, outcome.task, ref), body_of(outcome)));
  }
  auto made = TRY(seal_proposals(ctx, outcome, first + 2));
  auto written = ctx.db.write_as([&](Tx& tx) -> Result<bool> {
    auto before = TRY(lock_answer(tx, ctx, outcome));
    if (before && before->state != AnswerState::trying) return false;
    TRY(put_row(tx, ctx, outcome, ref, before ? &*before : nullptr));
    TRY(count_outcome(tx, ctx, outcome));
    if (!ends) return true;
    TRY(store::put_content(tx, answer_context(ctx, work.project, outcome.task, ref), ref, *sealed));
    TRY(put_proposals(tx, ctx, work, made));
    auto hash = crypto::sha256(sealed->bytes());
    TRY(store::record(tx, {ctx.room, work.project, first + 1, MemberId{}, "model_answer.record",
                           outcome.task.value, work.id.value,
                           static_cast<std::int64_t>(outcome.state), crypto::view(hash)}));
    return true;
  });
  // Two that begin the row at once: the other's stands.
  if (!written && written.error().type == "already-exists") return false;
  return written;
}

Result<std::vector<WantedTask>> wanted_tasks(Tx& tx, const Context& ctx, const ModelWork& work,
                                             TaskId after, std::int64_t limit) {
  std::vector<WantedTask> out;
  // A draft is of use until somebody has answered; a judge's word also after.
  std::int64_t most =
      static_cast<std::int64_t>(work.kind == WorkKind::draft ? TaskState::open : TaskState::done);
  TRY(
      tx.query("SELECT t.task, t.data_ref, m.tries FROM task t LEFT JOIN model_answer m ON"
               " m.room = t.room AND m.project = t.project AND m.work = $3 AND m.task = t.task"
               " WHERE t.room = $1 AND t.project = $2 AND t.task > $4 AND t.kind = 1 AND"
               " t.state <= $6 AND (m.state IS NULL OR m.state = 1) ORDER BY t.task LIMIT $5",
               {ctx.room, work.project, work.id, after, limit, most}, [&](const Row& row) {
                 out.push_back({row.id<TaskId>(0), row.id<ContentRef>(1), row.integer(2)});
                 return true;
               }));
  return out;
}

Result<std::vector<WantedTask>> wanted_asks(Tx& tx, const Context& ctx, const ModelWork& work,
                                            std::int64_t most, std::int64_t limit) {
  std::vector<WantedTask> out;
  std::int64_t over = work.counts.answered + work.counts.left;
  std::set<std::int64_t> begun;
  TRY(tx.query(GH_ANSWER_SELECT " AND work = $3 ORDER BY task", {ctx.room, work.project, work.id},
               [&](const Row& row) {
                 auto one = read_answer(row);
                 begun.insert(one.task.value);
                 if (one.state == AnswerState::trying) out.push_back({one.task, {}, one.tries});
                 return true;
               }));
  // Those that are under way have no row yet: they come first, whichever ended before them.
  for (std::int64_t next = 1; std::ssize(out) < limit && over + std::ssize(out) < most; ++next) {
    if (!begun.contains(next)) out.push_back({TaskId{next}});
  }
  return out;
}

Result<std::vector<ModelAnswer>> answers_to(Tx& tx, const Context& ctx, ProjectId project,
                                            TaskId first, TaskId last, const store::Opening& why) {
  std::vector<ModelAnswer> all;
  TRY(tx.query(GH_ANSWER_SELECT
               " AND task >= $3 AND task <= $4 AND kind < 3 AND state = 2 ORDER BY task, work",
               {ctx.room, project, first, last}, [&](const Row& row) {
                 all.push_back(read_answer(row));
                 return true;
               }));
  TRY(open_all_of(tx, ctx, project, all, why));
  return all;
}

bool was_shown(const ModelAnswer& draft, TimeMs leased_at) {
  return draft.kind == WorkKind::draft && draft.state == AnswerState::answered &&
         draft.at <= leased_at;
}

Result<std::vector<ModelAnswer>> answers_of(Tx& tx, const Context& ctx, ProjectId project,
                                            ModelWorkId work, TaskId after, std::int64_t limit,
                                            const store::Opening& why) {
  std::vector<ModelAnswer> all;
  TRY(tx.query(GH_ANSWER_SELECT " AND work = $3 AND task > $4 ORDER BY task LIMIT $5",
               {ctx.room, project, work, after, limit}, [&](const Row& row) {
                 all.push_back(read_answer(row));
                 return true;
               }));
  TRY(open_all_of(tx, ctx, project, all, why));
  return all;
}

}  // namespace guildhall::work::assist
