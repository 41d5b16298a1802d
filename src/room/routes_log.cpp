#include <fmt/format.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "room/log_files.h"
#include "room/log_names.h"
#include "room/room.h"
#include "room/route.h"
#include "work/assignment.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kAllRoles;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;
using work::AssignmentState;

std::filesystem::path folder_of(const Call& call, int number) {
  return log_folder(call.room.options().dir, number);
}

int count_logs(const Call& call) {
  int number = 1;
  std::error_code error;
  while (number < kMaxRoomLogs &&
         std::filesystem::exists(folder_of(call, number + 1) / "checkpoint", error)) {
    ++number;
  }
  return number;
}

struct OpenLog {
  int number = 1;
  std::unique_ptr<tlog::Files> files = tlog::disk_files();
  std::optional<tlog::PublishedLog> log;
};

// The log that `?log=` names, the first where it is absent.
Result<OpenLog> open_log(const Call& call) {
  OpenLog open;
  open.number = static_cast<int>(TRY(number_param(call, "log", 1, 1, kMaxRoomLogs)));
  open.log.emplace(TRY(tlog::PublishedLog::open(*open.files, folder_of(call, open.number))));
  return open;
}

Reply proof_reply(const tlog::Proof& proof) {
  Reply reply;
  reply.content_type = "text/plain; charset=utf-8";
  reply.header("Content-Disposition",
               fmt::format("attachment; filename=\"leaf-{}.tlog-proof\"", proof.index));
  reply.body = to_text(proof);
  return reply;
}

// ---- the log itself

Result<Reply> state(Call& call) {
  auto open = TRY(open_log(call));
  const auto& checkpoint = open.log->checkpoint();
  struct stat info{};
  ::stat((folder_of(call, open.number) / "checkpoint").c_str(), &info);
  const auto key = TRY(call.room.vault().log_key());
  JsonWriter out;
  out.begin_object().field("log", open.number).field("logs", count_logs(call));
  out.field("origin", checkpoint.origin).field("size", checkpoint.size);
  out.field("root", tlog::hash_text(checkpoint.root));
  out.field("published_at",
            rfc3339(info.st_mtim.tv_sec * 1'000 + info.st_mtim.tv_nsec / 1'000'000));
  // Only the vault that writes a log has its key.
  out.key("key");
  key.starts_with(checkpoint.origin + "+") ? out.string(key) : out.null();
  out.key("witnesses").begin_array();
  for (const auto& signature : TRY(tlog::parse_note(open.log->note())).signatures) {
    if (signature.name != checkpoint.origin) out.string(signature.name);
  }
  out.end_array().field("checkpoint", open.log->note()).end_object();
  return json_reply(200, out.take());
}

Result<Reply> proof(Call& call) {
  auto open = TRY(open_log(call));
  auto index = TRY(number_param(call, "index", -1, 0, std::numeric_limits<std::int64_t>::max()));
  if (index < 0) {
    return fail(Fault::invalid, "bad-parameter", "index is the number of a leaf.", "index");
  }
  return proof_reply(TRY(open.log->prove(static_cast<std::uint64_t>(index))));
}

// ---- openings

std::string word_of(ProjectId project) { return fmt::format(R"("project":{},)", project.value); }

// What an auditor of some projects only may hear of: nothing where there are none.
Result<std::vector<std::string>> words_of_projects(const Call& call) {
  auto projects = TRY(call.room.db().read_as(
      [&](Tx& tx) { return call.room.accounts().projects_of(tx, call.who.member); }));
  std::vector<std::string> words;
  for (ProjectId project : projects) words.push_back(word_of(project));
  return words;
}

Result<OpeningQuery> query_of(const Call& call, const WhoIsWho& members) {
  OpeningQuery query;
  auto page = TRY(page_of(call));
  query.limit = static_cast<std::size_t>(page.limit);
  if (page.after > 0) query.before = static_cast<std::uint64_t>(page.after);
  query.from = TRY(time_param(call, "from", query.from));
  query.to = TRY(time_param(call, "to", query.to));
  if (auto id = call.request.param("member")) {
    auto member = TRY(call.room.ids().open_member(*id));
    std::vector<std::string> who;
    for (const auto& [commitment, known] : members) {
      if (known == member) who.push_back(fmt::format(R"("who":"{}")", commitment));
    }
    query.words.push_back(std::move(who));  // erased: nobody, and so nothing
  }
  if (auto id = call.request.param("project")) {
    auto project = TRY(call.room.ids().open_project(*id));
    query.words.push_back({word_of(project)});
  }
  if (auto id = call.request.param("task")) {
    query.words.push_back(TRY(words_of_task(call.room, *id)));
  }
  if (auto id = call.request.param("submission")) {
    query.words.push_back(TRY(words_of_submission(call.room, *id)));
  }
  if (auto id = call.request.param("about")) {
    query.words.push_back(TRY(words_of_member(call.room, *id)));
  }
  return query;
}

Result<Reply> openings(Call& call) {
  auto members = TRY(who_is_who(call.room));
  auto query = TRY(query_of(call, members));
  if (!call.who.sees_all()) query.words.push_back(TRY(words_of_projects(call)));
  auto open = TRY(open_log(call));
  auto page = TRY(LogSearch(*open.log).openings(query));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& leaf : page.found) {
    TRY(write_opening(out, call.room, open.number, leaf, members, query.words));
  }
  out.end_array().field("logs", count_logs(call)).key("next");
  page.before == 0 ? out.null()
                   : out.string(next_cursor(call, static_cast<std::int64_t>(page.before)));
  out.end_object();
  return json_reply(200, out.take());
}

// ---- what an expert is handed with accepted work

// The deed that the submission counts as accepted by. Check tasks count at once, as they look.
Result<DeedQuery> acceptance_of(Tx& tx, const Call& call) {
  auto s = TRY(work::find_assignment(tx, call.room.work(), call.project,
                                     call.id<AssignmentId>("submission")));
  bool foreign = call.who.role == Role::expert && s.member != call.who.member;
  if (s.revision == 0 || foreign) {
    return fail(Fault::not_found, "not-found", "There is nothing here.");
  }
  if (!work::counts_as_done(s.state) && s.state != AssignmentState::submitted) {
    return fail(Fault::not_found, "not-accepted", "This submission has not been accepted.");
  }
  auto review =
      TRY(tx.first("SELECT created_at, revision FROM review WHERE room = $1 AND project = $2 AND"
                   " assignment = $3 AND verdict < 3 ORDER BY review DESC LIMIT 1",
                   {call.room.id(), s.project, s.id}, [](const store::Row& row) {
                     return std::pair(row.integer(0), row.integer(1));
                   }));
  if (review && s.kind == work::TaskKind::work) {
    return DeedQuery{review->first, "submission.review",
                     fmt::format(R"("object":{},"version":{},)", s.id.value, review->second)};
  }
  if (s.kind == work::TaskKind::adjudication) {
    return DeedQuery{s.submitted_at, "task.adjudicate",
                     fmt::format(R"("version":{},"detail":{},)", s.revision, s.id.value)};
  }
  return DeedQuery{s.submitted_at, "submission.submit",
                   fmt::format(R"("object":{},"version":{},)", s.id.value, s.revision)};
}

Result<Reply> submission_proof(Call& call) {
  auto deed = TRY(call.room.db().read_as([&](Tx& tx) { return acceptance_of(tx, call); }));
  auto files = tlog::disk_files();
  for (int number = 1; number <= count_logs(call); ++number) {  // whoever had the turn took it in
    auto log = TRY(tlog::PublishedLog::open(*files, folder_of(call, number)));
    if (auto leaf = TRY(LogSearch(log).deed(deed))) return proof_reply(TRY(log.prove(leaf->index)));
  }
  return fail(Fault::not_found, "not-in-log", "The log does not have it yet: ask again soon.");
}

}  // namespace

void add_log_routes(Routes& routes) {
  constexpr auto audit = allow(Role::owner | Role::auditor).in(Scope::room);
  constexpr auto all = allow(kAllRoles).in(Scope::room);
  routes.push_back({Method::get, "/log", all, state, "The log's newest checkpoint", "LogState"});
  routes.push_back({Method::get, "/log/openings", audit, openings,
                    "Who opened what, newest first; to an auditor of some projects, in those",
                    "OpeningList"});
  routes.push_back({Method::get, "/log/proof", all, proof, "A leaf's proof, as a tlog-proof", ""});
  routes.push_back({Method::get, "/submissions/{submission}/proof",
                    allow(kAllRoles).in(Scope::project), submission_proof,
                    "That the log has the submission's acceptance, as a tlog-proof", ""});
}

}  // namespace guildhall::room
