#include "gateway/dialects/raw_json.h"

#include <boost/json/monotonic_resource.hpp>

#include "base/json.h"

namespace guildhall::gateway {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

// One past the string that begins at `at`: a quote after an even number of backslashes. Bodies are
// mostly long strings (images), so quotes are looked for, not escapes.
std::size_t string_end(std::string_view text, std::size_t at) {
  for (std::size_t quote = text.find('"', at + 1); quote != std::string_view::npos;
       quote = text.find('"', quote + 1)) {
    std::size_t plain = quote;
    while (text[plain - 1] == '\\') --plain;
    if ((quote - plain) % 2 == 0) return quote + 1;
  }
  return text.size();
}

// One past the value that begins at `at`, in text that is known to be sound.
std::size_t value_end(std::string_view text, std::size_t at) {
  if (text[at] == '"') return string_end(text, at);
  if (text[at] != '{' && text[at] != '[') {
    const std::size_t end = text.find_first_of(",]} \t\n\r", at);
    return std::min(end, text.size());
  }
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = string_end(text, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) break;
  }
  return at;
}

// Calls each(at) for every element between the brackets; it returns where the element ends.
template <class Each>
void walk(std::string_view text, Each each) {
  std::size_t at = skip_blanks(text, 1);
  while (at < text.size() && text[at] != '}' && text[at] != ']') {
    at = skip_blanks(text, each(at));
    if (at < text.size() && text[at] == ',') at = skip_blanks(text, at + 1);
  }
}

// The spans of the member whose key begins at `at`.
struct Spans {
  std::size_t key_end, value, end;
};
Spans member_spans(std::string_view text, std::size_t at) {
  const std::size_t key_end = string_end(text, at);
  const std::size_t colon = skip_blanks(text, key_end);
  const std::size_t value = skip_blanks(text, colon + 1);
  return {key_end, value, value_end(text, value)};
}

}  // namespace

Result<RawJson> RawJson::parse(std::string_view text) {
  unsigned char first[4'096];  // a stream's events need no more
  json::monotonic_resource pool(first, sizeof first);
  TRY(parse_json(text, &pool));
  return known(text);
}

RawJson RawJson::known(std::string_view sound) {
  const std::size_t begin = skip_blanks(sound, 0);
  return RawJson(sound.substr(begin, value_end(sound, begin) - begin));
}

std::vector<RawJson::Member> RawJson::members() const {
  std::vector<Member> found;
  if (!is_object()) return found;
  walk(text_, [&](std::size_t at) {
    const auto [key_end, value, end] = member_spans(text_, at);
    found.push_back(
        {RawJson(text_.substr(at, key_end - at)), RawJson(text_.substr(value, end - value))});
    return end;
  });
  return found;
}

std::vector<RawJson> RawJson::items() const {
  std::vector<RawJson> found;
  if (!is_array()) return found;
  walk(text_, [&](std::size_t at) {
    const std::size_t end = value_end(text_, at);
    found.push_back(RawJson(text_.substr(at, end - at)));
    return end;
  });
  return found;
}

RawJson RawJson::member(std::string_view name) const {
  RawJson found;
  if (!is_object()) return found;
  walk(text_, [&](std::size_t at) {
    const auto [key_end, value, end] = member_spans(text_, at);
    if (!RawJson(text_.substr(at, key_end - at)).is(name)) return end;
    found = RawJson(text_.substr(value, end - value));
    return text_.size();
  });
  return found;
}

std::string_view RawJson::inner() const {
  return is_string() ? text_.substr(1, text_.size() - 2) : std::string_view();
}

std::string RawJson::decoded() const {
  std::string_view text = inner();
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  auto value = parse_json(text_);
  return value && value->is_string() ? std::string(view(value->get_string())) : std::string();
}

bool RawJson::is(std::string_view plain) const {
  if (!is_string()) return false;
  if (inner().find('\\') == std::string_view::npos) return inner() == plain;
  return decoded() == plain;
}

std::optional<std::int64_t> RawJson::integer() const {
  if (!is_number()) return std::nullopt;
  auto value = parse_json(text_);
  return value ? as_int(*value) : std::nullopt;
}

std::optional<double> RawJson::number() const {
  if (!is_number()) return std::nullopt;
  auto value = parse_json(text_);
  return value ? as_number(*value) : std::nullopt;
}

}  // namespace guildhall::gateway
