#include "work/import/raw_members.h"

namespace guildhall::work {
namespace {

// Index of the quote that closes the string whose first character is at `at`.
std::size_t string_end(std::string_view text, std::size_t at) {
  const std::size_t first = at;
  while (true) {
    const std::size_t quote = text.find('"', at);
    if (quote == std::string_view::npos) return text.size();
    std::size_t slashes = 0;
    while (quote - slashes > first && text[quote - slashes - 1] == '\\') ++slashes;
    if (slashes % 2 == 0) return quote;
    at = quote + 1;
  }
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() &&
         (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n')) {
    ++at;
  }
  return at;
}

// Index after the value that starts at `at`.
std::size_t value_end(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      at = string_end(text, at + 1);
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return at;
      --depth;
    } else if (c == ',' && depth == 0) {
      return at;
    }
  }
  return at;
}

bool same_name(std::string_view raw_name, std::string_view name) {
  if (raw_name.find('\\') == std::string_view::npos) return raw_name == name;
  const auto parsed = parse_json("\"" + std::string(raw_name) + "\"");
  return parsed && parsed->is_string() && view(parsed->get_string()) == name;
}

}  // namespace

std::string_view raw_member(std::string_view object_text, std::string_view name) {
  const std::string_view text = object_text;
  std::size_t at = skip_space(text, 0) + 1;  // past '{'
  while (true) {
    at = skip_space(text, at);
    if (at >= text.size() || text[at] != '"') return {};
    const std::size_t name_end = string_end(text, at + 1);
    if (name_end >= text.size()) return {};
    const std::string_view raw_name = text.substr(at + 1, name_end - at - 1);
    const std::size_t from = skip_space(text, skip_space(text, name_end + 1) + 1);  // past ':'
    const std::size_t end = value_end(text, from);
    if (same_name(raw_name, name)) {
      const std::string_view value = text.substr(from, end - from);
      return value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
    }
    at = end + 1;  // past ','
  }
}

std::size_t count_raw_items(std::string_view text) {
  if (!text.starts_with('[')) return 0;
  std::size_t at = skip_space(text, 1);
  if (at >= text.size() || text[at] == ']') return 0;
  std::size_t items = 1;
  while ((at = value_end(text, at)) < text.size() && text[at] == ',') {
    ++items;
    ++at;
  }
  return items;
}

std::string escape_pointer(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

}  // namespace guildhall::work
