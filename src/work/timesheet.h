// The record of paid time: intervals per person, only ever added to. A correction is a new
// interval that names the one it replaces.
//
// Clients report; the server bounds: no interval is longer than the lease it belongs to has
// lasted, ends in the future, or is longer than kMaxActivityMs.
//
// Concurrency: inside the caller's transaction, or one transaction a call where stated.
#pragma once

#include <string>
#include <vector>

#include "work/assignment.h"

namespace guildhall::work {

struct Activity {
  ActivityId id;
  MemberId member;
  std::int64_t vendor = 0;
  ActivityClass activity = ActivityClass::work;
  ActivitySource source = ActivitySource::timer;
  TimeMs started_at = 0;
  TimeMs ended_at = 0;
  AssignmentId assignment;
  ActivityId replaces;
};

// One transaction. invalid names the entry at fault.
Result<std::vector<ActivityId>> report_activities(const Context& ctx, const Actor& actor,
                                                  ProjectId project, std::vector<Activity> entries);

Result<void> add_activity(store::Tx& tx, RoomId room, ProjectId project, const Activity& activity);

// What of a page's count of worked time is believed: not more than the lease has lasted, and
// never less than was believed before.
std::int64_t believed_ms(const Assignment& lease, std::int64_t reported_ms, TimeMs now);

// A lease that ends without a submission keeps the time that was reported under it.
Result<void> keep_lease_time(store::Tx& tx, const Context& ctx, const Assignment& lease,
                             ActivityId fresh);

// In order of person and entry; after (member, activity). `only` 0: everybody.
Result<std::vector<Activity>> list_activities(store::Tx& tx, const Context& ctx, ProjectId project,
                                              MemberId only, MemberId after_member,
                                              ActivityId after, std::int64_t limit);

}  // namespace guildhall::work
