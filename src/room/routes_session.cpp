#include <fmt/format.h>

#include "base/limits.h"
#include "room/journal_key.h"
#include "room/render.h"

namespace guildhall::room {
namespace {

using identity::allow;
using identity::anyone;
using identity::kAllRoles;
using identity::kWriters;
using identity::Scope;
using net::Method;
using net::Reply;

constexpr Field kCode[] = {{"code", Kind::text, true}};
constexpr Field kAccept[] = {
    {"code", Kind::text, true}, {"name", Kind::text}, {"password", Kind::text}};
constexpr Field kSignIn[] = {{"email", Kind::text, true}, {"password", Kind::text, true}};
constexpr Field kNewToken[] = {{"name", Kind::text, true}, {"expires_at", Kind::time}};

std::string cookie_of(const Call& call, std::string_view code, std::int64_t max_age_s) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", call.room.cookie_name(),
                     code, max_age_s, call.room.secure_cookies() ? "; Secure" : "");
}

Result<Reply> signed_in(Call& call, const identity::SignedIn& in) {
  auto member = TRY(call.room.accounts().member(in.principal.member));
  call.who = in.principal;
  Reply reply = json_reply(201, me_json(call, member));
  std::int64_t left_s = (in.expires_at - system_clock().now_ms()) / 1000;
  reply.header("Set-Cookie", cookie_of(call, in.code.expose(), left_s));
  return reply;
}

Result<Reply> check_invite(Call& call) {
  auto invite = TRY(call.room.accounts().check_invite(text_or(call.body, "code", "")));
  JsonWriter out;
  out.begin_object().field("role", identity::role_name(invite.role)).field("name", invite.name);
  out.field("email", invite.email).field("needs_password", invite.needs_password);
  out.key("room").begin_object().field("title", "Guildhall").end_object().end_object();
  return json_reply(200, out.take());
}

Result<Reply> accept_invite(Call& call) {
  std::optional<Secret> password;
  if (auto text = text_if(call.body, "password")) password.emplace(*std::move(text));
  return signed_in(call, TRY(call.room.accounts().accept_invite(text_or(call.body, "code", ""),
                                                                text_if(call.body, "name"),
                                                                password ? &*password : nullptr)));
}

Result<Reply> sign_in(Call& call) {
  Secret password(text_or(call.body, "password", ""));
  return signed_in(call, TRY(call.room.accounts().sign_in(text_or(call.body, "email", ""), password,
                                                          call.request.peer_address)));
}

Result<Reply> sign_out(Call& call) {
  TRY(call.room.accounts().sign_out(call.session_code));
  Reply reply = no_content();
  reply.header("Set-Cookie", cookie_of(call, "", 0));
  return reply;
}

Result<Reply> me(Call& call) {
  auto member = TRY(call.room.accounts().member(call.who.member));
  return json_reply(200, me_json(call, member));
}

Result<Reply> own_journal_key(Call& call) {
  if (!call.room.keeper().state()->open) {
    return fail(Fault::locked, "locked", "The room is locked.");
  }
  auto key = TRY(journal_key(call.room.journal_root(), call.who.member));
  JsonWriter out;
  out.begin_object().field("id", key.id).field("key", key.key).end_object();
  return json_reply(200, out.take());
}

Result<Reply> list_tokens(Call& call) {
  JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const auto& token : TRY(call.room.accounts().tokens(call.who))) {
    out.begin_object().field("id", call.room.ids().show(token.id)).field("name", token.name);
    out.field("created_at", rfc3339(token.created_at));
    out.key("expires_at");
    token.expires_at ? out.string(rfc3339(token.expires_at)) : out.null();
    out.key("seen_at");
    token.seen_at ? out.string(rfc3339(token.seen_at)) : out.null();
    out.end_object();
  }
  out.end_array().key("next").null().end_object();
  return json_reply(200, out.take());
}

Result<Reply> make_token(Call& call) {
  auto made = TRY(call.room.accounts().create_token(call.who, text_or(call.body, "name", ""),
                                                    time_if(call.body, "expires_at").value_or(0)));
  JsonWriter out;
  out.begin_object().field("id", call.room.ids().show(made.id)).field("name", made.name);
  out.field("token", made.token.expose()).end_object();
  return json_reply(201, out.take());
}

Result<Reply> revoke_token(Call& call) {
  TRY(call.room.accounts().revoke_token(call.who, call.id<TokenId>("token")));
  return no_content();
}

}  // namespace

void add_session_routes(Routes& routes) {
  constexpr auto own = allow(kAllRoles).in(Scope::own);
  constexpr auto own_write = allow(kWriters).writing().in(Scope::own);
  routes.push_back({Method::post, "/invites/check", anyone(false), check_invite,
                    "What an invitation is for", "Invite", 200, BodyKind::json, kCode});
  routes.push_back({Method::post, "/invites/accept", anyone(true), accept_invite,
                    "Accept an invitation and sign in", "Me", 201, BodyKind::json, kAccept});
  routes.push_back({Method::post, "/sessions", anyone(true), sign_in,
                    "Sign in by e-mail and password", "Me", 201, BodyKind::json, kSignIn});
  Route signed_out{Method::del, "/sessions/current", own, sign_out, "Sign out", "", 204};
  signed_out.in_dark = true;
  routes.push_back(signed_out);
  routes.push_back({Method::get, "/me", own, me, "Who am I", "Me"});
  routes.push_back({Method::get, "/journal-key", own, own_journal_key,
                    "The key for what the caller's browser keeps", "JournalKey"});
  routes.push_back({Method::get, "/tokens", own, list_tokens, "The caller's tokens", "TokenList"});
  routes.push_back({Method::post, "/tokens", own_write, make_token,
                    "Make a token; it is shown once", "NewToken", 201, BodyKind::json, kNewToken,
                    Repeats::secret});
  routes.push_back(
      {Method::del, "/tokens/{token}", own_write, revoke_token, "Revoke a token", "", 204});
}

}  // namespace guildhall::room
