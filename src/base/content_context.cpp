#include "base/content_context.h"

#include <iterator>

namespace guildhall {
namespace {

constexpr std::string_view kTypes[] = {
    "?",          "task",     "extra",    "gold",     "answers",    "draft",        "title",
    "guidelines", "settings", "form",     "name",     "profile",    "credential",   "review",
    "reply",      "filter",   "manifest", "file",     "note",       "upload",       "dataset",
    "model",      "terms",    "exchange", "dialogue", "model-work", "model-answer", "proposal"};
constexpr std::string_view kReasons[] = {"?",       "work",    "review", "manage",
                                         "deliver", "sign-in", "replay", "quality"};

}  // namespace

std::string_view content_word(ContentType type) {
  auto at = static_cast<std::size_t>(type);
  return at < std::size(kTypes) ? kTypes[at] : kTypes[0];
}

std::string_view reason_word(OpenReason reason) {
  auto at = static_cast<std::size_t>(reason);
  return at < std::size(kReasons) ? kReasons[at] : kReasons[0];
}

std::string encode_context(const ContentContext& context) {
  std::string out("guildhall content v1");
  out += static_cast<char>(context.type);
  for (std::int64_t field :
       {context.room.value, context.project.value, context.object, context.version}) {
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(field >> shift);
  }
  return out;
}

}  // namespace guildhall
