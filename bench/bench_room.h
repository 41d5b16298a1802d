// A room opened by a benchmark as the server opens it, and the people who load it.
//
// A people file is one line for the project, then one a person: token, inner key of the member.
// Programs here end the process with a message when a step fails: a figure of half a run is none.
//
// Concurrency: build on one thread; then Room and its context from any.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "room/room.h"

namespace guildhall::bench {

struct Person {
  std::string token;
  MemberId member;
};

struct People {
  std::string project;  // external id
  ProjectId inner;
  std::vector<Person> all;
};

[[noreturn]] void die(std::string_view what, const Error* error = nullptr);

template <class T>
T must(Result<T> result, std::string_view what) {
  if (!result) die(what, &result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// Made first where there is none. `store` empty: SQLite in `dir`.
std::unique_ptr<room::Room> open_room(const std::string& dir, const std::string& store);

void write_people(const std::string& file, const People& people);
People read_people(const std::string& file);

// The inner key of a project by its external id.
ProjectId project_of(room::Room& room, const People& people);

// A preference task's data as JSON, of about so many bytes; the same for the same n.
std::string task_data(std::int64_t n, std::size_t bytes);

}  // namespace guildhall::bench
