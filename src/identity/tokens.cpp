// A member's own tokens.
#include "base/limits.h"
#include "crypto/token.h"
#include "identity/accounts.h"

namespace guildhall::identity {
namespace {

using store::ContentContext;
using store::ContentType;
using store::Tx;

ContentContext name_context(RoomId room, TokenId token) {
  return {room, ProjectId{}, ContentType::name, token.value, 1};
}

}  // namespace

Result<TokenId> Accounts::insert_token(Tx& tx, const Principal& actor, const MemberRow& owner,
                                       std::string_view name, TimeMs expires_at,
                                       std::string_view token) {
  std::int64_t first = TRY(keys_.take(2));
  TokenRow row{hash_of("token", token),
               TokenId{first},
               owner.member,
               ContentRef{first + 1},
               tx.now(),
               expires_at,
               0};
  TRY(store::put_content(tx, name_context(room_, row.token), row.name,
                         Plaintext(std::string(name))));
  TRY(authority_.insert(tx, row, owner.epoch));
  TRY(deed(tx, actor, "token.create", first, 0, canonical(room_, row)));
  return row.token;
}

Result<MadeToken> Accounts::create_token(const Principal& owner, std::string_view name,
                                         TimeMs expires_at) {
  TRY(check_name(name, "/name"));
  if (name.empty()) return fail(Fault::invalid, "bad-name", "A token needs a name.", "/name");
  Secret token = crypto::make_token(random_);
  auto id = TRY(db_.write_as([&](Tx& tx) -> Result<TokenId> {
    MemberRow row = TRY(existing(tx, owner.member));
    if (expires_at != 0 && expires_at <= tx.now()) {
      return fail(Fault::invalid, "bad-expiry", "This time is over already.", "/expires_at");
    }
    if (TRY(authority_.tokens_of(tx, owner.member)).size() >= kMaxTokens) {
      return fail(Fault::conflict, "too-many-tokens", "Revoke a token first: 50 is the most.");
    }
    return insert_token(tx, owner, row, name, expires_at, token.expose());
  }));
  return MadeToken{id, std::string(name), std::move(token)};
}

Result<std::vector<TokenView>> Accounts::tokens(const Principal& owner) {
  return db_.read_as([&](Tx& tx) -> Result<std::vector<TokenView>> {
    std::vector<TokenView> out;
    for (const TokenRow& row : TRY(authority_.tokens_of(tx, owner.member))) {
      Plaintext name = TRY(
          store::open_content(tx, name_context(room_, row.token), row.name, store::Reason::manage));
      out.push_back(
          {row.token, std::string(name.expose()), row.created_at, row.expires_at, row.seen_at});
    }
    return out;
  });
}

Result<void> Accounts::revoke_token(const Principal& owner, TokenId token) {
  return db_.write([&](Tx& tx) -> Result<void> {
    MemberRow member = TRY(existing(tx, owner.member));
    for (const TokenRow& row : TRY(authority_.tokens_of(tx, owner.member))) {
      if (row.token != token) continue;
      TRY(drop_token(tx, row));
      TRY(authority_.raise_epoch(tx, member));
      return deed(tx, owner, "token.revoke", token.value, 0, canonical(room_, row));
    }
    return fail(Fault::not_found, "no-token", "You have no such token.");
  });
}

Result<void> Accounts::drop_token(Tx& tx, const TokenRow& row) {
  TRY(authority_.drop(tx, row));
  return store::drop_content(tx, name_context(room_, row.token), row.name);
}

}  // namespace guildhall::identity
