// explain_misfit: the schema's rules in words, walked only when the schema has said no.
#include <fmt/core.h>

#include <algorithm>

#include "base/limits.h"
#include "work/template/answer_check.h"
#include "work/template/dialogue_form.h"

namespace guildhall::work {
namespace {

struct Misfit {
  std::string field;
  std::string detail;
};
using Found = std::optional<Misfit>;

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Found check_list(const std::vector<Question>& questions, const json::value& answers,
                 const std::string& where, bool complete);

Found check_string(const json::value& value, const std::string& where, std::size_t least,
                   std::size_t most) {
  const auto* text = value.if_string();
  auto length = text ? code_points(guildhall::view(*text)) : 0;
  if (text && length >= least && length <= most) return std::nullopt;
  return Misfit{where, fmt::format("This must be text of {} to {} characters.", least, most)};
}

Found check_option(const Question& q, const json::value& value, const std::string& where) {
  if (q.options_from || q.options.empty()) return check_string(value, where, 1, kMaxTemplateLabel);
  const auto* text = value.if_string();
  if (text && std::ranges::find(q.options, guildhall::view(*text)) != q.options.end()) return {};
  return Misfit{where, "This must be one of the listed options."};
}

Found check_count(const json::array* items, const std::string& where, std::size_t least,
                  std::size_t most) {
  if (items && items->size() >= least && items->size() <= most) return std::nullopt;
  return Misfit{where, fmt::format("This must be a list of {} to {} items.", least, most)};
}

Found check_many(const Question& q, const json::value& value, const std::string& where,
                 std::size_t least) {
  const auto* items = value.if_array();
  if (auto misfit = check_count(items, where, least, q.max_items)) return misfit;
  for (std::size_t i = 0; i < items->size(); ++i) {
    if (auto misfit = check_option(q, (*items)[i], pointer_to(where, i))) return misfit;
    if (std::find(items->begin(), items->begin() + static_cast<std::ptrdiff_t>(i), (*items)[i]) !=
        items->begin() + static_cast<std::ptrdiff_t>(i)) {
      return Misfit{pointer_to(where, i), "This is in the list already."};
    }
  }
  return std::nullopt;
}

Found check_number(const Question& q, const json::value& value, const std::string& where) {
  bool whole = q.integer || q.kind == QuestionKind::rating;
  auto number = as_number(value);
  bool fits = number && (!q.min || *number >= *q.min) && (!q.max || *number <= *q.max) &&
              (value.is_int64() || (!whole && value.is_double()));
  if (fits) return std::nullopt;
  return Misfit{where, fmt::format("This must be a {}number{}{}.", whole ? "whole " : "",
                                   q.min ? fmt::format(" from {}", *q.min) : "",
                                   q.max ? fmt::format(" up to {}", *q.max) : "")};
}

Found check_text(const Question& q, const json::value& value, const std::string& where,
                 bool complete) {
  std::size_t least = q.min_length == 0 && q.required ? 1 : q.min_length;
  if (!complete) least = 0;
  if (!q.list) return check_string(value, where, least, q.max_length);
  const auto* items = value.if_array();
  if (auto misfit = check_count(items, where, complete ? q.min_items : 0, q.max_items)) {
    return misfit;
  }
  for (std::size_t i = 0; i < items->size(); ++i) {
    auto misfit = check_string((*items)[i], pointer_to(where, i), least, q.max_length);
    if (misfit) return misfit;
  }
  return std::nullopt;
}

Found check_compare(const Question& q, const json::value& value, const std::string& where) {
  const auto* text = value.if_string();
  bool letter = text && text->size() == 1 && (*text)[0] >= 'a' && (*text)[0] <= 'z';
  if (letter || (text && ((q.tie && *text == "tie") || (q.all_bad && *text == "both_bad")))) {
    return std::nullopt;
  }
  return Misfit{where, fmt::format("This must be the letter of a response{}{}.",
                                   q.tie ? ", or tie" : "", q.all_bad ? ", or both_bad" : "")};
}

Found check_rank(const Question& q, const json::value& value, const std::string& where) {
  std::size_t most = q.options.empty() ? kMaxResponses : q.options.size();
  const auto* groups = value.if_array();
  if (auto misfit = check_count(groups, where, 0, most)) return misfit;
  for (std::size_t i = 0; i < groups->size(); ++i) {
    auto place = pointer_to(where, i);
    const auto* group = (*groups)[i].if_array();
    if (auto misfit = check_count(group, place, 1, q.ties ? most : 1)) return misfit;
    for (std::size_t j = 0; j < group->size(); ++j) {
      if (auto misfit = check_option(q, (*group)[j], pointer_to(place, j))) return misfit;
    }
  }
  return std::nullopt;
}

Found check_rubric(const Question& q, const json::value& value, const std::string& where,
                   bool complete) {
  const auto* criteria = value.if_object();
  if (!criteria || criteria->size() > kMaxCriteria) {
    return Misfit{where, "This must be an object with a verdict per criterion."};
  }
  bool null = q.cannot_assess || !complete;
  for (const auto& member : *criteria) {
    if (member.value().is_bool() || (null && member.value().is_null())) continue;
    return Misfit{
        pointer_to(where, view_of(member.key())),
        null ? "This must be true, false or null (cannot assess)." : "This must be true or false."};
  }
  return std::nullopt;
}

Found check_steps(const json::value& value, const std::string& where, bool complete) {
  const auto* items = value.if_array();
  if (auto misfit = check_count(items, where, 0, kMaxSteps)) return misfit;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto& item = (*items)[i];
    auto number = as_number(item);
    if (number && (*number == -1 || *number == 0 || *number == 1)) continue;
    if (!complete && item.is_null()) continue;
    return Misfit{pointer_to(where, i), "A step is rated -1, 0 or 1."};
  }
  return std::nullopt;
}

Found check_whole(const json::value& value, const std::string& where, std::int64_t low,
                  std::int64_t high) {
  const auto* number = value.if_int64();
  if (number && *number >= low && *number <= high) return std::nullopt;
  return Misfit{where, fmt::format("This must be a whole number from {}.", low)};
}

// One object of a closed set of members; `check` judges one member, by its place in `names`.
template <class Check>
Found check_record(const json::value& value, const std::string& where,
                   std::initializer_list<std::string_view> names, std::size_t required,
                   Check check) {
  const auto* object = value.if_object();
  if (!object) return Misfit{where, "This must be an object."};
  std::size_t seen = 0;
  std::size_t i = 0;
  for (auto name : names) {
    const auto* member = object->if_contains(name);
    if (!member && i < required) return Misfit{pointer_to(where, name), "This is missing."};
    if (member) {
      ++seen;
      if (Found misfit = check(i, *member, pointer_to(where, name))) return misfit;
    }
    ++i;
  }
  if (seen != object->size()) return Misfit{where, "This has a member that is not asked for."};
  return std::nullopt;
}

Found check_fraction(const json::value& value, const std::string& where) {
  auto number = as_number(value);
  bool is_number = value.is_int64() || value.is_uint64() || value.is_double();
  if (is_number && number && *number >= 0 && *number <= 1) return std::nullopt;
  return Misfit{where, "This must be a number from 0 to 1."};
}

// Spans, boxes, segments: their own members, then label and note.
Found check_marks(const Question& q, const json::value& value, const std::string& where,
                  std::size_t least) {
  const auto* items = value.if_array();
  if (auto misfit = check_count(items, where, least, q.max_items)) return misfit;
  bool boxes = q.kind == QuestionKind::boxes;
  std::int64_t most = q.kind == QuestionKind::segments ? kMaxSegmentMs : INT64_MAX;
  std::size_t own = boxes ? 4 : 2;
  auto member = [&](std::size_t i, const json::value& v, const std::string& place) -> Found {
    if (i < own) return boxes ? check_fraction(v, place) : check_whole(v, place, i ? 1 : 0, most);
    if (i == own) return check_option(q, v, place);
    return check_string(v, place, 0, kMaxTemplateHelp);
  };
  for (std::size_t i = 0; i < items->size(); ++i) {
    auto place = pointer_to(where, i);
    const auto& item = (*items)[i];
    Found misfit;
    if (boxes) {
      misfit = check_record(item, place, {"x", "y", "w", "h", "label", "note"}, 5, member);
    } else if (q.kind == QuestionKind::segments) {
      misfit = check_record(item, place, {"start_ms", "end_ms", "label", "note"}, 3, member);
    } else {
      misfit = check_record(item, place, {"start", "end", "label", "note"}, 3, member);
    }
    if (misfit) return misfit;
  }
  return std::nullopt;
}

Found check_files(const Question& q, const json::value& value, const std::string& where,
                  std::size_t least) {
  const auto* items = value.if_array();
  if (auto misfit = check_count(items, where, least, q.max_items)) return misfit;
  auto member = [&](std::size_t i, const json::value& v, const std::string& place) -> Found {
    if (i == 3) return check_whole(v, place, 0, q.max_bytes);
    return check_string(v, place, 1, kMaxTemplateLabel);
  };
  for (std::size_t i = 0; i < items->size(); ++i) {
    auto misfit =
        check_record((*items)[i], pointer_to(where, i), {"id", "name", "type", "bytes"}, 2, member);
    if (misfit) return misfit;
  }
  return std::nullopt;
}

Found check_group(const Question& q, const json::value& value, const std::string& where,
                  bool complete) {
  const auto* rows = value.if_array();
  if (auto misfit = check_count(rows, where, complete ? q.min_items : 0, q.max_items)) {
    return misfit;
  }
  for (std::size_t i = 0; i < rows->size(); ++i) {
    auto misfit = check_list(q.questions, (*rows)[i], pointer_to(where, i), complete);
    if (misfit) return misfit;
  }
  return std::nullopt;
}

Found check_answer(const Question& q, const json::value& value, const std::string& where,
                   bool complete) {
  if (q.na && value.is_null()) return std::nullopt;
  std::size_t least = complete ? q.min_items : 0;
  switch (q.kind) {
    case QuestionKind::one: return check_option(q, value, where);
    case QuestionKind::many: return check_many(q, value, where, least);
    case QuestionKind::rating:
    case QuestionKind::number: return check_number(q, value, where);
    case QuestionKind::compare: return check_compare(q, value, where);
    case QuestionKind::rank: return check_rank(q, value, where);
    case QuestionKind::text: return check_text(q, value, where, complete);
    case QuestionKind::rubric: return check_rubric(q, value, where, complete);
    case QuestionKind::steps: return check_steps(value, where, complete);
    case QuestionKind::spans:
    case QuestionKind::boxes:
    case QuestionKind::segments: return check_marks(q, value, where, least);
    case QuestionKind::dialogue: {
      auto misfit = check_dialogue(*q.dialogue, value, where, complete);
      if (!misfit) return std::nullopt;
      return Misfit{std::move(misfit->field), std::move(misfit->detail)};
    }
    case QuestionKind::file: return check_files(q, value, where, least);
    case QuestionKind::group: return check_group(q, value, where, complete);
  }
  return std::nullopt;
}

Found check_strength(const Question& q, const json::object& answers, const std::string& where,
                     bool complete) {
  const auto* strength = answers.if_contains(q.strength_id);
  auto place = pointer_to(where, q.strength_id);
  if (strength) {
    const auto* number = strength->if_int64();
    if (number && *number >= 1 && *number <= q.strength_max) return std::nullopt;
    return Misfit{place, fmt::format("This must be a whole number from 1 to {}.", q.strength_max)};
  }
  const auto* choice = answer_of(answers, q);
  if (!complete || !choice || *choice == json::value("tie") || *choice == json::value("both_bad")) {
    return std::nullopt;
  }
  return Misfit{place, "This question needs an answer."};
}

Found check_known(const std::vector<Question>& questions, const json::object& answers,
                  const std::string& where) {
  for (const auto& member : answers) {
    auto key = view_of(member.key());
    bool known = std::ranges::any_of(questions, [&](const Question& q) {
      return q.id == key || (q.strength_max > 0 && q.strength_id == key);
    });
    if (known) continue;
    bool plain = key.size() <= kMaxTemplateId;
    return Misfit{plain ? pointer_to(where, key) : where, "There is no such question."};
  }
  return std::nullopt;
}

Found check_list(const std::vector<Question>& questions, const json::value& answers,
                 const std::string& where, bool complete) {
  const auto* object = answers.if_object();
  if (!object) return Misfit{where, "This must be an object with an answer per question."};
  if (auto misfit = check_known(questions, *object, where)) return misfit;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto& q = questions[i];
    auto place = pointer_to(where, q.id);
    const auto* value = object->if_contains(q.id);
    bool shown = !complete || is_shown(questions, i, *object);
    if (value && !shown) return Misfit{place, "This question is not asked after these answers."};
    if (!value && shown && complete && q.required) {
      return Misfit{place, "This question needs an answer."};
    }
    if (value) {
      if (auto misfit = check_answer(q, *value, place, complete)) return misfit;
    }
    if (q.strength_max > 0) {
      if (auto misfit = check_strength(q, *object, where, complete)) return misfit;
    }
  }
  return std::nullopt;
}

}  // namespace

Error explain_misfit(const Form& form, const json::value& answers, bool complete) {
  auto misfit = check_list(form.questions, answers, "/answers", complete);
  if (!misfit) misfit = Misfit{"/answers", "These answers do not fit the template's schema."};
  return Error{Fault::invalid, "invalid-answers", std::move(misfit->detail),
               std::move(misfit->field)};
}

}  // namespace guildhall::work
