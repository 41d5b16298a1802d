// Who may do what: roles, scopes, and the policy that every route declares where it is defined.
//
// A Policy is made only at compile time, by `allow(roles).in(scope)` for reading,
// `allow(roles).writing().in(scope)` for writing, or `anyone(…)`; it has no default, so a route
// cannot be written without one. An auditor reads and never writes: a policy that says otherwise
// does not compile.
//
// Concurrency: values. Limits: none.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ids.h"

namespace guildhall::identity {

enum class Role : std::uint8_t { owner = 1, manager = 2, reviewer = 4, expert = 8, auditor = 16 };

inline constexpr std::array<Role, 5> kEveryRole = {Role::owner, Role::manager, Role::reviewer,
                                                   Role::expert, Role::auditor};

constexpr std::string_view role_name(Role role) {
  switch (role) {
    case Role::owner: return "owner";
    case Role::manager: return "manager";
    case Role::reviewer: return "reviewer";
    case Role::expert: return "expert";
    case Role::auditor: return "auditor";
  }
  return "";
}

constexpr std::optional<Role> role_of(std::string_view name) {
  for (Role role : kEveryRole) {
    if (role_name(role) == name) return role;
  }
  return std::nullopt;
}

struct RoleSet {
  std::uint8_t bits = 0;
  constexpr RoleSet() = default;
  // Implicit, so that one role stands where a set is asked for.
  constexpr RoleSet(Role role) : bits(static_cast<std::uint8_t>(role)) {}
  constexpr bool has(Role role) const { return (bits & static_cast<std::uint8_t>(role)) != 0; }
  constexpr bool empty() const { return bits == 0; }
  friend constexpr RoleSet operator|(RoleSet left, RoleSet right) {
    RoleSet both;
    both.bits = static_cast<std::uint8_t>(left.bits | right.bits);
    return both;
  }
  friend constexpr bool operator==(RoleSet, RoleSet) = default;
};
constexpr RoleSet operator|(Role left, Role right) { return RoleSet(left) | RoleSet(right); }

inline constexpr RoleSet kAllRoles =
    Role::owner | Role::manager | Role::reviewer | Role::expert | Role::auditor;
inline constexpr RoleSet kWriters = Role::owner | Role::manager | Role::reviewer | Role::expert;
inline constexpr RoleSet kStaff = Role::owner | Role::manager;

// Where the roles count.
enum class Scope : std::uint8_t {
  public_,  // nobody needs to be signed in
  room,     // the room's own matters
  project,  // one project: the caller must be in it, else 404
  own,      // the caller's own things only
};

class Policy {
 public:
  constexpr RoleSet roles() const { return roles_; }
  constexpr Scope scope() const { return scope_; }
  constexpr bool writes() const { return writes_; }
  constexpr bool admits(Role role) const { return roles_.has(role); }

 private:
  friend struct Allowed;
  friend consteval Policy anyone(bool writes);
  consteval Policy(RoleSet roles, Scope scope, bool writes)
      : roles_(roles), scope_(scope), writes_(writes) {}

  RoleSet roles_;
  Scope scope_;
  bool writes_;
};

// Never defined: calling one of these during constant evaluation is the compiler's message.
void auditors_never_write();
void a_policy_needs_roles();
void public_routes_are_declared_by_anyone();

struct Allowed {
  RoleSet roles;
  bool writes = false;

  consteval Allowed writing() const { return {roles, true}; }
  consteval Policy in(Scope scope) const {
    if (roles.empty()) a_policy_needs_roles();
    if (writes && roles.has(Role::auditor)) auditors_never_write();
    if (scope == Scope::public_) public_routes_are_declared_by_anyone();
    return {roles, scope, writes};
  }
};

consteval Allowed allow(RoleSet roles) { return {roles, false}; }

// For the few routes before sign-in. `writes` also there says whether it changes something.
consteval Policy anyone(bool writes) { return {RoleSet(), Scope::public_, writes}; }

// Who makes a request, as the store said when it came in.
struct Principal {
  MemberId member;
  Role role = Role::expert;
  bool everywhere = false;  // sees every project
  std::int64_t vendor = 0;

  bool sees_all() const { return everywhere || role == Role::owner; }
};

// The room acting by itself (first owner, command line): no token or session gives this one.
inline constexpr Principal kRoomItself{MemberId{0}, Role::owner, true, 0};

// Whom a role may invite, change, remove or give a new link.
constexpr RoleSet manageable_by(Role role) {
  if (role == Role::owner) return kAllRoles;
  if (role == Role::manager) return Role::reviewer | Role::expert | Role::auditor;
  return {};
}

}  // namespace guildhall::identity
