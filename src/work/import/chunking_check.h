// For fuzz targets: a reader must give the same records however its input is cut, and what it
// gives must hold together. Ends the process where it does not.
//
// Concurrency: one thread. Limits: none.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "work/import/import_line.h"
#include "work/import/record_reader.h"

namespace guildhall::work {

inline void must(bool holds) {
  if (!holds) std::abort();
}

inline std::vector<std::string> read_in_chunks(RecordReader& reader, std::string_view text,
                                               std::size_t chunk) {
  std::vector<std::string> seen;
  std::int64_t last_line = 0;
  auto sink = [&](Record& record) {
    must(record.line > last_line);
    last_line = record.line;
    std::string shown = std::to_string(record.line) + " ";
    if (!record.value) {
      must(record.raw.empty());
      shown += std::string(record.value.error().type) + record.value.error().detail;
    } else {
      if (!record.raw.empty()) must(to_json(*parse_json(record.raw)) == to_json(*record.value));
      shown += to_json(*record.value);
      if (auto line = parse_import_line(*record.value, record.raw)) {
        auto data = parse_json(line->data_raw());
        must(data.has_value());
        must(to_json(*data) == to_json(*line->data));
        if (line->gold != nullptr) must(parse_json(line->gold_raw()).has_value());
      } else {
        shown += line.error().field;
      }
    }
    seen.push_back(std::move(shown));
  };
  for (std::size_t at = 0; at < text.size(); at += chunk) reader.feed(text.substr(at, chunk), sink);
  reader.finish(sink);
  return seen;
}

inline void check_chunking(std::unique_ptr<RecordReader> (*make)(), std::string_view text) {
  const auto whole = read_in_chunks(*make(), text, text.size() + 1);
  must(read_in_chunks(*make(), text, 1) == whole);
  must(read_in_chunks(*make(), text, 5) == whole);
}

}  // namespace guildhall::work
