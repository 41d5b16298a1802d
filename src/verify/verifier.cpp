#include "verify/verifier.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "verify/rebuild.h"

namespace guildhall::verify {
namespace {

Kind kind_of(const Error& error) {
  if (error.type == "bad-note" || error.type == "bad-checkpoint") return Kind::bad_checkpoint;
  return Kind::bad_signature;
}

Checked<tlog::Checkpoint> open_since(const Wanted& wanted) {
  if (!wanted.since) return tlog::Checkpoint{wanted.log.name, 0, {}};
  auto since = tlog::open_checkpoint(*wanted.since, wanted.log);
  if (!since)
    return found(Kind::bad_since,
                 "The checkpoint that was verified before cannot be used: " + since.error().detail);
  return *since;
}

// What an entry says it is: one JSON object with a member "verb"; "" for any other.
std::string verb_of(std::string_view entry) {
  // As the rooms write it, a time before it or not: no need to parse millions.
  constexpr std::string_view kTime = R"({"at":"2026-11-21T19:00:00.000Z",)";
  constexpr std::string_view kVerb = R"("verb":")";
  const std::size_t start = entry.starts_with(R"({"at":")") ? kTime.size() : 1;
  if (entry.substr(std::min(start, entry.size())).starts_with(kVerb)) {
    const auto rest = entry.substr(start + kVerb.size(), 64);
    const auto end = rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    if (end != rest.npos && rest[end] == '"') return std::string(rest.substr(0, end));
  }
  auto parsed = parse_json(entry);
  const json::string* verb = parsed ? find_string(*parsed, "verb") : nullptr;
  return verb == nullptr ? std::string() : std::string(view(*verb));
}

}  // namespace

// The checkpoint as the log signed it; whether the witnesses did is asked apart, so that each fault
// has its own kind.
Checked<tlog::Checkpoint> open_note(std::string_view note, const Wanted& wanted) {
  auto checkpoint = tlog::open_checkpoint(note, wanted.log, wanted.witnesses);
  if (checkpoint) return *checkpoint;
  auto unwitnessed = tlog::open_checkpoint(note, wanted.log);
  if (!unwitnessed) return found(kind_of(unwitnessed.error()), unwitnessed.error().detail);
  return found(Kind::no_witness, checkpoint.error().detail);
}

Checked<Report> verify_log(Source& source, const Wanted& wanted) {
  auto files = source.list();
  if (!files) return found(Kind::unreachable, files.error().detail);
  auto note = source.read("checkpoint");
  if (!note) return found(Kind::unreachable, "There is no checkpoint: " + note.error().detail);
  auto checkpoint = open_note(*note, wanted);
  if (!checkpoint) return std::unexpected(std::move(checkpoint).error());
  auto since = open_since(wanted);
  if (!since) return std::unexpected(std::move(since).error());
  if (checkpoint->size < since->size)
    return found(Kind::rollback,
                 fmt::format("The log has {} entries; it had {} when it was verified "
                             "before.",
                             checkpoint->size, since->size));
  Report report{*checkpoint, *note, since->size, wanted.witnesses.size(), {}};
  if (*files) (*files)->erase("checkpoint");
  Rebuild rebuild(source, *files, [&](std::uint64_t index, std::string_view entry) {
    if (index >= since->size) ++report.verbs[verb_of(entry)];
  });
  bool continues = since->size == 0;
  auto root = rebuild.run(checkpoint->size, since->size,
                          [&](const tlog::Hash& then) { continues = then == since->root; });
  if (!root) return std::unexpected(std::move(root).error());
  if (*root != checkpoint->root)
    return found(Kind::wrong_root, "The entries do not give the root that the log signed.");
  if (!continues)
    return found(Kind::fork, fmt::format("The first {} entries are not those that were verified "
                                         "before: the log has been rewritten, or forked.",
                                         since->size));
  if (*files && !(*files)->empty())
    return found(Kind::unlisted_file,
                 fmt::format("{} belongs to no log of this size.", *(*files)->begin()));
  return report;
}

}  // namespace guildhall::verify
