#include "work/assist/model_work.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "store/content.h"
#include "store/deed.h"
#include "work/judging/judging.h"

namespace guildhall::work::assist {
namespace {

using store::Row;
using store::Tx;

constexpr std::string_view kKinds[] = {"", "judge", "draft", "generate"};
constexpr std::string_view kStates[] = {"", "running", "paused"};

#define GH_WORK_SELECT                                                                        \
  "SELECT work, project, kind, state, phase, about_ref, version, asked, answered, left_over," \
  " made, cost, created_at, created_by FROM model_work WHERE room = $1"

ModelWork read_work(const Row& row) {
  ModelWork work;
  work.id = row.id<ModelWorkId>(0);
  work.project = row.id<ProjectId>(1);
  work.kind = static_cast<WorkKind>(row.integer(2));
  work.state = static_cast<WorkState>(row.integer(3));
  work.phase = std::string(row.bytes(4));
  work.about = row.id<ContentRef>(5);
  work.version = row.integer(6);
  work.counts = {row.integer(7), row.integer(8), row.integer(9), row.integer(10), row.integer(11)};
  work.created_at = row.integer(12);
  work.created_by = row.id<MemberId>(13);
  return work;
}

store::ContentContext about_context(const Context& ctx, const ModelWork& work) {
  return {ctx.room, work.project, store::ContentType::model_work, work.id.value, work.version};
}

std::unexpected<Error> bad(std::string why, std::string_view field) {
  return fail(Fault::invalid, "bad-model-work", std::move(why), "/" + std::string(field));
}

judging::Purpose purpose_of(WorkKind kind) {
  switch (kind) {
    case WorkKind::judge: return judging::Purpose::judge;
    case WorkKind::draft: return judging::Purpose::draft;
    case WorkKind::generate: return judging::Purpose::generate;
  }
  return judging::Purpose::judge;
}

Result<void> check_bounds(WorkKind kind, const WorkTerms& terms) {
  if (terms.model.empty()) return bad("The name of a model of the room.", "model");
  if (terms.tries < 1 || terms.tries > kMaxModelTries) {
    return bad(fmt::format("From 1 to {}.", kMaxModelTries), "tries");
  }
  if (terms.share < 1 || terms.share > 100) return bad("A percentage from 1 to 100.", "share");
  if (terms.brief.size() > kMaxBriefBytes) {
    return bad(fmt::format("At most {} bytes.", kMaxBriefBytes), "brief");
  }
  if (terms.seeds.size() > kMaxSeeds) return bad(fmt::format("At most {}.", kMaxSeeds), "seeds");
  if (kind == WorkKind::generate) {
    if (terms.count < 1 || terms.count > kMaxMadeUp) {
      return bad(fmt::format("From 1 to {}.", kMaxMadeUp), "count");
    }
    if (terms.brief.empty() && terms.seeds.empty()) {
      return bad("A brief, or seeds: something to go by.", "brief");
    }
    return {};
  }
  if (!terms.brief.empty()) return bad("Only where tasks are made up.", "brief");
  if (!terms.seeds.empty()) return bad("Only where tasks are made up.", "seeds");
  if (terms.count != 0) return bad("Only where tasks are made up.", "count");
  return {};
}

Result<void> check_prompt(const Template& form, WorkKind kind, WorkTerms& terms) {
  auto prompt = judging::find_template(terms.prompt, terms.prompt_version);
  if (!prompt) return bad("There is no such prompt, or no such version of it.", "template");
  if (prompt->purpose != purpose_of(kind)) return bad("Not for this kind of work.", "template");
  terms.prompt_version = prompt->version;
  TRY(judging::check_form(*prompt, form));
  for (const auto& seed : terms.seeds) {
    if (!form.check_data(seed)) return bad("Not data of this project's tasks.", "seeds");
  }
  return {};
}

Result<void> put_about(Tx& tx, const Context& ctx, const ModelWork& work) {
  return store::put_content(tx, about_context(ctx, work), work.about,
                            Plaintext(to_text(work.terms)));
}

Result<ModelWork> lock_work(Tx& tx, const Context& ctx, ProjectId project, ModelWorkId id) {
  auto found = TRY(tx.first({GH_WORK_SELECT " AND project = $2 AND work = $3",
                             GH_WORK_SELECT " AND project = $2 AND work = $3 FOR UPDATE"},
                            {ctx.room, project, id}, read_work));
  if (found) return *std::move(found);
  return fail(Fault::not_found, "no-model-work", "There is no such work of a model.");
}

}  // namespace

std::string_view word(WorkKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view word(WorkState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<WorkKind> kind_of(std::string_view text) {
  for (std::int64_t i = 1; i < std::ssize(kKinds); ++i) {
    if (kKinds[i] == text) return static_cast<WorkKind>(i);
  }
  return std::nullopt;
}

std::optional<WorkState> work_state_of(std::string_view text) {
  for (std::int64_t i = 1; i < std::ssize(kStates); ++i) {
    if (kStates[i] == text) return static_cast<WorkState>(i);
  }
  return std::nullopt;
}

std::string to_text(const WorkTerms& terms) {
  JsonWriter out;
  out.begin_object().field("template", terms.prompt).field("version", terms.prompt_version);
  out.field("model", terms.model).field("tries", terms.tries).field("share", terms.share);
  out.field("brief", terms.brief).field("count", terms.count).key("seeds").begin_array();
  for (const auto& seed : terms.seeds) {
    std::string text;
    write_json(text, seed);
    out.raw(text);
  }
  out.end_array().end_object();
  return out.take();
}

Result<WorkTerms> read_terms(std::string_view text) {
  auto value = TRY(parse_json(text));
  WorkTerms terms;
  auto number = [&](std::string_view name) {
    const auto* found = find(value, name);
    return found == nullptr ? 0 : as_int(*found).value_or(0);
  };
  auto string = [&](std::string_view name) {
    const auto* found = find_string(value, name);
    return found == nullptr ? std::string() : std::string(view(*found));
  };
  terms.prompt = string("template");
  terms.prompt_version = static_cast<int>(number("version"));
  terms.model = string("model");
  terms.tries = number("tries");
  terms.share = number("share");
  terms.brief = string("brief");
  terms.count = number("count");
  if (const auto* seeds = find_array(value, "seeds")) {
    terms.seeds.assign(seeds->begin(), seeds->end());
  }
  return terms;
}

Result<ModelWork> create_work(const Context& ctx, const Actor& actor, ProjectId project,
                              NewWork wanted) {
  TRY(check_bounds(wanted.kind, wanted.terms));
  std::int64_t first = TRY(ctx.keys.take(3));
  return ctx.db.write_as([&](Tx& tx) -> Result<ModelWork> {
    auto form = TRY(ctx.projects.find(tx, project))
    .form;
    ModelWork work{.id = ModelWorkId{first},
                   .project = project,
                   .kind = wanted.kind,
                   .phase = std::string(kGoesOn),
                   .about = ContentRef{first + 1},
                   .created_at = tx.now(),
                   .created_by = actor.member,
                   .terms = wanted.terms};
    TRY(check_prompt(*form, work.kind, work.terms));
    auto held = TRY(tx.first("SELECT count(*) FROM model_work WHERE room = $1 AND project = $2",
                             {ctx.room, project}, [](const Row& row) { return row.integer(0); }));
    if (held.value_or(0) >= kMaxModelWork) {
      return fail(Fault::conflict, "too-many-model-works",
                  fmt::format("At most {} in one project.", kMaxModelWork));
    }
    TRY(put_about(tx, ctx, work));
    TRY(
        tx.exec("INSERT INTO model_work (room, project, work, kind, state, phase, about_ref,"
                " version, asked, answered, left_over, made, cost, created_at, created_by)"
                " VALUES ($1, $2, $3, $4, 1, $5, $6, 1, 0, 0, 0, 0, 0, $7, $8)",
                {ctx.room, project, work.id, static_cast<std::int64_t>(work.kind), work.phase,
                 work.about, work.created_at, actor.member}));
    TRY(store::record(tx, {ctx.room, project, first + 2, actor.member, "model_work.create",
                           work.id.value, 1, static_cast<std::int64_t>(work.kind)}));
    return work;
  });
}

Result<ModelWork> change_work(const Context& ctx, const Actor& actor, ProjectId project,
                              ModelWorkId id, const WorkChange& change) {
  std::int64_t first = TRY(ctx.keys.take(2));
  return ctx.db.write_as([&](Tx& tx) -> Result<ModelWork> {
    auto work = TRY(lock_work(tx, ctx, project, id));
    work.terms = TRY(open_terms(tx, ctx, work, store::Reason::manage));
    work.state = change.state.value_or(work.state);
    work.terms.model = change.model.value_or(work.terms.model);
    work.terms.tries = change.tries.value_or(work.terms.tries);
    work.terms.share = change.share.value_or(work.terms.share);
    work.terms.count = change.count.value_or(work.terms.count);
    TRY(check_bounds(work.kind, work.terms));
    ++work.version;
    work.phase = kGoesOn;
    work.about = ContentRef{first};
    TRY(put_about(tx, ctx, work));
    TRY(
        tx.exec("UPDATE model_work SET state = $4, phase = $5, about_ref = $6, version = $7"
                " WHERE room = $1 AND project = $2 AND work = $3",
                {ctx.room, project, id, static_cast<std::int64_t>(work.state), work.phase,
                 work.about, work.version}));
    TRY(store::record(tx, {ctx.room, project, first + 1, actor.member, "model_work.change",
                           id.value, work.version, static_cast<std::int64_t>(work.state)}));
    return work;
  });
}

Result<WorkTerms> open_terms(Tx& tx, const Context& ctx, const ModelWork& work,
                             const store::Opening& why) {
  auto plain = TRY(store::open_content(tx, about_context(ctx, work), work.about, why));
  return read_terms(plain.expose());
}

Result<ModelWork> work_of(Tx& tx, const Context& ctx, ProjectId project, ModelWorkId id,
                          const store::Opening& why) {
  auto found = TRY(tx.first(GH_WORK_SELECT " AND project = $2 AND work = $3",
                            {ctx.room, project, id}, read_work));
  if (!found) {
    return fail(Fault::not_found, "no-model-work", "There is no such work of a model.");
  }
  found->terms = TRY(open_terms(tx, ctx, *found, why));
  return *std::move(found);
}

Result<std::vector<ModelWork>> list_work(Tx& tx, const Context& ctx, ProjectId project,
                                         const store::Opening& why) {
  std::vector<ModelWork> all;
  TRY(tx.query(GH_WORK_SELECT " AND project = $2 ORDER BY work", {ctx.room, project},
               [&](const Row& row) {
                 all.push_back(read_work(row));
                 return true;
               }));
  std::vector<store::Wanted> wanted;
  for (const auto& work : all) wanted.push_back({about_context(ctx, work), work.about});
  auto opened = TRY(store::open_contents(tx, wanted, why));
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].terms = TRY(read_terms(opened[i].expose()));
  }
  return all;
}

Result<std::vector<ModelWork>> running_work(Tx& tx, const Context& ctx) {
  std::vector<ModelWork> all;
  TRY(tx.query(GH_WORK_SELECT " AND state = 1 ORDER BY project, work", {ctx.room},
               [&](const Row& row) {
                 all.push_back(read_work(row));
                 return true;
               }));
  return all;
}

Result<void> set_phase(const Context& ctx, const ModelWork& work, std::string_view phase) {
  return ctx.db.write([&](Tx& tx) {
    return tx.put("UPDATE model_work SET phase = $4 WHERE room = $1 AND project = $2 AND work = $3",
                  {ctx.room, work.project, work.id, phase});
  });
}

bool is_drawn(ModelWorkId work, TaskId task, std::int64_t share) {
  // splitmix64: near keys give far numbers.
  auto x = static_cast<std::uint64_t>(work.value) * 0x9e3779b97f4a7c15ULL +
           static_cast<std::uint64_t>(task.value);
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  x ^= x >> 31U;
  return static_cast<std::int64_t>(x % 100) < share;
}

}  // namespace guildhall::work::assist
