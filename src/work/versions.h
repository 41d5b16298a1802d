// Immutable versions of a project's form, settings and guidelines: numbered from 1, never edited.
//
// Concurrency: inside the caller's transaction.
#pragma once

#include <string>

#include "store/content.h"
#include "work/context.h"

namespace guildhall::work {

struct VersionKind {
  const char* name;  // the word in project_version.kind
  store::ContentType content;
};
inline constexpr VersionKind kFormVersion{"template", store::ContentType::form};
inline constexpr VersionKind kSettingsVersion{"settings", store::ContentType::settings};
inline constexpr VersionKind kGuidelinesVersion{"guidelines", store::ContentType::guidelines};

struct NewVersion {
  ProjectId project;
  VersionKind kind;
  std::int64_t version;
  ContentRef ref;  // allocated outside the closure
  MemberId by;
};

Result<void> put_version(store::Tx& tx, RoomId room, const NewVersion& version,
                         std::string_view text);
Result<std::string> open_version(store::Tx& tx, RoomId room, ProjectId project, VersionKind kind,
                                 std::int64_t version);

}  // namespace guildhall::work
