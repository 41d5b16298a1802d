#include <fmt/format.h>

#include "base/limits.h"
#include "room/out/mail.h"
#include "room/render.h"
#include "work/tasks.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::kStaff;
using identity::Role;
using identity::Scope;
using net::Method;
using net::Reply;
using store::Tx;

constexpr Field kInvite[] = {{"role", Kind::text, true},    {"name", Kind::text},
                             {"email", Kind::text},         {"vendor", Kind::text},
                             {"everywhere", Kind::boolean}, {"projects", Kind::texts},
                             {"quota", Kind::integer}};
constexpr Field kChange[] = {{"name", Kind::text}, {"role", Kind::text}, {"vendor", Kind::text}};
constexpr Field kJoin[] = {
    {"member", Kind::text, true}, {"quota", Kind::integer}, {"groups", Kind::texts}};
constexpr Field kGroup[] = {{"name", Kind::text, true}, {"members", Kind::texts}};

Result<Role> role_field(const json::value& body) {
  auto role = identity::role_of(text_or(body, "role", ""));
  if (!role) {
    return fail(Fault::invalid, "bad-role", "role is owner, manager, reviewer, expert or auditor.",
                "/role");
  }
  return *role;
}

std::string link_of(const Call& call, std::string_view code) {
  return fmt::format("{}/#/join/{}", call.room.options().public_url, code);
}

// Where the request says mail=yes, the link goes to the member's address too, and the answer says
// whether it went. The link is there in either case.
void write_link(JsonWriter& out, Call& call, std::string_view email, const Secret& code) {
  auto link = link_of(call, code.expose());
  out.field("link", link);
  if (call.request.param("mail") != "yes") return;
  auto sent = mail_link(call.room.models(), email, link);
  out.field("mail", sent ? "sent" : sent.error().type);
}

Result<Reply> list(Call& call) {
  auto page = TRY(page_of(call));
  auto members =
      TRY(call.room.accounts().members(MemberId{page.after}, static_cast<std::size_t>(page.limit)));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& member : members) write_member(out, call, member);
  out.end_array().key("next");
  bool more = static_cast<std::int64_t>(members.size()) == page.limit;
  more ? out.string(next_cursor(call, members.back().id.value)) : out.null();
  out.end_object();
  return json_reply(200, out.take());
}

Result<Reply> invite(Call& call) {
  identity::NewMember person;
  person.role = TRY(role_field(call.body));
  person.name = text_or(call.body, "name", "");
  person.email = text_or(call.body, "email", "");
  person.vendor = text_or(call.body, "vendor", "");
  person.everywhere = flag_or(call.body, "everywhere", false);
  person.quota = int_or(call.body, "quota", 0);
  for (const auto& text : texts_of(call.body, "projects")) {
    auto project = call.room.ids().open_project(text);
    if (!project) return fail(Fault::invalid, "no-project", "No such project.", "/projects");
    person.projects.push_back(*project);
  }
  auto invited = TRY(call.room.accounts().invite(call.who, person, {}));
  JsonWriter out;
  out.begin_object().key("member");
  write_member(out, call, invited.member);
  write_link(out, call, invited.member.email, invited.code);
  out.end_object();
  return json_reply(201, out.take());
}

Result<Reply> change(Call& call) {
  identity::MemberChange change{text_if(call.body, "name"), {}, text_if(call.body, "vendor")};
  if (find_string(call.body, "role")) change.role = TRY(role_field(call.body));
  auto member = TRY(call.room.accounts().change(call.who, call.id<MemberId>("member"), change));
  JsonWriter out;
  write_member(out, call, member);
  return json_reply(200, out.take());
}

Result<Reply> remove(Call& call) {
  auto member = call.id<MemberId>("member");
  std::int64_t keys = TRY(call.room.keys().take(work::kReleaseKeys));
  TRY(call.room.accounts().remove_member(call.who, member, [&](Tx& tx) {
    return work::release_member(tx, call.room.work(), call.actor(), member, keys);
  }));
  return no_content();
}

Result<Reply> new_link(Call& call) {
  auto id = call.id<MemberId>("member");
  auto code = TRY(call.room.accounts().new_link(call.who, id, {}));
  auto member = TRY(call.room.accounts().member(id));
  JsonWriter out;
  out.begin_object();
  write_link(out, call, member.email, code);
  out.end_object();
  return json_reply(201, out.take());
}

void write_tally(JsonWriter& out, const work::KindTallies& t) {
  auto both = t.work + t.gold;
  out.field("submitted", both.submitted).field("accepted", t.work.accepted);
  out.field("returned", t.work.returned).field("rejected", t.work.rejected);
  out.field("open", both.leased + t.review.leased + t.adjudication.leased);
  out.field("gold_seen", t.gold.submitted).field("gold_right", t.gold.gold_right);
  out.field("active_ms", both.active_ms + t.review.active_ms + t.adjudication.active_ms);
}

Result<Reply> project_members(Call& call) {
  auto page = TRY(page_of(call));
  JsonWriter out;
  TRY(call.room.db().read([&](Tx& tx) -> Result<void> {
    out = JsonWriter();
    auto members = TRY(call.room.accounts().project_members(tx, call.project, MemberId{page.after},
                                                            static_cast<std::size_t>(page.limit)));
    out.begin_object().key("items").begin_array();
    for (const auto& one : members) {
      out.begin_object().key("member");
      write_member(out, call, one.member);
      out.field("quota", one.quota).key("groups").begin_array();
      for (GroupId group : one.groups) out.string(call.room.ids().show(call.project, group));
      out.end_array();
      write_tally(out, TRY(work::sum_of_member(tx, call.room.id(), call.project, one.member.id)));
      out.end_object();
    }
    out.end_array().key("next");
    bool more = static_cast<std::int64_t>(members.size()) == page.limit;
    more ? out.string(next_cursor(call, members.back().member.id.value)) : out.null();
    out.end_object();
    return {};
  }));
  return json_reply(200, out.take());
}

Result<std::vector<GroupId>> groups_field(Call& call) {
  std::vector<GroupId> groups;
  for (const auto& text : texts_of(call.body, "groups")) {
    auto opened = call.room.ids().open(store::IdType::group, text);
    if (!opened || opened->project != call.project) {
      return fail(Fault::invalid, "no-group", "No such group in this project.", "/groups");
    }
    groups.push_back(GroupId{opened->inner});
  }
  return groups;
}

Result<Reply> join(Call& call) {
  auto member = call.room.ids().open_member(text_or(call.body, "member", ""));
  if (!member) return fail(Fault::invalid, "no-member", "No such person.", "/member");
  std::optional<std::vector<GroupId>> groups;
  if (find_array(call.body, "groups")) groups = TRY(groups_field(call));
  TRY(call.room.accounts().put_membership(call.who, call.project, *member,
                                          int_or(call.body, "quota", 0), std::move(groups)));
  return no_content();
}

Result<Reply> leave(Call& call) {
  auto member = call.id<MemberId>("member");
  std::int64_t keys = TRY(call.room.keys().take(work::kReleaseKeys));
  TRY(call.room.db().write([&](Tx& tx) -> Result<void> {
    TRY(call.room.accounts().end_membership(tx, call.who, call.project, member));
    return work::release_member(tx, call.room.work(), call.actor(), member, keys, call.project);
  }));
  return no_content();
}

void write_group(JsonWriter& out, const Call& call, const identity::Group& group) {
  out.begin_object().field("id", call.room.ids().show(call.project, group.id));
  out.field("name", group.name).key("members").begin_array();
  for (MemberId member : group.members) out.string(call.room.ids().show(member));
  out.end_array().end_object();
}

Result<Reply> list_groups(Call& call) {
  auto groups = TRY(call.room.db().read_as(
      [&](Tx& tx) { return call.room.accounts().groups(tx, call.project); }));
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& group : groups) write_group(out, call, group);
  out.end_array().key("next").null().end_object();
  return json_reply(200, out.take());
}

Result<Reply> create_group(Call& call) {
  std::vector<MemberId> members;
  for (const auto& text : texts_of(call.body, "members")) {
    auto member = call.room.ids().open_member(text);
    if (!member) return fail(Fault::invalid, "no-member", "No such person.", "/members");
    members.push_back(*member);
  }
  auto group = TRY(call.room.accounts().create_group(call.who, call.project,
                                                     text_or(call.body, "name", ""), members));
  JsonWriter out;
  write_group(out, call, group);
  return json_reply(201, out.take());
}

}  // namespace

void add_member_routes(Routes& routes) {
  constexpr auto read = allow(kStaff | Role::auditor).in(Scope::room);
  constexpr auto manage = allow(kStaff).writing().in(Scope::room);
  constexpr auto read_project = allow(kStaff | Role::auditor).in(Scope::project);
  constexpr auto manage_project = allow(kStaff).writing().in(Scope::project);
  routes.push_back({Method::get, "/members", read, list, "Everybody in the room", "MemberList"});
  routes.push_back({Method::post, "/members", manage, invite,
                    "Invite somebody; the link is shown once", "Invited", 201, BodyKind::json,
                    kInvite, Repeats::secret});
  routes.push_back({Method::patch, "/members/{member}", manage, change, "Change a member", "Member",
                    200, BodyKind::json, kChange});
  routes.push_back({Method::del, "/members/{member}", manage, remove,
                    "Remove a member; sessions and tokens die at once", "", 204});
  routes.push_back({Method::post,
                    "/members/{member}/link",
                    manage,
                    new_link,
                    "A fresh sign-in link",
                    "Link",
                    201,
                    BodyKind::none,
                    {},
                    Repeats::secret});
  routes.push_back({Method::get, "/projects/{project}/members", read_project, project_members,
                    "A project's people and their figures", "ProjectMemberList"});
  routes.push_back({Method::post, "/projects/{project}/members", manage_project, join,
                    "Add a member to a project, or change how they take part", "", 204,
                    BodyKind::json, kJoin});
  routes.push_back({Method::del, "/projects/{project}/members/{member}", manage_project, leave,
                    "Take a member out of a project", "", 204});
  routes.push_back({Method::get, "/projects/{project}/groups", read_project, list_groups,
                    "Groups of a project", "GroupList"});
  routes.push_back({Method::post, "/projects/{project}/groups", manage_project, create_group,
                    "Make a group", "Group", 201, BodyKind::json, kGroup});
}

}  // namespace guildhall::room
