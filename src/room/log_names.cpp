#include "room/log_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"

namespace guildhall::room {
namespace {

using store::IdType;
using store::Tx;

// Where a kind of content belongs to a thing that has an id outside. Names are of groups, batches,
// tokens and vendors alike; notes and replies are told by no id.
struct Belongs {
  ContentType content;
  IdType id;
};
constexpr Belongs kBelongs[] = {
    {ContentType::task, IdType::task},          {ContentType::extra, IdType::task},
    {ContentType::gold, IdType::task},          {ContentType::answers, IdType::submission},
    {ContentType::draft, IdType::assignment},   {ContentType::title, IdType::project},
    {ContentType::guidelines, IdType::project}, {ContentType::settings, IdType::project},
    {ContentType::form, IdType::project},       {ContentType::profile, IdType::member},
    {ContentType::credential, IdType::member},  {ContentType::review, IdType::review},
    {ContentType::filter, IdType::delivery},    {ContentType::manifest, IdType::delivery},
    {ContentType::file, IdType::file},          {ContentType::exchange, IdType::exchange},
};

std::string word_of(ContentType type, std::int64_t object) {
  return fmt::format(R"(["{}",{},)", content_word(type), object);
}

void add_answers(std::vector<std::string>& words, std::int64_t assignment) {
  words.push_back(word_of(ContentType::answers, assignment));
  words.push_back(word_of(ContentType::draft, assignment));
}

std::int64_t number_of(const json::value& leaf, std::string_view name) {
  const auto* value = find(leaf, name);
  return value ? as_int(*value).value_or(0) : 0;
}

std::string_view text_of(const json::value& leaf, std::string_view name) {
  const auto* text = find_string(leaf, name);
  return text ? view(*text) : std::string_view();
}

void write_object(JsonWriter& out, const Room& room, ProjectId project, const json::value& object) {
  const auto* parts = object.if_array();
  const auto* type = parts && parts->size() == 3 ? parts->at(0).if_string() : nullptr;
  const auto number = type ? as_int(parts->at(1)).value_or(0) : 0;
  out.begin_object().field("type", type ? view(*type) : std::string_view("?")).key("id");
  const auto* belongs = std::ranges::find_if(
      kBelongs, [&](const Belongs& b) { return type && content_word(b.content) == view(*type); });
  if (belongs == std::end(kBelongs)) {
    out.null();
  } else {
    const bool of_room = belongs->id == IdType::member;
    out.string(room.ids().show(belongs->id, of_room ? ProjectId{} : project, number));
  }
  out.end_object();
}

bool begins_with_any(std::string_view text, const LeafWords& words) {
  return std::ranges::any_of(words, [&](const auto& group) {
    return std::ranges::any_of(group, [&](const auto& word) { return text.starts_with(word); });
  });
}

}  // namespace

Result<WhoIsWho> who_is_who(Room& room) {
  std::vector<MemberId> members;
  TRY(room.db().read([&](Tx& tx) -> Result<void> {
    members.clear();
    TRY(tx.query("SELECT member FROM member WHERE room = $1", {room.id()},
                 [&](const store::Row& row) {
                   members.push_back(row.id<MemberId>(0));
                   return true;
                 }));
    return {};
  }));
  auto commitments = TRY(room.vault().commitments(members));
  WhoIsWho out;
  for (std::size_t i = 0; i < members.size(); ++i) out[commitments[i]] = members[i];
  return out;
}

Result<std::vector<std::string>> words_of_task(Room& room, std::string_view id) {
  auto task = TRY(room.ids().open(IdType::task, id));
  std::vector<std::string> words;
  TRY(room.db().read([&](Tx& tx) -> Result<void> {
    words.clear();
    for (auto type : {ContentType::task, ContentType::extra, ContentType::gold}) {
      words.push_back(word_of(type, task.inner));
    }
    TRY(tx.query(
        "SELECT assignment FROM assignment WHERE room = $1 AND project = $2 AND"
        " task = $3 LIMIT $4",
        {room.id(), task.project, task.inner, kMaxAnswersLookedFor}, [&](const store::Row& row) {
          add_answers(words, row.integer(0));
          return true;
        }));
    return {};
  }));
  return words;
}

Result<std::vector<std::string>> words_of_submission(Room& room, std::string_view id) {
  auto submission = TRY(room.ids().open(IdType::submission, id));
  std::vector<std::string> words;
  TRY(room.db().read([&](Tx& tx) -> Result<void> {
    words.clear();
    add_answers(words, submission.inner);
    TRY(tx.query("SELECT review FROM review WHERE room = $1 AND project = $2 AND assignment = $3",
                 {room.id(), submission.project, submission.inner}, [&](const store::Row& row) {
                   words.push_back(word_of(ContentType::review, row.integer(0)));
                   return true;
                 }));
    return {};
  }));
  return words;
}

Result<std::vector<std::string>> words_of_member(Room& room, std::string_view id) {
  auto member = TRY(room.ids().open_member(id));
  return std::vector{word_of(ContentType::profile, member.value),
                     word_of(ContentType::credential, member.value)};
}

Result<void> write_opening(JsonWriter& out, const Room& room, int log, const FoundLeaf& leaf,
                           const WhoIsWho& members, const LeafWords& words) {
  auto value = TRY(parse_json(leaf.text));
  const ProjectId project{number_of(value, "project")};
  const auto who = text_of(value, "who");
  const auto known = members.find(who);
  out.begin_object().field("log", log).field("index", leaf.index);
  out.field("at", text_of(value, "at")).field("reason", text_of(value, "reason"));
  out.field("who", who).key("member");
  known == members.end() ? out.null() : out.string(room.ids().show(known->second));
  out.key("project");
  project ? out.string(room.ids().show(project)) : out.null();
  out.field("count", number_of(value, "detail")).key("objects").begin_array();
  std::vector<const json::value*> objects;
  const auto* all = find_array(value, "objects");
  for (bool wanted : {true, false}) {
    for (std::size_t i = 0; all && i < all->size(); ++i) {
      if (begins_with_any(to_json((*all)[i]), words) == wanted) objects.push_back(&(*all)[i]);
    }
  }
  objects.resize(std::min(objects.size(), kMaxShownObjects));
  for (const auto* object : objects) write_object(out, room, project, *object);
  out.end_array().end_object();
  return {};
}

}  // namespace guildhall::room
