// Who is in which project, and the groups inside a project.
#include <algorithm>

#include "base/limits.h"
#include "identity/accounts.h"

namespace guildhall::identity {
namespace {

using store::ContentContext;
using store::ContentType;
using store::Reason;
using store::Row;
using store::Tx;

ContentContext group_context(RoomId room, ProjectId project, GroupId group) {
  return {room, project, ContentType::name, group.value, 1};
}

std::unexpected<Error> no_group() {
  return fail(Fault::not_found, "no-group", "There is no such group in this project.", "/groups");
}

}  // namespace

Result<bool> Accounts::may_see(Tx& tx, const Principal& principal, ProjectId project) {
  if (principal.sees_all()) return true;
  return TRY(authority_.membership(tx, project, principal.member))
  .has_value();
}

Result<std::vector<ProjectId>> Accounts::projects_of(Tx& tx, MemberId member) {
  std::vector<ProjectId> out;
  for (const MembershipRow& row : TRY(authority_.memberships_of(tx, member))) {
    out.push_back(row.project);
  }
  return out;
}

Result<void> Accounts::put_membership(const Principal& actor, ProjectId project, MemberId member,
                                      std::int64_t quota,
                                      std::optional<std::vector<GroupId>> groups) {
  return db_.write(
      [&](Tx& tx) { return put_membership(tx, actor, project, member, quota, groups); });
}

Result<void> Accounts::put_membership(Tx& tx, const Principal& actor, ProjectId project,
                                      MemberId member, std::int64_t quota,
                                      const std::optional<std::vector<GroupId>>& groups) {
  if (quota < 0 || quota > kMaxQuota) {
    return fail(Fault::invalid, "bad-quota", "A quota is 0 (none) or more.", "/quota");
  }
  MemberRow target = TRY(existing(tx, member));
  if (!manageable_by(actor.role).has(target.role) || !TRY(may_see(tx, actor, project))) {
    return fail(Fault::forbidden, "forbidden", "You may not add this person to this project.");
  }
  auto before = TRY(authority_.membership(tx, project, member));
  MembershipRow row{project, member, quota, before ? before->created_at : tx.now()};
  TRY(authority_.put(tx, row, target.epoch));
  if (groups) TRY(put_groups(tx, project, member, *groups));
  return deed(tx, actor, "membership.put", member.value, 0, canonical(room_, row), project);
}

Result<void> Accounts::end_membership(Tx& tx, const Principal& actor, ProjectId project,
                                      MemberId member) {
  auto target = TRY(authority_.lock_member(tx, member));
  auto row = TRY(authority_.membership(tx, project, member));
  if (!target || !row) {
    return fail(Fault::not_found, "no-member", "This person is not in this project.");
  }
  if (!manageable_by(actor.role).has(target->role) || !TRY(may_see(tx, actor, project))) {
    return fail(Fault::forbidden, "forbidden", "You may not take this person from this project.");
  }
  TRY(authority_.drop_membership(tx, project, member));
  TRY(authority_.raise_epoch(tx, *target));
  return deed(tx, actor, "membership.end", member.value, 0, canonical(room_, *row), project);
}

Result<std::vector<ProjectMember>> Accounts::project_members(Tx& tx, ProjectId project,
                                                             MemberId after, std::size_t limit) {
  std::vector<ProjectMember> out;
  for (const MemberRow& row : TRY(authority_.members_in(tx, project, after, limit))) {
    ProjectMember item;
    item.member = TRY(show_member(tx, room_, row, Reason::manage));
    if (auto in = TRY(authority_.membership(tx, project, row.member))) item.quota = in->quota;
    TRY(
        tx.query("SELECT grp FROM member_group"
                 " WHERE room = $1 AND project = $2 AND member = $3 ORDER BY grp",
                 {room_, project, row.member}, [&](const Row& group) {
                   item.groups.push_back(group.id<GroupId>(0));
                   return true;
                 }));
    out.push_back(std::move(item));
  }
  return out;
}

Result<void> Accounts::put_groups(Tx& tx, ProjectId project, MemberId member,
                                  const std::vector<GroupId>& groups) {
  TRY(tx.exec("DELETE FROM member_group WHERE room = $1 AND project = $2 AND member = $3",
              {room_, project, member}));
  for (GroupId group : groups) {
    auto known =
        TRY(tx.first("SELECT grp FROM project_group WHERE room = $1 AND project = $2 AND grp = $3",
                     {room_, project, group}, [](const Row& row) { return row.integer(0); }));
    if (!known) return no_group();
    TRY(
        tx.exec("INSERT INTO member_group (room, project, grp, member) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT DO NOTHING",
                {room_, project, group, member}));
  }
  return {};
}

Result<Group> Accounts::create_group(const Principal& actor, ProjectId project,
                                     std::string_view name, const std::vector<MemberId>& members) {
  TRY(check_name(name, "/name"));
  if (name.empty()) return fail(Fault::invalid, "bad-name", "A group needs a name.", "/name");
  if (members.size() > kMaxGroupMembers) {
    return fail(Fault::invalid, "too-many-members", "A group has at most 10000 members.",
                "/members");
  }
  return db_.write_as([&](Tx& tx) -> Result<Group> {
    auto held = TRY(tx.first("SELECT COUNT(*) FROM project_group WHERE room = $1 AND project = $2",
                             {room_, project}, [](const Row& row) { return row.integer(0); }));
    if (held.value_or(0) >= static_cast<std::int64_t>(kMaxGroups)) {
      return fail(Fault::conflict, "too-many-groups", "A project has at most 1000 groups.");
    }
    std::int64_t first = TRY(keys_.take(2));
    Group group{GroupId{first}, std::string(name), members};
    std::ranges::sort(group.members);
    auto repeated = std::ranges::unique(group.members);
    group.members.erase(repeated.begin(), repeated.end());
    TRY(store::put_content(tx, group_context(room_, project, group.id), ContentRef{first + 1},
                           Plaintext(std::string(name))));
    TRY(
        tx.exec("INSERT INTO project_group (room, project, grp, name_ref)"
                " VALUES ($1, $2, $3, $4)",
                {room_, project, group.id, first + 1}));
    for (MemberId member : group.members) {
      if (!TRY(authority_.membership(tx, project, member))) {
        return fail(Fault::invalid, "no-member", "Only members of the project can be in a group.",
                    "/members");
      }
      TRY(tx.exec("INSERT INTO member_group (room, project, grp, member) VALUES ($1, $2, $3, $4)",
                  {room_, project, group.id, member}));
    }
    TRY(deed(tx, actor, "group.create", first, 0, {}, project,
             static_cast<std::int64_t>(group.members.size())));
    return group;
  });
}

Result<std::vector<Group>> Accounts::groups(Tx& tx, ProjectId project) {
  std::vector<std::pair<GroupId, ContentRef>> rows;
  TRY(
      tx.query("SELECT grp, name_ref FROM project_group WHERE room = $1 AND project = $2"
               " ORDER BY grp",
               {room_, project}, [&](const Row& row) {
                 rows.emplace_back(row.id<GroupId>(0), row.id<ContentRef>(1));
                 return true;
               }));
  std::vector<Group> out;
  for (const auto& [id, ref] : rows) {
    Plaintext name =
        TRY(store::open_content(tx, group_context(room_, project, id), ref, Reason::manage));
    Group group{id, std::string(name.expose()), {}};
    TRY(
        tx.query("SELECT member FROM member_group WHERE room = $1 AND project = $2 AND grp = $3"
                 " ORDER BY member",
                 {room_, project, id}, [&](const Row& row) {
                   group.members.push_back(row.id<MemberId>(0));
                   return true;
                 }));
    out.push_back(std::move(group));
  }
  return out;
}

}  // namespace guildhall::identity
