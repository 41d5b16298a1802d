// One task as a file brings it: `{"key"?, "priority"?, "batch"?, "data", "gold"?: {"answers",
// "reason"?}, "suggestions"?: [{"answers", "author"?}], "submissions"?: [{"answers", "author"}]}`.
// A gold object without `answers` is itself the answers. The set of members is closed, and no
// object anywhere in the line may name a member twice: readers differ in which of the two they
// take.
//
// Whether `data` and the answers fit the project's template is the template's to say.
//
// Concurrency: pure. An ImportLine points into the value and the text it was made from.
// Limits: kMaxTaskKey, kMaxBatchName, kMaxTaskPriority, kMaxSuggestions, kMaxEarlierSubmissions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace guildhall::work {

struct ImportLine {
  std::optional<std::string> key;
  std::optional<std::string> batch;
  std::int64_t priority = 0;
  const json::value* data = nullptr;  // an object
  const json::value* gold = nullptr;  // the right answers, where known (an object)
  const json::string* gold_reason = nullptr;
  const json::array* suggestions = nullptr;
  const json::array* submissions = nullptr;

  // JSON text of data and gold: byte for byte what the file had, where it had JSON.
  std::string_view data_raw() const { return data_slice_.empty() ? data_text_ : data_slice_; }
  std::string_view gold_raw() const { return gold_slice_.empty() ? gold_text_ : gold_slice_; }

  std::string_view data_slice_, gold_slice_;
  std::string data_text_, gold_text_;
};

// `raw` is the text that `value` was parsed from, or empty (CSV). Both must outlive the result.
// Error: invalid/"invalid-line", with the JSON pointer of the member at fault.
Result<ImportLine> parse_import_line(const json::value& value, std::string_view raw);

}  // namespace guildhall::work
