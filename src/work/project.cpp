#include "work/project.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "store/deed.h"
#include "work/guidelines.h"
#include "work/versions.h"

namespace guildhall::work {
namespace {

using store::ContentType;
using store::Tx;

Result<void> check_title(std::string_view title) {
  if (title.empty() || title.size() > kMaxTitle) {
    return fail(Fault::invalid, "invalid-title",
                fmt::format("A title has 1 to {} bytes.", kMaxTitle), "/title");
  }
  return {};
}

}  // namespace

Result<ProjectId> create_project(const Context& ctx, const Actor& actor, const NewProject& draft) {
  TRY(check_title(draft.title));
  TRY(check_guidelines(draft.guidelines));
  std::int64_t first = TRY(ctx.keys.take(7));
  ProjectId id{first};
  BatchId batch{first + 1};
  ContentRef title{first + 2};
  store::ContentContext title_of{ctx.room, id, ContentType::title, id.value};
  // Before the transaction: the project's first key may have to come from far.
  auto sealed_title = TRY(ctx.sealer.seal(title_of, draft.title));
  TRY(ctx.db.write([&](Tx& tx) -> Result<void> {
    TRY(tx.exec(
        "INSERT INTO project (room, project, state, template_version, settings_version,"
        " guidelines_version, title_ref, batch, created_at)"
        " VALUES ($1, $2, $3, 1, 1, 1, $4, $5, $6)",
        {ctx.room, id, static_cast<std::int64_t>(ProjectState::draft), title, batch, tx.now()}));
    TRY(store::put_content(tx, title_of, title, sealed_title));
    TRY(put_version(tx, ctx.room, {id, kFormVersion, 1, ContentRef{first + 3}, actor.member},
                    draft.form.form_json()));
    TRY(put_version(tx, ctx.room, {id, kSettingsVersion, 1, ContentRef{first + 4}, actor.member},
                    settings_json(draft.settings, false)));
    TRY(put_version(tx, ctx.room, {id, kGuidelinesVersion, 1, ContentRef{first + 5}, actor.member},
                    guidelines_body({.version = 1, .markdown = draft.guidelines})));
    TRY(
        tx.exec("INSERT INTO batch (room, project, batch, state, priority, listed, quota,"
                " name_ref, created_at) VALUES ($1, $2, $3, 1, 0, 0, 0, 0, $4)",
                {ctx.room, id, batch, tx.now()}));
    return store::record(tx, {ctx.room, id, first + 6, actor.member, "project.create", id.value});
  }));
  return id;
}

Result<void> patch_project(const Context& ctx, const Actor& actor, ProjectId id,
                           const ProjectPatch& patch) {
  if (patch.title) TRY(check_title(*patch.title));
  std::int64_t first = TRY(ctx.keys.take(4));
  return ctx.db.write([&](Tx& tx) -> Result<void> {
    auto project = TRY(ctx.projects.find(tx, id));
    if (patch.title) {
      TRY(store::put_content(tx, {ctx.room, id, ContentType::title, id.value}, ContentRef{first},
                             Plaintext(*patch.title)));
      project.title_ref = ContentRef{first};
    }
    if (patch.state && *patch.state != project.state) {
      if (!may_become(project.state, *patch.state)) {
        return fail(Fault::conflict, "bad-transition",
                    fmt::format("A project that is {} cannot become {}.", word(project.state),
                                word(*patch.state)),
                    "/state");
      }
      project.state = *patch.state;
    }
    if (patch.settings) {
      auto settings = TRY(patch_settings(*project.settings, *patch.settings));
      TRY(put_version(
          tx, ctx.room,
          {id, kSettingsVersion, ++project.settings_version, ContentRef{first + 1}, actor.member},
          settings_json(settings, false)));
    }
    if (patch.form) {
      TRY(put_version(
          tx, ctx.room,
          {id, kFormVersion, ++project.template_version, ContentRef{first + 2}, actor.member},
          patch.form->form_json()));
    }
    TRY(
        tx.exec("UPDATE project SET state = $3, title_ref = $4, settings_version = $5,"
                " template_version = $6 WHERE room = $1 AND project = $2",
                {ctx.room, id, static_cast<std::int64_t>(project.state), project.title_ref,
                 project.settings_version, project.template_version}));
    return store::record(tx, {ctx.room, id, first + 3, actor.member, "project.change", id.value,
                              project.settings_version, static_cast<std::int64_t>(project.state)});
  });
}

Result<std::vector<ProjectId>> list_projects(Tx& tx, const Context& ctx) {
  std::vector<ProjectId> ids;
  TRY(tx.query("SELECT project FROM project WHERE room = $1 ORDER BY project", {ctx.room},
               [&](const store::Row& row) {
                 ids.push_back(row.id<ProjectId>(0));
                 return true;
               }));
  return ids;
}

}  // namespace guildhall::work
