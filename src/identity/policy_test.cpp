#include "identity/policy.h"

#include <doctest/doctest.h>

#include <type_traits>

namespace guildhall::identity {

namespace {

// True where the policy compiles.
template <RoleSet roles, Scope scope>
concept MayRead = requires { typename std::bool_constant<(allow(roles).in(scope), true)>; };
template <RoleSet roles, Scope scope>
concept MayWrite =
    requires { typename std::bool_constant<(allow(roles).writing().in(scope), true)>; };

}  // namespace

TEST_CASE("policy: what does not compile") {
  CHECK(MayRead<kAllRoles, Scope::room>);
  CHECK(MayWrite<kWriters, Scope::project>);
  CHECK_FALSE(MayWrite<kAllRoles, Scope::project>);
  CHECK_FALSE(MayWrite<RoleSet{Role::auditor}, Scope::own>);
  CHECK_FALSE(MayRead<RoleSet{}, Scope::room>);
  CHECK_FALSE(MayRead<kAllRoles, Scope::public_>);
  CHECK_FALSE(std::is_default_constructible_v<Policy>);
  CHECK_FALSE(std::is_constructible_v<Policy, RoleSet, Scope, bool>);
}

TEST_CASE("policy: what it says") {
  constexpr Policy policy = allow(Role::manager | Role::owner).writing().in(Scope::project);
  CHECK(policy.writes());
  CHECK(policy.scope() == Scope::project);
  for (Role role : kEveryRole) {
    CHECK(policy.admits(role) == (role == Role::manager || role == Role::owner));
    CHECK(role_of(role_name(role)) == role);
    CHECK_FALSE(anyone(false).admits(role));
  }
  CHECK_FALSE(role_of("root").has_value());
  CHECK_FALSE(role_of("").has_value());
}

TEST_CASE("policy: nobody manages a role above their own") {
  CHECK(manageable_by(Role::owner) == kAllRoles);
  CHECK(manageable_by(Role::manager) == (Role::reviewer | Role::expert | Role::auditor));
  for (Role role : {Role::reviewer, Role::expert, Role::auditor}) {
    CHECK(manageable_by(role).empty());
  }
}

}  // namespace guildhall::identity
