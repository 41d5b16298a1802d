#include "work/notes.h"

#include <doctest/doctest.h>

#include "base/limits.h"
#include "store/postgres/fixture.h"
#include "work/work_test_util.h"

namespace guildhall::work {
namespace {

struct Noted {
  explicit Noted(const std::string& url) : room(url) {
    manager = room.add_member();
    expert = room.add_member();
    project = room.add_project(manager, R"({"max_open":9})");
    room.import(manager, project,
                R"({"data":{"prompt":"a"}})"
                "\n"
                R"({"data":{"prompt":"b"}})");
    for (auto* held : {&first, &second}) {
      *held = *GH_OK(claim(*room.ctx, expert, project, TaskKind::work)).assignment;
    }
  }
  Note add(const Assignment& about, NoteKind kind, std::string_view text) {
    room.clock.advance_ms(1);
    return GH_OK(add_note(*room.ctx, expert, project, about.id, kind, text));
  }
  std::vector<std::string> texts(NoteFilter filter) {
    std::vector<std::string> all;
    for (const auto& note : GH_OK(room.db->read_as(
             [&](store::Tx& tx) { return list_notes(tx, *room.ctx, project, filter); }))) {
      all.push_back(note.text);
    }
    return all;
  }

  TestRoom room;
  Actor manager, expert;
  ProjectId project;
  Assignment first, second;
};

}  // namespace

TEST_CASE("notes: written, answered, resolved, listed, on both stores") {
  for (bool postgres : {false, true}) {
    if (postgres && !store::postgres::test_server()) return;
    Noted n(postgres ? store::postgres::test_database() : std::string());
    auto flag = n.add(n.first, NoteKind::flag, "The image is missing.");
    CHECK(flag.task == n.first.task);
    CHECK(flag.state == NoteState::open);
    auto question = n.add(n.second, NoteKind::question, "Metric or imperial?");
    auto again = n.add(n.first, NoteKind::question, "And this?");
    auto replied =
        GH_OK(reply_to_note(*n.room.ctx, n.manager, n.project, question.id, {}, "Metric."));
    REQUIRE(replied.replies.size() == 1);
    CHECK(replied.replies[0].text == "Metric.");
    CHECK(replied.replies[0].member == n.manager.member);
    replied = GH_OK(
        reply_to_note(*n.room.ctx, n.expert, n.project, question.id, n.expert.member, "Thanks."));
    REQUIRE(replied.replies.size() == 2);
    CHECK(replied.replies[1].text == "Thanks.");
    CHECK(reply_to_note(*n.room.ctx, n.manager, n.project, flag.id, n.manager.member, "x")
              .error()
              .type == "no-note");
    GH_OK(set_note_state(*n.room.ctx, n.manager, n.project, question.id, NoteState::resolved));
    using Texts = std::vector<std::string>;
    CHECK(n.texts({}) == Texts{"And this?", "Metric or imperial?", "The image is missing."});
    CHECK(n.texts({.limit = 1}) == Texts{"And this?"});
    CHECK(n.texts({.before_at = again.created_at, .before = again.id, .limit = 1}) ==
          Texts{"Metric or imperial?"});
    CHECK(n.texts({.state = NoteState::open}) == Texts{"And this?", "The image is missing."});
    CHECK(n.texts({.state = NoteState::resolved}) == Texts{"Metric or imperial?"});
    CHECK(n.texts({.task = n.first.task}) == Texts{"And this?", "The image is missing."});
    CHECK(n.texts({.state = NoteState::resolved, .task = n.first.task}).empty());
    CHECK(n.texts({.member = n.expert.member}).size() == 3);
    CHECK(n.texts({.member = n.manager.member}).empty());
    CHECK(n.room.number("SELECT count(*) FROM deed WHERE room = 1 AND verb = 'note.resolve'", {}) ==
          1);
    // Already so: nothing happens, and nothing is told.
    GH_OK(set_note_state(*n.room.ctx, n.manager, n.project, question.id, NoteState::resolved));
    GH_OK(set_note_state(*n.room.ctx, n.manager, n.project, question.id, NoteState::open));
    CHECK(n.room.number("SELECT count(*) FROM deed WHERE room = 1 AND verb LIKE 'note.re%'", {}) ==
          4);
  }
}

TEST_CASE("notes: bounds") {
  Noted n({});
  auto refusal = [&](const Actor& who, std::string_view text) {
    return add_note(*n.room.ctx, who, n.project, n.first.id, NoteKind::flag, text).error().type;
  };
  CHECK(refusal(n.manager, "mine?") == "no-assignment");
  CHECK(refusal(n.expert, " \n\t") == "bad-text");
  CHECK(refusal(n.expert, std::string(kMaxNoteBytes + 1, 'x')) == "bad-text");
  auto note = n.add(n.first, NoteKind::flag, std::string(kMaxNoteBytes, 'x'));
  for (std::int64_t i = 1; i < kMaxNotes; ++i) n.add(n.first, NoteKind::flag, "x");
  CHECK(refusal(n.expert, "x") == "too-many-notes");
  n.add(n.second, NoteKind::flag, "of another");
  for (std::int64_t i = 0; i < kMaxNoteReplies; ++i) {
    GH_OK(reply_to_note(*n.room.ctx, n.expert, n.project, note.id, {}, "x"));
  }
  CHECK(reply_to_note(*n.room.ctx, n.expert, n.project, note.id, {}, "x").error().type ==
        "too-many-replies");
}

}  // namespace guildhall::work
