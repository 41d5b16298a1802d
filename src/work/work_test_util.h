// For tests only: a room in a temporary folder, with people and projects at hand.
//
// Concurrency: build it on one thread; then `ctx` may be used from any.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "store/database.h"
#include "store/local_sealer.h"
#include "work/assignment.h"
#include "work/import_job.h"
#include "work/place.h"
#include "work/project.h"

namespace guildhall::work {

// A seeded stream that threads may share.
class SharedRandom final : public Random {
 public:
  explicit SharedRandom(std::uint64_t seed) : random_(seed) {}
  void fill(void* out, std::size_t bytes) override {
    MutexLock lock(mutex_);
    random_.fill(out, bytes);
  }

 private:
  Mutex mutex_;
  SeededRandom random_ GUARDED_BY(mutex_);
};

class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "guildhall-work-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

#define GH_OK(...)                                                                        \
  __extension__({                                                                         \
    auto&& ok_ = (__VA_ARGS__);                                                           \
    REQUIRE_MESSAGE(ok_.has_value(), (ok_ ? std::string()                                 \
                                          : std::string(ok_.error().type) + ": " +        \
                                                ok_.error().detail + ok_.error().field)); \
    ::guildhall::unwrap(std::move(ok_));                                                  \
  })

struct TestRoom {
  explicit TestRoom(std::string url = {}, std::uint64_t seed = 1) : random(seed) {
    store::OpenOptions options;
    options.clock = &clock;
    options.sealer = &sealer;
    auto opened =
        store::open_database(url.empty() ? "sqlite:" + folder.path().string() : url, options);
    db = GH_OK(std::move(opened));
    keys = std::make_unique<store::Keys>(*db, RoomId{1});
    ctx = std::make_unique<Context>(Context{*db, *keys, RoomId{1}, ids, index_key, random, cache,
                                            folder.path() / "blobs", sealer});
  }

  Actor add_member(std::int64_t vendor = 0) {
    MemberId id{GH_OK(keys->next())};
    GH_OK(db->write([&](store::Tx& tx) -> Result<void> {
      TRY(
          tx.exec("INSERT INTO member (room, member, role, state, everywhere, vendor, email_hash,"
                  " profile_ref, version, created_at) VALUES (1, $1, 'expert', 'active', 1, $2,"
                  " $3, 0, 1, $4)",
                  {id, vendor, store::Null{}, tx.now()}));
      return {};
    }));
    return {id, vendor};
  }

  // Open at once. `settings` is a JSON object over the defaults.
  ProjectId add_project(const Actor& actor, std::string_view settings = "{}",
                        std::string_view form = "choice") {
    NewProject draft{.title = "A project",
                     .form = GH_OK(Template::builtin(form)),
                     .guidelines = "Be kind.",
                     .settings = GH_OK(patch_settings({}, GH_OK(parse_json(settings))))};
    auto id = GH_OK(create_project(*ctx, actor, draft));
    GH_OK(patch_project(*ctx, actor, id, {.state = ProjectState::open}));
    return id;
  }

  ImportReport import(const Actor& actor, ProjectId project, std::string_view text,
                      ImportOptions options = {.content_type = "application/x-ndjson"}) {
    ImportJob job(*ctx, actor, project, std::move(options));
    GH_OK(job.feed(text));
    return GH_OK(job.finish());
  }

  std::int64_t number(store::Sql sql, store::Params params) {
    return GH_OK(db->read_as([&](store::Tx& tx) -> Result<std::int64_t> {
      auto found = TRY(tx.first(sql, params, [](const store::Row& r) { return r.integer(0); }));
      return found.value_or(0);
    }));
  }
  KindTallies tallies(ProjectId project) {
    return GH_OK(
        db->read_as([&](store::Tx& tx) { return sum_of_project(tx, RoomId{1}, project); }));
  }
  TaskRow task(ProjectId project, TaskId id) {
    return GH_OK(db->read_as([&](store::Tx& tx) { return find_task(tx, RoomId{1}, project, id); }));
  }

  TestFolder folder;
  FakeClock clock;
  SharedRandom random;
  store::ExternalIds ids{crypto::Block{1, 2, 3}};
  store::LocalSealer sealer;
  Secret index_key{std::string(32, 'k')};
  ProjectCache cache{RoomId{1}};
  std::unique_ptr<store::Database> db;
  std::unique_ptr<store::Keys> keys;
  std::unique_ptr<Context> ctx;
};

}  // namespace guildhall::work
