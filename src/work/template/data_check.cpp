#include "work/template/data_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/limits.h"

namespace guildhall::work {
namespace {

std::unexpected<Error> bad(std::string field, std::string detail) {
  return fail(Fault::invalid, "invalid-data", std::move(detail), std::move(field));
}

std::string at(const Pointer& pointer) { return "/data" + pointer.text; }

Result<void> check_parts(const json::array& parts, const std::string& where) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!find_string(parts[i], "type")) {
      return bad(pointer_to(where, i), "A part of a message is an object with a type.");
    }
  }
  return {};
}

Result<void> check_message(const json::value& message, const std::string& where) {
  if (!message.is_object()) return bad(where, "A message is an object with role and content.");
  const auto* role = find_string(message, "role");
  static constexpr std::string_view kRoles[] = {"user", "assistant", "system", "tool", "developer"};
  if (!role || std::ranges::find(kRoles, view(*role)) == std::end(kRoles)) {
    return bad(where + "/role", "A role is user, assistant, system, developer or tool.");
  }
  const auto* calls = find(message, "tool_calls");
  if (calls && !calls->is_array() && !calls->is_null()) {
    return bad(where + "/tool_calls", "Tool calls are a list.");
  }
  for (std::size_t i = 0; calls && calls->is_array() && i < calls->get_array().size(); ++i) {
    if (!calls->get_array()[i].is_object()) {
      return bad(pointer_to(where + "/tool_calls", i), "A tool call is an object.");
    }
  }
  const auto* content = find(message, "content");
  bool speaks = calls && calls->is_array() && !calls->get_array().empty();
  if (!content || content->is_null()) {
    if (speaks) return {};
    return bad(where + "/content", "A message without tool calls needs content.");
  }
  if (const auto* parts = content->if_array()) return check_parts(*parts, where + "/content");
  if (!content->is_string()) {
    return bad(where + "/content", "A message's content is text or a list of parts.");
  }
  return {};
}

Result<void> check_messages(const json::value& value, const std::string& where) {
  const auto* list = value.if_array();
  if (!list || list->empty() || list->size() > kMaxSteps) {
    return bad(where, fmt::format("This must be a list of 1 to {} messages.", kMaxSteps));
  }
  for (std::size_t i = 0; i < list->size(); ++i)
    TRY(check_message((*list)[i], pointer_to(where, i)));
  return {};
}

// {text} or {messages}, as a response or a step is given.
Result<void> check_text_object(const json::value& value, const std::string& where, bool messages) {
  if (!value.is_object()) return bad(where, "This must be an object with text or messages.");
  const auto* text = find(value, "text");
  const auto* list = messages ? find(value, "messages") : nullptr;
  if ((text != nullptr) == (list != nullptr)) {
    return bad(where, messages ? "This needs either text or messages." : "This needs text.");
  }
  if (list) return check_messages(*list, where + "/messages");
  if (!text->is_string()) return bad(where + "/text", "This must be text.");
  return {};
}

Result<void> check_chat(const json::value& value, const std::string& where, bool each) {
  if (each) return check_text_object(value, where, true);
  if (const auto* text = value.if_string()) {
    if (text->empty()) return bad(where, "This must not be empty.");
    return {};
  }
  if (!value.is_array()) return bad(where, "This must be text or a list of messages.");
  return check_messages(value, where);
}

Result<void> check_text(const json::value& value, const std::string& where, bool each) {
  if (value.is_string()) return {};
  if (each && value.is_object()) return check_text_object(value, where, false);
  return bad(where, each ? "This must be text or an object with text." : "This must be text.");
}

Result<void> check_table(const json::value& value, const std::string& where) {
  const auto* rows = value.if_array();
  if (!rows || rows->empty()) return bad(where, "This must be a list of rows.");
  bool objects = rows->front().is_object();
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const auto& row = (*rows)[i];
    if (objects ? row.is_object() : row.is_array()) continue;
    return bad(pointer_to(where, i), "Rows are all objects, or all lists.");
  }
  return {};
}

// An upload's id, or {file, alt?}: never an address elsewhere.
Result<void> check_media(const json::value& value, const std::string& where) {
  const auto* file = &value;
  std::string field = where;
  if (value.is_object()) {
    file = find(value, "file");
    field += "/file";
    const auto* alt = find(value, "alt");
    if (alt && !alt->is_string()) return bad(where + "/alt", "This must be text.");
  }
  const auto* id = file ? file->if_string() : nullptr;
  if (!id || !is_data_id(view(*id))) return bad(field, "This must be the id of an uploaded file.");
  return {};
}

Result<void> check_tools(const View& v, const json::value& data) {
  const auto* tools = v.tools ? resolve(data, *v.tools) : nullptr;
  if (!tools || tools->is_null()) return {};
  const auto* list = tools->if_array();
  if (!list) return bad(at(*v.tools), "This must be a list of tools.");
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (!(*list)[i].is_object()) return bad(pointer_to(at(*v.tools), i), "A tool is an object.");
  }
  return {};
}

Result<void> check_shown(const View& v, const json::value& value, const std::string& where,
                         const json::value& data) {
  switch (v.kind) {
    case ViewKind::chat: return check_chat(value, where, v.each);
    case ViewKind::markdown:
    case ViewKind::code: return check_text(value, where, v.each);
    case ViewKind::trajectory:
      TRY(check_tools(v, data));
      if (v.each) return check_text_object(value, where, true);
      return check_messages(value, where);
    case ViewKind::table: return check_table(value, where);
    case ViewKind::diff: {
      TRY(check_text(value, where, false));
      const auto* other = resolve(data, *v.to);
      if (!other) return bad(at(*v.to), "This is missing.");
      return check_text(*other, at(*v.to), false);
    }
    case ViewKind::json: return {};
    case ViewKind::image:
    case ViewKind::audio:
    case ViewKind::video:
    case ViewKind::pdf:
    case ViewKind::media: return check_media(value, where);
  }
  return {};
}

Result<void> check_view(const View& v, const json::value& data) {
  const auto* value = resolve(data, v.from);
  if (!value || (v.optional && value->is_null())) {
    if (v.optional) return {};
    return bad(at(v.from), "This is missing.");
  }
  if (!v.each) return check_shown(v, *value, at(v.from), data);
  const auto* items = value->if_array();
  if (!items || items->empty() || items->size() > kMaxSteps) {
    return bad(at(v.from), fmt::format("This must be a list of 1 to {} items.", kMaxSteps));
  }
  for (std::size_t i = 0; i < items->size(); ++i) {
    TRY(check_shown(v, (*items)[i], pointer_to(at(v.from), i), data));
  }
  return {};
}

Result<void> check_criterion(const json::value& item, const std::string& where,
                             std::set<std::string_view>& ids) {
  if (!item.is_object()) return bad(where, "A criterion is an object with id and criterion.");
  const auto* id = find_string(item, "id");
  if (!id || !is_data_id(view(*id))) {
    return bad(where + "/id", "An id is 1 to 64 letters, digits, _, . or -.");
  }
  if (!ids.insert(view(*id)).second) return bad(where + "/id", "This id is used already.");
  const auto* text = find_string(item, "criterion");
  if (!text || text->empty()) return bad(where + "/criterion", "This must be text, not empty.");
  if (const auto* points = find(item, "points")) {
    auto number = as_number(*points);
    if (!number || *number < -kMaxCriterionPoints || *number > kMaxCriterionPoints) {
      return bad(where + "/points", fmt::format("Points are a number from {} to {}.",
                                                -kMaxCriterionPoints, kMaxCriterionPoints));
    }
  }
  const auto* gate = find(item, "gate");
  if (gate && !gate->is_bool()) return bad(where + "/gate", "This must be true or false.");
  return {};
}

Result<void> check_rubric(const Question& q, const json::value& data) {
  const auto* value = resolve(data, *q.from);
  const auto* items = value ? value->if_array() : nullptr;
  if (!items || items->empty() || items->size() > kMaxCriteria) {
    return bad(at(*q.from), fmt::format("This must be a list of 1 to {} criteria.", kMaxCriteria));
  }
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < items->size(); ++i) {
    TRY(check_criterion((*items)[i], pointer_to(at(*q.from), i), ids));
  }
  return {};
}

Result<void> check_options(const Question& q, const json::value& data) {
  const auto* value = q.options_from ? resolve(data, *q.options_from) : nullptr;
  if (!value) {
    if (!q.options_from || !q.options.empty()) return {};
    return bad(at(*q.options_from), "This is missing.");
  }
  const auto* items = value->if_array();
  auto where = at(*q.options_from);
  if (!items || items->empty() || items->size() > kMaxQuestionOptions) {
    return bad(where, fmt::format("This must be a list of 1 to {} options.", kMaxQuestionOptions));
  }
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto& item = (*items)[i];
    const auto* text = item.is_object() ? find_string(item, "value") : item.if_string();
    const auto* label = find(item, "label");
    if (!text || text->empty() || text->size() > kMaxTemplateLabel ||
        (label && !label->is_string())) {
      return bad(pointer_to(where, i), "An option is a short text, or {value, label}.");
    }
    if (!seen.insert(view(*text)).second) {
      return bad(pointer_to(where, i), "This option is listed already.");
    }
  }
  return {};
}

Result<void> check_one(const Question& q, const json::value& data) {
  TRY(check_options(q, data));
  switch (q.kind) {
    case QuestionKind::rubric: return check_rubric(q, data);
    case QuestionKind::compare:
    case QuestionKind::rank: {
      if (!q.from) return {};
      auto count = responses_of(q, data);
      if (count >= 2 && count <= kMaxResponses) return {};
      return bad(at(*q.from), fmt::format("This must be a list of 2 to {}.", kMaxResponses));
    }
    case QuestionKind::steps: {
      auto count = steps_of(q, data);
      if (count && *count > 0 && *count <= kMaxSteps) return {};
      return bad(at(*q.from), fmt::format("This must be a list of 1 to {} steps.", kMaxSteps));
    }
    case QuestionKind::spans: {
      const auto* text = text_of(q, data);
      if (text && !text->empty()) return {};
      return bad(at(*q.from), "This must be text, not empty.");
    }
    case QuestionKind::boxes:
    case QuestionKind::segments: {
      const auto* file = resolve(data, *q.from);
      if (!file) return bad(at(*q.from), "This is missing.");
      return check_media(*file, at(*q.from));
    }
    case QuestionKind::group:
      for (const auto& inner : q.questions) TRY(check_one(inner, data));
      return {};
    default: return {};
  }
}

}  // namespace

bool is_data_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

Result<void> check_views(const Form& form, const json::value& data) {
  if (!data.is_object()) return bad("/data", "Data is an object.");
  for (const auto& v : form.views) TRY(check_view(v, data));
  return {};
}

Result<void> check_question_data(const Form& form, const json::value& data) {
  for (const auto& q : form.questions) TRY(check_one(q, data));
  return {};
}

std::size_t responses_of(const Question& question, const json::value& data) {
  const auto* value = resolve(data, *question.from);
  const auto* items = value ? value->if_array() : nullptr;
  return items ? items->size() : 0;
}

const json::array* rubric_of(const Question& question, const json::value& data) {
  const auto* value = resolve(data, *question.from);
  return value ? value->if_array() : nullptr;
}

std::optional<std::size_t> steps_of(const Question& question, const json::value& data) {
  const auto* value = resolve(data, *question.from);
  const auto* items = value ? value->if_array() : nullptr;
  if (!items) return std::nullopt;
  if (question.roles.empty()) return items->size();
  return static_cast<std::size_t>(std::ranges::count_if(*items, [&](const json::value& item) {
    const auto* role = find_string(item, "role");
    return role && std::ranges::find(question.roles, view(*role)) != question.roles.end();
  }));
}

const json::string* text_of(const Question& question, const json::value& data) {
  const auto* value = resolve(data, *question.from);
  return value ? value->if_string() : nullptr;
}

const json::array* options_of(const Question& question, const json::value& data) {
  const auto* value = question.options_from ? resolve(data, *question.options_from) : nullptr;
  return value ? value->if_array() : nullptr;
}

bool has_option(const Question& question, const json::array* own, std::string_view value) {
  if (!own) return std::ranges::find(question.options, value) != question.options.end();
  return std::ranges::any_of(*own, [&](const json::value& item) {
    const auto* text = item.is_object() ? find_string(item, "value") : item.if_string();
    return text && view(*text) == value;
  });
}

}  // namespace guildhall::work
