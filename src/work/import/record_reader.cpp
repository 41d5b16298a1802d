#include "work/import/record_reader.h"

#include <algorithm>

#include "work/import/record_text.h"

namespace guildhall::work {
namespace {

std::string lower_trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  text = text.substr(first, text.find_last_not_of(" \t") - first + 1);
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

std::unexpected<Error> unsupported(std::string detail) {
  return fail(Fault::unsupported, "unsupported-media-type", std::move(detail), "Content-Type");
}

// The parameters after the type: only those that change how the bytes are read matter.
Result<> check_parameters(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto end = parameters.find(';');
    const std::string parameter = lower_trimmed(parameters.substr(0, end));
    parameters = end == std::string_view::npos ? std::string_view{} : parameters.substr(end + 1);
    if (parameter == "header=absent") return unsupported("CSV needs a header row.");
    if (!parameter.starts_with("charset=")) continue;
    const std::string_view charset = std::string_view(parameter).substr(8);
    if (charset != "utf-8" && charset != "\"utf-8\"" && charset != "utf8") {
      return unsupported("Only UTF-8 is read.");
    }
  }
  return {};
}

std::unique_ptr<RecordReader> guess(std::string_view first_bytes) {
  if (first_bytes.starts_with(kByteOrderMark)) first_bytes.remove_prefix(kByteOrderMark.size());
  const auto first = first_bytes.find_first_not_of(" \t\r\n");
  const char c = first == std::string_view::npos ? '\0' : first_bytes[first];
  if (c == '[') return make_array_reader();
  if (c == '{') return make_ndjson_reader();
  return make_csv_reader();
}

}  // namespace

Result<std::unique_ptr<RecordReader>> make_reader(std::string_view content_type,
                                                  std::string_view first_bytes) {
  const auto semicolon = content_type.find(';');
  const std::string type = lower_trimmed(content_type.substr(0, semicolon));
  if (semicolon != std::string_view::npos)
    TRY(check_parameters(content_type.substr(semicolon + 1)));
  if (type == "application/x-ndjson" || type == "application/jsonl") return make_ndjson_reader();
  if (type == "application/json") return make_array_reader();
  if (type == "text/csv") return make_csv_reader();
  if (type.empty() || type == "application/octet-stream") return guess(first_bytes);
  return unsupported("Tasks come as application/x-ndjson, application/json or text/csv.");
}

}  // namespace guildhall::work
