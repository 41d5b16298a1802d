// Projects: creation, states, and the immutable versions of their form and settings. Guidelines
// have versions of their own (guidelines.h).
//
// Concurrency: ProjectCache is shared by all threads. It holds parsed settings and templates by
// version; versions never change, so nothing in it is ever stale. It is content: forgotten when the
// key goes.
// Limits: kMaxTitle, kProjectCache entries.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "work/context.h"
#include "work/model.h"
#include "work/settings.h"
#include "work/template/template.h"

namespace guildhall::work {

// The project's row with its pinned versions opened.
struct Project {
  ProjectId id;
  ProjectState state = ProjectState::draft;
  std::int64_t template_version = 0;
  std::int64_t settings_version = 0;
  std::int64_t guidelines_version = 0;
  std::int64_t guidelines_must = 0;  // the newest version that has to be seen; 0: none
  ContentRef title_ref;
  BatchId batch;  // where tasks go that name none
  TimeMs created_at = 0;
  std::shared_ptr<const std::string> title;
  std::shared_ptr<const Settings> settings;
  std::shared_ptr<const Template> form;
};

class ProjectCache {
 public:
  explicit ProjectCache(RoomId room) : room_(room) {}

  // not_found/"no-project" where there is none.
  Result<Project> find(store::Tx& tx, ProjectId project);
  // The same in two steps, for who asks for more in the same round trip: the row, then what
  // belongs to it.
  store::Tx::Query row(ProjectId project, std::optional<Project>& into) const;
  Result<Project> complete(store::Tx& tx, std::optional<Project> row);
  Result<std::shared_ptr<const Settings>> settings(store::Tx& tx, ProjectId project,
                                                   std::int64_t version);
  Result<std::shared_ptr<const Template>> form(store::Tx& tx, ProjectId project,
                                               std::int64_t version);
  // Of one project, or all of them.
  void forget(ProjectId project) EXCLUDES(mutex_);
  void forget() EXCLUDES(mutex_);

 private:
  template <class Map, class Value>
  void keep(Map ProjectCache::* map, ProjectId project, std::int64_t version, const Value& value,
            std::uint64_t since) EXCLUDES(mutex_);
  std::uint64_t forgettings() EXCLUDES(mutex_);
  Result<std::shared_ptr<const std::string>> title(store::Tx& tx, ProjectId project,
                                                   ContentRef ref);

  using VersionKey = std::pair<ProjectId, std::int64_t>;
  RoomId room_;
  Mutex mutex_;
  std::uint64_t forgettings_ GUARDED_BY(mutex_) = 0;  // what was opened before one is not kept
  std::map<VersionKey, std::shared_ptr<const Settings>> settings_ GUARDED_BY(mutex_);
  std::map<VersionKey, std::shared_ptr<const Template>> forms_ GUARDED_BY(mutex_);
  std::map<VersionKey, std::shared_ptr<const std::string>> titles_ GUARDED_BY(mutex_);  // by ref
};

struct NewProject {
  std::string title;
  Template form;
  std::string guidelines;
  Settings settings;
};

Result<ProjectId> create_project(const Context& ctx, const Actor& actor, const NewProject& project);

struct ProjectPatch {
  std::optional<std::string> title;
  std::optional<ProjectState> state;
  std::optional<json::value> settings;  // over the current ones
  std::optional<Template> form;         // a new version
};

Result<void> patch_project(const Context& ctx, const Actor& actor, ProjectId project,
                           const ProjectPatch& patch);

Result<std::vector<ProjectId>> list_projects(store::Tx& tx, const Context& ctx);

}  // namespace guildhall::work
