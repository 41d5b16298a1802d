#include "work/template/member_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/limits.h"

namespace guildhall::work {

bool is_template_id(std::string_view text) {
  if (text.empty() || text.size() > kMaxTemplateId) return false;
  if (text[0] < 'a' || text[0] > 'z') return false;
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool MemberReader::has(std::string_view key) const { return object_.contains(key); }

json::value* MemberReader::take(std::string_view key) {
  known_.push_back(key);
  return error_ ? nullptr : object_.if_contains(key);
}

void MemberReader::fault_at(std::string pointer, std::string detail) {
  if (!error_) {
    error_ = Error{Fault::invalid, "invalid-template", std::move(detail), std::move(pointer)};
  }
}

void MemberReader::fault(std::string_view key, std::string detail) {
  fault_at(pointer_to(pointer_, key), std::move(detail));
}

std::string MemberReader::text(std::string_view key, std::size_t max_bytes, bool required) {
  auto* value = take(key);
  if (error_) return {};
  if (!value) {
    if (required) fault(key, fmt::format("This needs a {}.", key));
    return {};
  }
  const auto* string = value->if_string();
  if (!string || string->empty() || string->size() > max_bytes) {
    fault(key, fmt::format("This must be text of 1 to {} bytes.", max_bytes));
    return {};
  }
  return std::string(guildhall::view(*string));
}

std::string MemberReader::id(std::string_view key) {
  auto name = text(key, kMaxTemplateId, true);
  if (!error_ && !is_template_id(name)) {
    fault(key, "An id is a small letter, then small letters, digits and _, 48 at most.");
  }
  return name;
}

bool MemberReader::flag(std::string_view key, bool fallback) {
  auto* value = take(key);
  if (error_) return fallback;
  if (!value) {
    object_.emplace(key, fallback);
    return fallback;
  }
  if (const auto* flag = value->if_bool()) return *flag;
  fault(key, "This must be true or false.");
  return fallback;
}

std::int64_t MemberReader::whole(std::string_view key, std::int64_t low, std::int64_t high,
                                 std::int64_t fallback) {
  auto* value = take(key);
  if (error_) return fallback;
  if (!value) {
    object_.emplace(key, fallback);
    return fallback;
  }
  auto number = as_int(*value);
  if (number && *number >= low && *number <= high) {
    *value = *number;  // 3.0 becomes 3, which is what the schema must say
    return *number;
  }
  fault(key, fmt::format("This must be a whole number from {} to {}.", low, high));
  return fallback;
}

std::size_t MemberReader::count(std::string_view key, std::size_t low, std::size_t high,
                                std::size_t fallback) {
  return static_cast<std::size_t>(whole(key, static_cast<std::int64_t>(low),
                                        static_cast<std::int64_t>(high),
                                        static_cast<std::int64_t>(fallback)));
}

std::optional<double> MemberReader::number(std::string_view key) {
  auto* value = take(key);
  if (!value) return std::nullopt;
  auto number = as_number(*value);
  if (!number || !std::isfinite(*number)) {
    fault(key, "This must be a number.");
    return std::nullopt;
  }
  return number;
}

std::optional<Pointer> MemberReader::pointer(std::string_view key, bool required) {
  auto* value = take(key);
  if (error_) return std::nullopt;
  if (!value) {
    if (required) fault(key, fmt::format("This needs {}, a JSON pointer into the data.", key));
    return std::nullopt;
  }
  const auto* string = value->if_string();
  auto pointer = string ? parse_pointer(guildhall::view(*string)) : std::nullopt;
  if (!pointer) fault(key, "This must be a JSON pointer into the data, like /prompt.");
  return pointer;
}

json::array* MemberReader::array(std::string_view key, std::size_t max_items, bool required) {
  auto* value = take(key);
  if (error_) return nullptr;
  if (!value && !required) return nullptr;
  auto* array = value ? value->if_array() : nullptr;
  if (!array || array->empty() || array->size() > max_items) {
    fault(key, fmt::format("This must be a list of 1 to {} items.", max_items));
    return nullptr;
  }
  return array;
}

json::object* MemberReader::object(std::string_view key) {
  auto* value = take(key);
  if (!value) return nullptr;
  if (auto* object = value->if_object()) return object;
  fault(key, "This must be an object.");
  return nullptr;
}

json::object& MemberReader::made_object(std::string_view key) {
  if (!has(key)) object_.emplace(key, json::object());
  auto* object = this->object(key);
  return object ? *object : none_;
}

const json::value* MemberReader::scalar(std::string_view key) {
  auto* value = take(key);
  if (!value) return nullptr;
  if (!value->is_object() && !value->is_array() && !value->is_null()) return value;
  fault(key, "This must be text, a number, true or false.");
  return nullptr;
}

std::vector<std::string> MemberReader::names(std::string_view key, std::size_t max_items) {
  std::vector<std::string> out;
  auto* items = array(key, max_items, false);
  if (!items) return out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto* name = (*items)[i].if_string();
    if (!name || name->empty() || name->size() > kMaxTemplateLabel) {
      fault_at(pointer_to(pointer_to(pointer_, key), i), "This must be a short text.");
      return out;
    }
    out.emplace_back(guildhall::view(*name));
  }
  return out;
}

namespace {

// What may stand in a pointer that a person reads. Other names are content.
bool is_plain(std::string_view key) {
  return !key.empty() && key.size() <= kMaxTemplateId &&
         std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

void MemberReader::finish() {
  if (error_) return;
  for (const auto& member : object_) {
    auto key = view_of(member.key());
    if (std::ranges::find(known_, key) != known_.end()) continue;
    fault_at(is_plain(key) ? pointer_to(pointer_, key) : pointer_,
             "A form has no such member here.");
    return;
  }
}

}  // namespace guildhall::work
