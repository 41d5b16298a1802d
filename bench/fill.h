// Fills a room's store quickly: tasks by the import's own writer, finished work in bulk.
//
// Concurrency: one thread.
// Limits: memory is one slice (kSlice tasks).
#pragma once

#include "bench_room.h"

namespace guildhall::bench {

struct NewWork {
  std::int64_t tasks = 10'000;
  std::size_t bytes = 2'048;
  bool keyed = true;
  std::string settings = R"({"overlap":3,"max_open":50})";
};

// An open preference project with its tasks.
ProjectId add_project(room::Room& room, const NewWork& work);
Person add_expert(room::Room& room, ProjectId project);

// Gives `share` of the project's tasks, in order of opening, one accepted answer by this person,
// as if they had claimed and submitted them one after the other: rows, content, tally, cursor.
void answer_tasks(room::Room& room, ProjectId project, MemberId member, double share);

}  // namespace guildhall::bench
