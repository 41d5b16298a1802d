// Reading JSON. Boost's scanner, with two things done by ourselves: a number with a fraction or an
// exponent becomes the double that is nearest to its text (Boost 1.81 is off by one unit in the
// last place for one in eight short ones), and an object that names a member twice is refused
// (RFC 7493, 2.3): two readers would take it for two things.
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <optional>
#include <vector>

#include "base/json.h"
#include "base/limits.h"

namespace guildhall {
namespace {

// What the scanner calls, in order; a returned false ends it with the error code that was set.
class Builder {
 public:
  using Text = json::string_view;
  using Code = json::error_code;
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  explicit Builder(json::storage_ptr pool) : pool_(std::move(pool)) {}

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return open(json::object(pool_)); }
  bool on_object_end(std::size_t, Code& code) { return close(code); }
  bool on_array_begin(Code&) { return open(json::array(pool_)); }
  bool on_array_end(std::size_t, Code& code) { return close(code); }
  bool on_key_part(Text text, std::size_t, Code&) { return add(text); }
  bool on_key(Text text, std::size_t, Code&) {
    add(text);
    open_.back().key.assign(part_);
    part_.clear();
    return true;
  }
  bool on_string_part(Text text, std::size_t, Code&) { return add(text); }
  bool on_string(Text text, std::size_t, Code& code) {
    if (part_.empty()) return put(json::value(text, pool_), code);
    add(text);
    json::value whole(Text(part_.data(), part_.size()), pool_);
    part_.clear();
    return put(std::move(whole), code);
  }
  bool on_number_part(Text text, Code&) { return add(text); }
  bool on_int64(std::int64_t number, Text, Code& code) { return put_number(number, code); }
  bool on_uint64(std::uint64_t number, Text, Code& code) { return put_number(number, code); }
  bool on_double(double near, Text text, Code& code) {
    add(text);
    double exact = near;
    auto read = std::from_chars(part_.data(), part_.data() + part_.size(), exact);
    return put_number(read.ec == std::errc() ? exact : near, code);
  }
  bool on_bool(bool value, Code& code) { return put(json::value(value, pool_), code); }
  bool on_null(Code& code) { return put(json::value(nullptr, pool_), code); }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }

  json::value take() { return std::move(*whole_); }
  const std::optional<std::string>& twice() const { return twice_; }

 private:
  struct Open {
    json::value value;
    std::string key;  // the member whose value comes next
  };

  bool add(Text text) {
    part_.append(text.data(), text.size());
    return true;
  }
  bool open(json::value container) {
    open_.push_back({std::move(container), {}});
    return true;
  }
  bool close(Code& code) {
    json::value done = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(done), code);
  }
  template <class Number>
  bool put_number(Number number, Code& code) {
    part_.clear();
    return put(json::value(number, pool_), code);
  }
  bool put(json::value&& value, Code& code) {
    if (open_.empty()) {
      whole_ = std::move(value);
      return true;
    }
    Open& into = open_.back();
    if (auto* list = into.value.if_array()) {
      list->push_back(std::move(value));
      return true;
    }
    if (into.value.get_object().emplace(into.key, std::move(value)).second) return true;
    twice_ = std::move(into.key);
    code = json::error::syntax;
    return false;
  }

  json::storage_ptr pool_;
  std::vector<Open> open_;
  std::string part_;
  std::optional<json::value> whole_;
  std::optional<std::string> twice_;
};

}  // namespace

Result<json::value> parse_json(std::string_view text, json::storage_ptr pool) {
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  json::basic_parser<Builder> parser(options, std::move(pool));
  json::error_code error;
  std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  const auto& builder = parser.handler();
  if (builder.twice()) {
    return fail(Fault::malformed, "bad-json",
                "An object names a member twice: " + builder.twice()->substr(0, 64));
  }
  if (!error && read < text.size()) error = json::error::extra_data;
  if (error) return fail(Fault::malformed, "bad-json", "The body is not JSON: " + error.message());
  return parser.handler().take();
}

}  // namespace guildhall
