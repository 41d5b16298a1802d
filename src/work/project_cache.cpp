#include "base/limits.h"
#include "store/content.h"
#include "work/project.h"
#include "work/versions.h"

namespace guildhall::work {
namespace {

template <class Map, class Key>
auto look_up(Map& map, const Key& key) -> typename Map::mapped_type {
  auto at = map.find(key);
  return at == map.end() ? nullptr : at->second;
}

template <class Map>
void forget_in(Map& map, ProjectId project) {
  map.erase(map.lower_bound({project, 0}), map.lower_bound({ProjectId{project.value + 1}, 0}));
}

}  // namespace

template <class Map, class Value>
void ProjectCache::keep(Map ProjectCache::* map, ProjectId project, std::int64_t version,
                        const Value& value, std::uint64_t since) {
  MutexLock lock(mutex_);
  if (since != forgettings_) return;
  auto& kept = this->*map;
  if (kept.size() >= kProjectCache) kept.clear();  // versions in use come back at once
  kept[{project, version}] = value;
}

std::uint64_t ProjectCache::forgettings() {
  MutexLock lock(mutex_);
  return forgettings_;
}

void ProjectCache::forget(ProjectId project) {
  MutexLock lock(mutex_);
  ++forgettings_;
  forget_in(settings_, project);
  forget_in(forms_, project);
  forget_in(titles_, project);
}

void ProjectCache::forget() {
  MutexLock lock(mutex_);
  ++forgettings_;
  settings_.clear();
  forms_.clear();
  titles_.clear();
}

Result<std::shared_ptr<const Settings>> ProjectCache::settings(store::Tx& tx, ProjectId project,
                                                               std::int64_t version) {
  VersionKey key{project, version};
  {
    MutexLock lock(mutex_);
    if (auto held = look_up(settings_, key)) return held;
  }
  auto since = forgettings();
  auto text = TRY(open_version(tx, room_, project, kSettingsVersion, version));
  auto value = TRY(parse_json(text));
  auto parsed = std::make_shared<const Settings>(TRY(patch_settings({}, value)));
  keep(&ProjectCache::settings_, project, key.second, parsed, since);
  return parsed;
}

Result<std::shared_ptr<const Template>> ProjectCache::form(store::Tx& tx, ProjectId project,
                                                           std::int64_t version) {
  VersionKey key{project, version};
  {
    MutexLock lock(mutex_);
    if (auto held = look_up(forms_, key)) return held;
  }
  auto since = forgettings();
  auto text = TRY(open_version(tx, room_, project, kFormVersion, version));
  auto value = TRY(parse_json(text));
  auto parsed = std::make_shared<const Template>(TRY(Template::parse(value)));
  keep(&ProjectCache::forms_, project, key.second, parsed, since);
  return parsed;
}

// A new title is a new ref, as versions are new numbers: what is held never goes stale.
Result<std::shared_ptr<const std::string>> ProjectCache::title(store::Tx& tx, ProjectId project,
                                                               ContentRef ref) {
  VersionKey key{project, ref.value};
  {
    MutexLock lock(mutex_);
    if (auto held = look_up(titles_, key)) return held;
  }
  auto since = forgettings();
  auto plain = TRY(store::open_content(
      tx, {room_, project, store::ContentType::title, project.value}, ref, store::Reason::work));
  auto title = std::make_shared<const std::string>(plain.expose());
  keep(&ProjectCache::titles_, project, key.second, title, since);
  return title;
}

store::Tx::Query ProjectCache::row(ProjectId id, std::optional<Project>& into) const {
  return {
      "SELECT state, template_version, settings_version, guidelines_version, title_ref, batch,"
      " created_at, guidelines_must FROM project WHERE room = $1 AND project = $2",
      {room_, id},
      [id, &into](const store::Row& row) {
        Project& project = into.emplace();
        project.id = id;
        project.state = static_cast<ProjectState>(row.integer(0));
        project.template_version = row.integer(1);
        project.settings_version = row.integer(2);
        project.guidelines_version = row.integer(3);
        project.title_ref = row.id<ContentRef>(4);
        project.batch = row.id<BatchId>(5);
        project.created_at = row.integer(6);
        project.guidelines_must = row.integer(7);
        return false;
      }};
}

Result<Project> ProjectCache::complete(store::Tx& tx, std::optional<Project> row) {
  if (!row) return fail(Fault::not_found, "no-project", "There is no such project.");
  row->title = TRY(title(tx, row->id, row->title_ref));
  row->settings = TRY(settings(tx, row->id, row->settings_version));
  row->form = TRY(form(tx, row->id, row->template_version));
  return *std::move(row);
}

Result<Project> ProjectCache::find(store::Tx& tx, ProjectId id) {
  std::optional<Project> found;
  const store::Tx::Query query[] = {row(id, found)};
  TRY(tx.query_all(query));
  return complete(tx, std::move(found));
}

}  // namespace guildhall::work
