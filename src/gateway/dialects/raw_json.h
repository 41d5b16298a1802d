// JSON text that is looked into without being taken apart: a value is the bytes it stands in, so
// that what is carried on is carried byte for byte (numbers keep their digits, strings their
// escapes, tool arguments their blanks). Checked once as a whole by parse(); everything below it is
// then known to be sound.
//
// Concurrency: a view; pure. Limits: those of parse_json; the text must outlive the view.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::gateway {

class RawJson {
 public:
  struct Member;

  RawJson() = default;  // absent
  // Error: malformed/"bad-json", as parse_json.
  static Result<RawJson> parse(std::string_view text);
  // Of text that parse() has taken before.
  static RawJson known(std::string_view sound);

  std::string_view text() const { return text_; }
  bool present() const { return !text_.empty(); }
  // Something is said: present and not null.
  explicit operator bool() const { return present() && text_[0] != 'n'; }
  bool is_object() const { return present() && text_[0] == '{'; }
  bool is_array() const { return present() && text_[0] == '['; }
  bool is_string() const { return present() && text_[0] == '"'; }
  bool is_number() const {
    return present() && (text_[0] == '-' || (text_[0] >= '0' && text_[0] <= '9'));
  }
  bool is_true() const { return text_ == "true"; }
  bool is_false() const { return text_ == "false"; }

  std::vector<Member> members() const;  // in order; none of what is no object
  std::vector<RawJson> items() const;   // none of what is no array
  RawJson member(std::string_view name) const;
  RawJson at(std::string_view name, std::string_view inner) const {
    return member(name).member(inner);
  }

  // A string: without its quotes, escapes as they stand; decoded; compared with plain text.
  std::string_view inner() const;
  std::string decoded() const;
  bool is(std::string_view plain) const;
  std::optional<std::int64_t> integer() const;
  std::optional<double> number() const;

 private:
  explicit RawJson(std::string_view text) : text_(text) {}
  std::string_view text_;
};

struct RawJson::Member {
  RawJson key;  // a string; compare it with is()
  RawJson value;
};

}  // namespace guildhall::gateway
