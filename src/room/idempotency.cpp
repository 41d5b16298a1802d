#include "room/idempotency.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "room/room.h"
#include "store/content.h"

namespace guildhall::room {
namespace {

using net::Reply;
using store::Blob;
using store::Row;
using store::Tx;

constexpr std::int64_t kRunning = 0;
constexpr std::int64_t kSpent = -1;  // done, and the reply is not kept

struct Stored {
  std::string request_hash;
  std::int64_t status = kRunning;
  ContentRef reply;
  TimeMs created_at = 0;
};

struct Key {
  std::string key_hash;      // of the key within principal, method and path
  std::string request_hash;  // of the key and the body: no body can be guessed without its key
};

Result<std::string> key_of(const Call& call) {
  auto key = call.request.header("Idempotency-Key");
  bool visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
  if (key.size() > kMaxIdempotencyKey || !visible) {
    return fail(Fault::invalid, "bad-idempotency-key",
                fmt::format("1 to {} visible ASCII characters.", kMaxIdempotencyKey),
                "Idempotency-Key");
  }
  return std::string(key);
}

Result<Key> keys_of(const Call& call) {
  auto key = TRY(key_of(call));
  std::string_view secret = call.room.index_key().expose();
  auto scope = fmt::format("{} {}\n", net::method_name(call.request.method), call.request.path);
  auto named = crypto::hmac_sha256(secret, {"idempotency\n", scope, key});
  auto body = crypto::hmac_sha256(secret, {"body\n", key, "\n", call.request.body});
  return Key{std::string(crypto::view(named)), std::string(crypto::view(body))};
}

store::ContentContext reply_context(const Call& call, ContentRef ref) {
  return {call.room.id(), {}, store::ContentType::reply, ref.value};
}

// What is kept: status line and headers, a blank line, the body.
std::string pack(const Reply& reply) {
  JsonWriter out;
  out.begin_object().field("content_type", reply.content_type).key("headers").begin_array();
  for (const auto& [name, value] : reply.headers) {
    // A cookie is a secret of the first answer; it is not given twice.
    if (name != "Set-Cookie") out.begin_array().string(name).string(value).end_array();
  }
  out.end_array().field("body", reply.body).end_object();
  return out.take();
}

Result<Reply> unpack(std::int64_t status, std::string_view packed) {
  auto value = TRY(parse_json(packed));
  Reply reply =
      json_reply(static_cast<int>(status), std::string(view(*find_string(value, "body"))));
  reply.content_type = view(*find_string(value, "content_type"));
  for (const auto& pair : *find_array(value, "headers")) {
    reply.header(std::string(view(pair.at(0).get_string())),
                 std::string(view(pair.at(1).get_string())));
  }
  return reply.header("Idempotency-Replayed", "true"), std::move(reply);
}

Result<std::optional<Stored>> find_stored(Tx& tx, const Call& call, const Key& key) {
  return tx.first(
      "SELECT request_hash, status, reply_ref, created_at FROM idempotency WHERE"
      " room = $1 AND principal = $2 AND key_hash = $3",
      {call.room.id(), call.who.member, Blob{key.key_hash}}, [](const Row& row) {
        return Stored{std::string(row.bytes(0)), row.integer(1), row.id<ContentRef>(2),
                      row.integer(3)};
      });
}

// Reserves the key: true when it is ours to run.
Result<bool> reserve(Call& call, const Key& key) {
  return call.room.db().write_as([&](Tx& tx) -> Result<bool> {
    auto rows = TRY(tx.exec(
        "INSERT INTO idempotency (room, principal, key_hash, request_hash,"
        " status, reply_ref, created_at) VALUES ($1, $2, $3, $4, 0, 0, $5)"
        " ON CONFLICT DO NOTHING",
        {call.room.id(), call.who.member, Blob{key.key_hash}, Blob{key.request_hash}, tx.now()}));
    return rows == 1;
  });
}

Result<Reply> replay(Call& call, const Key& key) {
  return call.room.db().read_as([&](Tx& tx) -> Result<Reply> {
    auto stored = TRY(find_stored(tx, call, key));
    if (!stored || (stored->request_hash == key.request_hash && stored->status == kRunning)) {
      bool lost = stored && stored->created_at < call.room.started_at();
      return lost ? fail(Fault::conflict, "idempotency-lost",
                         "The server stopped while this ran; look whether it took effect.",
                         "Idempotency-Key")
                  : fail(Fault::conflict, "idempotency-running",
                         "The first request under this key is still running.", "Idempotency-Key");
    }
    if (stored->request_hash != key.request_hash) {
      return fail(Fault::invalid, "idempotency-mismatch",
                  "This Idempotency-Key was used for another body.", "Idempotency-Key");
    }
    if (stored->status == kSpent) {
      return fail(Fault::conflict, "idempotency-spent",
                  "It was done; its reply was shown once and is not kept.", "Idempotency-Key");
    }
    auto packed = TRY(store::open_content(tx, reply_context(call, stored->reply), stored->reply,
                                          store::Reason::replay));
    return unpack(stored->status, packed.expose());
  });
}

Result<void> keep_reply(Call& call, const Key& key, const Reply& reply) {
  bool keepable = call.route.repeats == Repeats::stored && !reply.source && !reply.file &&
                  !reply.events && !reply.held && !reply.later && !reply.live &&
                  reply.body.size() <= kMaxStoredReply;
  ContentRef ref {
    keepable ? TRY(call.room.keys().next()) : 0
  };
  std::optional<store::Sealed> sealed;
  if (keepable) {
    sealed = TRY(call.room.work().sealer.seal(reply_context(call, ref), pack(reply)));
  }
  return call.room.db().write([&](Tx& tx) -> Result<void> {
    if (sealed) TRY(store::put_content(tx, reply_context(call, ref), ref, *sealed));
    TRY(
        tx.exec("UPDATE idempotency SET status = $4, reply_ref = $5 WHERE room = $1 AND"
                " principal = $2 AND key_hash = $3",
                {call.room.id(), call.who.member, Blob{key.key_hash},
                 keepable ? reply.status : kSpent, ref}));
    return {};
  });
}

Result<void> forget(Call& call, const Key& key) {
  return call.room.db().write([&](Tx& tx) -> Result<void> {
    TRY(tx.exec("DELETE FROM idempotency WHERE room = $1 AND principal = $2 AND key_hash = $3",
                {call.room.id(), call.who.member, Blob{key.key_hash}}));
    return {};
  });
}

}  // namespace

Result<std::string> request_hash(const Call& call) {
  if (call.request.header("Idempotency-Key").empty()) return std::string();
  auto key = TRY(keys_of(call));
  return key.key_hash.substr(0, 16) + key.request_hash.substr(0, 16);
}

Result<Reply> answer_once(Call& call) {
  auto key = TRY(keys_of(call));
  if (!TRY(reserve(call, key))) return replay(call, key);
  auto reply = call.route.handler(call);
  if (!reply) {  // a refusal changed nothing: the key is free again
    TRY(forget(call, key));
    return reply;
  }
  if (auto kept = keep_reply(call, key, *reply); !kept) {
    // What was done is done: the caller is told so, and a repeat will find the key running.
    log_line(LogLevel::warning, "reply not kept", {{"type", kept.error().type}});
  }
  return reply;
}

Result<void> forget_old_keys(Room& room) {
  return room.db().write([&](Tx& tx) -> Result<void> {
    struct Old {
      MemberId principal;
      std::string key_hash;
      ContentRef reply;
    };
    std::vector<Old> old;
    TRY(tx.query(
        "SELECT principal, key_hash, reply_ref FROM idempotency WHERE room = $1 AND"
        " created_at < $2 ORDER BY created_at LIMIT $3",
        {room.id(), tx.now() - kIdempotencyMs, kPurgeRows}, [&](const Row& row) {
          old.push_back({row.id<MemberId>(0), std::string(row.bytes(1)), row.id<ContentRef>(2)});
          return true;
        }));
    for (const auto& key : old) {
      if (key.reply) {
        TRY(store::drop_content(tx, {room.id(), {}, store::ContentType::reply, key.reply.value},
                                key.reply));
      }
      TRY(tx.exec("DELETE FROM idempotency WHERE room = $1 AND principal = $2 AND key_hash = $3",
                  {room.id(), key.principal, Blob{key.key_hash}}));
    }
    return {};
  });
}

}  // namespace guildhall::room
