// For the tests of this folder: a scratch folder, and a state in memory.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "keeper/state.h"

namespace guildhall::keeper::testing {

struct Scratch {
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "keeper-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    path = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::filesystem::path path;
};

struct MemoryStore final : StateStore {
  State state;
  int updates = 0;
  Result<State> read() const override { return state; }
  Result<State> update(const std::function<Result<void>(State&)>& change) override {
    State next = state;
    TRY(change(next));
    ++updates;
    return state = next;
  }
};

}  // namespace guildhall::keeper::testing
