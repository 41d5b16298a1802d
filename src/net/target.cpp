#include "net/target.h"

#include "base/limits.h"
#include "base/utf8.h"

namespace guildhall::net {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::unexpected<Error> bad_target(std::string_view why) {
  return fail(Fault::malformed, "bad-target", std::string(why));
}

bool has_control(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  return false;
}

bool has_dot_segment(std::string_view path) {
  std::size_t start = 0;
  while (start <= path.size()) {
    std::size_t end = path.find('/', start);
    if (end == std::string_view::npos) end = path.size();
    std::string_view segment = path.substr(start, end - start);
    if (segment == "." || segment == "..") return true;
    start = end + 1;
  }
  return false;
}

Result<> parse_query(std::string_view text, Target& out) {
  std::size_t start = 0;
  while (start < text.size()) {
    std::size_t end = text.find('&', start);
    if (end == std::string_view::npos) end = text.size();
    std::string_view pair = text.substr(start, end - start);
    start = end + 1;
    if (pair.empty()) continue;
    if (out.query.size() >= static_cast<std::size_t>(kMaxQueryParams)) {
      return bad_target("The query has too many parameters.");
    }
    std::size_t equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>(std::string())
                                                  : percent_decode(pair.substr(equals + 1), true);
    if (!name || !value) return bad_target("The query has an incomplete escape.");
    if (!is_utf8(*name) || !is_utf8(*value)) return bad_target("The query is not UTF-8.");
    if (name->find('\0') != std::string::npos || value->find('\0') != std::string::npos) {
      return bad_target("The query has a NUL.");
    }
    out.query.emplace_back(std::move(*name), std::move(*value));
  }
  return {};
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      int high = hex_value(text[i + 1]);
      int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high << 4 | low);
      i += 2;
    }
  }
  return out;
}

Result<Target> parse_target(std::string_view raw) {
  if (raw.size() > kMaxTargetBytes) return bad_target("The target is too long.");
  Target out;
  if (raw == "*") {
    out.path = "*";
    return out;
  }
  if (raw.empty() || raw.front() != '/') return bad_target("The target is not an absolute path.");
  std::size_t mark = raw.find('?');
  auto path = percent_decode(raw.substr(0, mark), false);
  if (!path) return bad_target("The path has an incomplete escape.");
  if (has_control(*path)) return bad_target("The path has a control character.");
  if (!is_utf8(*path)) return bad_target("The path is not UTF-8.");
  if (has_dot_segment(*path)) return bad_target("The path has a dot segment.");
  out.path = std::move(*path);
  if (mark != std::string_view::npos) TRY(parse_query(raw.substr(mark + 1), out));
  return out;
}

}  // namespace guildhall::net
