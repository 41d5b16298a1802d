#include "work/import/import_line.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/limits.h"
#include "work/import/raw_members.h"

namespace guildhall::work {
namespace {

constexpr std::array<std::string_view, 7> kLineMembers = {
    "key", "priority", "batch", "data", "gold", "suggestions", "submissions"};
constexpr std::array<std::string_view, 2> kGoldMembers = {"answers", "reason"};
constexpr std::array<std::string_view, 2> kAnswerMembers = {"answers", "author"};

std::unexpected<Error> invalid(std::string detail, std::string field) {
  return fail(Fault::invalid, "invalid-line", std::move(detail), std::move(field));
}

Result<> check_closed(const json::object& object, std::span<const std::string_view> members,
                      const std::string& at) {
  for (const auto& member : object) {
    const std::string_view name{member.key().data(), member.key().size()};
    if (std::ranges::find(members, name) == members.end()) {
      return invalid("There is no such member.", at + "/" + escape_pointer(name));
    }
  }
  return {};
}

Result<std::optional<std::string>> short_text(const json::value& line, std::string_view name,
                                              std::size_t limit) {
  const json::value* value = find(line, name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  const json::string* text = value->if_string();
  std::string field = "/" + std::string(name);
  if (text == nullptr) return invalid("Must be a string.", std::move(field));
  if (text->empty()) return invalid("Must not be empty.", std::move(field));
  if (text->size() > limit) {
    return invalid("Longer than " + std::to_string(limit) + " bytes.", std::move(field));
  }
  return std::string(view(*text));
}

Result<std::int64_t> priority_of(const json::value& line) {
  const json::value* value = find(line, "priority");
  if (value == nullptr || value->is_null()) return 0;
  const auto number = as_int(*value);
  if (!number) return invalid("Must be a whole number.", "/priority");
  if (*number > kMaxTaskPriority || *number < -kMaxTaskPriority) {
    return invalid("Must lie within ±" + std::to_string(kMaxTaskPriority) + ".", "/priority");
  }
  return *number;
}

// One of `suggestions` or `submissions`: answers, and whose they are.
Result<> check_answers(const json::value& item, bool author_required, const std::string& at) {
  if (!item.is_object()) return invalid("Must be an object.", at);
  TRY(check_closed(item.get_object(), kAnswerMembers, at));
  const json::value* answers = find(item, "answers");
  if (answers == nullptr) return invalid("Is missing.", at + "/answers");
  if (!answers->is_object()) return invalid("Must be an object.", at + "/answers");
  const json::value* author = find(item, "author");
  if (author == nullptr && author_required) return invalid("Is missing.", at + "/author");
  if (author == nullptr) return {};
  const json::string* text = author->if_string();
  if (text == nullptr || text->empty()) {
    return invalid("Must be a string that is not empty.", at + "/author");
  }
  if (text->size() > kMaxAuthorLabel) {
    return invalid("Longer than " + std::to_string(kMaxAuthorLabel) + " bytes.", at + "/author");
  }
  return {};
}

Result<const json::array*> items(const json::value& line, std::string_view name, std::size_t limit,
                                 bool author_required) {
  const json::value* value = find(line, name);
  if (value == nullptr || value->is_null()) return nullptr;
  const json::array* list = value->if_array();
  const std::string at = "/" + std::string(name);
  if (list == nullptr) return invalid("Must be an array.", at);
  if (list->size() > limit) return invalid("More than " + std::to_string(limit) + ".", at);
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRY(check_answers((*list)[i], author_required, at + "/" + std::to_string(i)));
  }
  return list;
}

Result<const json::value*> object_member(const json::value& line, std::string_view name) {
  const json::value* value = find(line, name);
  if (value == nullptr || value->is_null()) return nullptr;
  if (!value->is_object()) return invalid("Must be an object.", "/" + std::string(name));
  return value;
}

// `gold` is {answers, reason?} or, without `answers`, the answers themselves.
Result<> read_gold(const json::value& value, ImportLine& line) {
  line.gold = TRY(object_member(value, "gold"));
  if (line.gold == nullptr) return {};
  const json::value* answers = find(*line.gold, "answers");
  if (answers == nullptr) return {};
  TRY(check_closed(line.gold->get_object(), kGoldMembers, "/gold"));
  if (!answers->is_object()) return invalid("Must be an object.", "/gold/answers");
  if (const json::value* reason = find(*line.gold, "reason"); reason && !reason->is_null()) {
    line.gold_reason = reason->if_string();
    if (line.gold_reason == nullptr) return invalid("Must be a string.", "/gold/reason");
  }
  line.gold = answers;
  return {};
}

Result<> find_texts(std::string_view raw, ImportLine& line) {
  if (raw.empty()) {
    write_json(line.data_text_, *line.data);
    if (line.gold != nullptr) write_json(line.gold_text_, *line.gold);
    return {};
  }
  line.data_slice_ = raw_member(raw, "data");
  if (line.gold == nullptr) return {};
  line.gold_slice_ = raw_member(raw, "gold");
  const auto answers = raw_member(line.gold_slice_, "answers");
  if (!answers.empty()) line.gold_slice_ = answers;
  return {};
}

}  // namespace

Result<ImportLine> parse_import_line(const json::value& value, std::string_view raw) {
  if (!value.is_object()) return invalid("A task must be an object.", "");
  TRY(check_closed(value.get_object(), kLineMembers, ""));
  ImportLine line;
  line.key = TRY(short_text(value, "key", kMaxTaskKey));
  line.batch = TRY(short_text(value, "batch", kMaxBatchName));
  line.priority = TRY(priority_of(value));
  line.data = TRY(object_member(value, "data"));
  if (line.data == nullptr) return invalid("Is missing.", "/data");
  TRY(read_gold(value, line));
  line.suggestions = TRY(items(value, "suggestions", kMaxSuggestions, false));
  line.submissions = TRY(items(value, "submissions", kMaxEarlierSubmissions, true));
  TRY(find_texts(raw, line));
  return line;
}

}  // namespace guildhall::work
