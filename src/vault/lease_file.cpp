#include "vault/lease_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/files.h"
#include "base/json.h"
#include "crypto/hash.h"

namespace guildhall::vault {
namespace {

constexpr std::string_view kFormat = "guildhall leases v1";

template <class Number>
bool read_number(std::string_view text, Number& into) {
  auto end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, into);
  return read.ec == std::errc() && read.ptr == end;
}

bool read_projects(const json::value* list, std::set<ProjectId>& into) {
  if (!list || !list->is_array()) return false;
  for (const auto& project : list->get_array()) {
    auto number = as_int(project);
    if (!number) return false;
    into.insert(ProjectId{*number});
  }
  return true;
}

void write_projects(JsonWriter& out, std::string_view name, const std::set<ProjectId>& projects) {
  out.key(name).begin_array();
  for (ProjectId project : projects) out.integer(project.value);
  out.end_array();
}

bool read_keeper(const json::value& value, KeeperRecord& into) {
  const auto* id = find_string(value, "id");
  const auto* counter = find_string(value, "counter");
  const auto* whole = find(value, "room_withdrawn");
  if (!id || !counter || !whole || !whole->is_bool()) return false;
  auto parsed = parse_keeper_id(view(*id));
  if (!parsed || !read_number(view(*counter), into.counter)) return false;
  into.id = *std::move(parsed);
  into.room_withdrawn = whole->get_bool();
  return read_projects(find(value, "withdrawn"), into.withdrawn) &&
         read_projects(find(value, "shredded"), into.shredded);
}

}  // namespace

Result<std::vector<KeeperId>> read_keepers(const std::filesystem::path& file) {
  std::vector<KeeperId> out;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return out;
  auto text = TRY(read_file(file));
  std::string_view rest = text;
  while (!rest.empty()) {
    auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.empty()) out.push_back(TRY(parse_keeper_id(line)));
  }
  return out;
}

Result<std::unique_ptr<LeaseFile>> LeaseFile::open(std::filesystem::path file,
                                                   const std::vector<KeeperId>& keepers) {
  std::unique_ptr<LeaseFile> out(new LeaseFile(std::move(file)));
  MutexLock lock(out->mutex_);
  TRY(out->load(keepers));
  return out;
}

Result<void> LeaseFile::load(const std::vector<KeeperId>& known) {
  auto damaged = fail(Fault::invalid, "bad-lease-file", file_.string() + " is damaged.");
  for (const auto& id : known) keepers_.push_back({id, 0, false, {}, {}});
  std::error_code error;
  if (!std::filesystem::exists(file_, error)) return {};
  auto value = TRY(parse_json(TRY(read_file(file_))));
  const auto* format = find_string(value, "format");
  const auto* keepers = find(value, "keepers");
  const auto* keys = find(value, "keys");
  bool whole = format && view(*format) == kFormat && keepers && keepers->is_array() && keys &&
               keys->is_object();
  if (!whole) return damaged;
  for (const auto& one : keepers->get_array()) {
    KeeperRecord record;
    if (!read_keeper(one, record)) return damaged;
    auto at = std::ranges::find(keepers_, record.id, &KeeperRecord::id);
    if (at != keepers_.end()) *at = std::move(record);
  }
  for (const auto& entry : keys->get_object()) {
    ProjectId project;
    const auto* text = entry.value().if_string();
    auto id = text ? crypto::from_base64url(view(*text)) : std::nullopt;
    std::string_view name{entry.key().data(), entry.key().size()};
    if (!id || id->size() != kKeyIdBytes || !read_number(name, project.value)) return damaged;
    key_ids_[project] = *std::move(id);
  }
  return {};
}

std::vector<KeeperRecord> LeaseFile::keepers() const {
  MutexLock lock(mutex_);
  return keepers_;
}

std::string LeaseFile::key_id(ProjectId project) const {
  MutexLock lock(mutex_);
  auto at = key_ids_.find(project);
  return at == key_ids_.end() ? std::string() : at->second;
}

Result<void> LeaseFile::save_keeper(const KeeperRecord& keeper) {
  MutexLock lock(mutex_);
  auto at = std::ranges::find(keepers_, keeper.id, &KeeperRecord::id);
  if (at == keepers_.end()) return {};
  auto before = std::exchange(*at, keeper);
  auto saved = save();
  if (!saved) *at = std::move(before);
  return saved;
}

Result<void> LeaseFile::save_key_id(ProjectId project, std::string_view key_id) {
  MutexLock lock(mutex_);
  auto before = key_ids_;
  key_ids_[project] = std::string(key_id);
  auto saved = save();
  if (!saved) key_ids_ = std::move(before);
  return saved;
}

Result<void> LeaseFile::save() {
  JsonWriter out;
  out.begin_object().field("format", kFormat).key("keepers").begin_array();
  for (const auto& keeper : keepers_) {
    out.begin_object().field("id", keeper_id_text(keeper.id));
    out.field("counter", std::to_string(keeper.counter));
    out.field("room_withdrawn", keeper.room_withdrawn);
    write_projects(out, "withdrawn", keeper.withdrawn);
    write_projects(out, "shredded", keeper.shredded);
    out.end_object();
  }
  out.end_array().key("keys").begin_object();
  for (const auto& [project, id] : key_ids_) {
    out.field(std::to_string(project.value), crypto::to_base64url(id));
  }
  out.end_object().end_object();
  return replace_file(file_, out.take() + "\n");
}

}  // namespace guildhall::vault
