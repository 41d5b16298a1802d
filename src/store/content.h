// The one way content enters the store and the one way it leaves.
//
// A body is stored as: format byte, version of the object (varint), bytes. Format 1 is plain.
// The context (room, project, type, object, version) names what the bytes are; a sealed format
// binds it, so that a moved row fails to open. Opening takes part in the caller's transaction and
// says why it opens.
//
// Types: task, extra, gold, answers, draft, title, guidelines, settings, template, name, profile,
// credential, review, reply, filter, manifest, file, note.
//
// Concurrency: as the Tx. Allocate the ContentRef outside the closure: closures may run twice.
// Limits: kMaxContent bytes a body.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/secret.h"
#include "store/database.h"

namespace guildhall::store {

enum class ContentType : unsigned char {
  task = 1,
  extra,
  gold,
  answers,
  draft,
  title,
  guidelines,
  settings,
  form,
  name,
  profile,
  credential,
  review,
  reply,
  filter,
  manifest,
  file,
  note,
};

struct ContentContext {
  RoomId room;
  ProjectId project;  // 0: the room's own
  ContentType type;
  std::int64_t object;
  std::int64_t version = 1;
};

// Why content is opened; goes with the opening into the room's log.
enum class Reason : unsigned char { work, review, manage, deliver, sign_in, replay };

// A body as it lies in the store; what the bulk path binds.
std::string encode_content(const ContentContext& context, std::string_view plain);

Result<void> put_content(Tx& tx, const ContentContext& context, ContentRef ref,
                         const Plaintext& plain);
// Replaces the bytes behind a ref (drafts only; everything else is immutable).
Result<void> replace_content(Tx& tx, const ContentContext& context, ContentRef ref,
                             const Plaintext& plain);
Result<Plaintext> open_content(Tx& tx, const ContentContext& context, ContentRef ref,
                               Reason reason);
// The bulk path: a body that the caller's own statement has read beside other columns; what it
// holds is appended to `out`.
Result<void> open_body(std::string& out, const ContentContext& context, std::string_view body,
                       Reason reason);
Result<void> drop_content(Tx& tx, const ContentContext& context, ContentRef ref);

}  // namespace guildhall::store
