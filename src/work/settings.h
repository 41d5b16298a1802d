// A project's settings: immutable versions, pinned by each assignment.
//
// Limits: each setting's range is in the table in settings.cpp and in docs/api.md.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"

namespace guildhall::work {

struct Settings {
  std::int64_t overlap = 1;        // people per task
  std::int64_t overlap_floor = 0;  // so many at first, more only where one more pays; 0: all
  std::int64_t lease_s = 1800;
  std::int64_t max_open = 2;  // leases a person may hold at once
  std::int64_t review_percent = 0;
  std::int64_t gold_percent = 0;
  std::int64_t quota = 0;           // submissions per person; 0: no bound
  std::int64_t return_s = 259'200;  // how long returned work is kept for its author
  std::int64_t undo_s = 5;          // how long a page holds a submission back for its author
  std::int64_t pay_minor = 0;       // the rate, in the currency's smallest unit; 0: none is told
  std::string pay_currency = "USD";
  std::string pay_per = "hour";  // or "task"
  bool adjudicate = false;
  bool gold_feedback = false;
  bool show_suggestions = false;
  bool guidelines_required = false;
  bool offline = true;
  bool preload = true;

  // Does a task begin with fewer people than it may get?
  bool adaptive() const { return overlap_floor > 0 && overlap_floor < overlap; }
  std::int64_t first_overlap() const { return adaptive() ? overlap_floor : overlap; }
};

// `patch` over `base`; unknown members and values out of range are invalid, naming the field.
Result<Settings> patch_settings(const Settings& base, const json::value& patch);

// As JSON; an expert's view leaves out what would tell check tasks from others.
std::string settings_json(const Settings& settings, bool for_expert);

}  // namespace guildhall::work
