// Reads tasks out of an uploaded file, record by record, as the bytes come in: NDJSON, one JSON
// array, or CSV with a header. Pure: no I/O, no clock. How the bytes are cut into chunks never
// changes what comes out (the fuzz targets hold this).
//
// A bad record comes out as a Record with an error, and reading goes on where it can: NDJSON with
// the next line, CSV with the next row. In an array a syntax error ends the reading, said once;
// so does a bad CSV header.
//
// Concurrency: a reader belongs to one thread.
// Limits: kMaxImportLine per record (a longer one is passed over without being kept),
// kMaxCsvColumns, kMaxJsonDepth. Memory: one record that straddles chunks, and its parsed form.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace guildhall::work {

struct Record {
  std::int64_t line = 0;  // NDJSON, CSV: 1-based line where it starts; array: 1-based index
  Result<json::value> value;
  std::string_view raw;  // its own JSON text; empty for CSV and for errors. Valid during the call
};

using RecordSink = std::function<void(Record&)>;

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  virtual void feed(std::string_view chunk, const RecordSink& sink) = 0;
  virtual void finish(const RecordSink& sink) = 0;  // once, after the last chunk
};

std::unique_ptr<RecordReader> make_ndjson_reader();
std::unique_ptr<RecordReader> make_array_reader();
std::unique_ptr<RecordReader> make_csv_reader();

// By media type: application/x-ndjson, application/jsonl, application/json, text/csv; a charset
// must be UTF-8. Without a type, or for application/octet-stream, the first bytes decide: '[' an
// array, '{' NDJSON, anything else CSV. Error: unsupported/"unsupported-media-type".
Result<std::unique_ptr<RecordReader>> make_reader(std::string_view content_type,
                                                  std::string_view first_bytes = {});

}  // namespace guildhall::work
