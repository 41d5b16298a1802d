// Reads the members of one JSON object of a form, each under a rule, and refuses any member that
// nobody asked for. The first fault sticks: later reads return their default, so that a reader is
// written straight down and checked once at its end.
//
// Concurrency: belongs to one thread. Limits: the caller gives them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "work/template/form.h"

namespace guildhall::work {

class MemberReader {
 public:
  // `error` is shared by all readers of one form; `pointer` is where this object is.
  MemberReader(json::object& object, std::string pointer, std::optional<Error>& error)
      : object_(object), pointer_(std::move(pointer)), error_(error) {}

  bool has(std::string_view key) const;
  bool failed() const { return error_.has_value(); }
  const std::string& pointer() const { return pointer_; }

  std::string text(std::string_view key, std::size_t max_bytes, bool required);
  std::string id(std::string_view key);
  // Defaults are written back into the object, so that the form says them.
  bool flag(std::string_view key, bool fallback);
  std::size_t count(std::string_view key, std::size_t low, std::size_t high, std::size_t fallback);
  std::int64_t whole(std::string_view key, std::int64_t low, std::int64_t high,
                     std::int64_t fallback);
  std::optional<double> number(std::string_view key);
  std::optional<Pointer> pointer(std::string_view key, bool required);
  json::array* array(std::string_view key, std::size_t max_items, bool required);
  json::object* object(std::string_view key);
  // Empty where it was absent, and then the form says so.
  json::object& made_object(std::string_view key);
  const json::value* scalar(std::string_view key);
  std::vector<std::string> names(std::string_view key, std::size_t max_items);

  void fault(std::string_view key, std::string detail);
  void fault_at(std::string pointer, std::string detail);
  // Call last: names the first member that no read asked for.
  void finish();

 private:
  json::value* take(std::string_view key);

  json::object& object_;
  std::string pointer_;
  std::optional<Error>& error_;
  std::vector<std::string_view> known_;
  json::object none_;
};

bool is_template_id(std::string_view text);

}  // namespace guildhall::work
