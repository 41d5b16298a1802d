// upkeep-room MODE DIR: what the tests of a room's life do to it that no command of ours may.
//
//   unseal    bodies and files become plain, and indexes as they were before rooms were sealed
//   digest    a line for each body: project, ref, SHA-256 of what it holds
//   half      `room seal` without its last step: nothing is written anew
//
// Each body is opened as the catalogue of store/unsealed.h says: a wrong line there does not open.
#include <fmt/format.h>

#include <string>

#include "base/files.h"
#include "base/json.h"
#include "crypto/chunked.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "crypto/row.h"
#include "identity/people.h"
#include "room/room_dir.h"
#include "store/keys.h"
#include "store/sealed_file.h"
#include "store/unsealed.h"
#include "vault/embedded_keys.h"
#include "work/task_body.h"

namespace guildhall {
namespace {

class KeySealer final : public store::Sealer {
 public:
  explicit KeySealer(vault::Keyring& keys) : keys_(keys) {}
  using Sealer::open;
  using Sealer::seal;
  Result<std::vector<store::Sealed>> seal(std::span<const store::ToSeal> items) override {
    std::vector<store::Sealed> out;
    for (const auto& item : items) {
      auto key = TRY(keys_.key(item.context.project));
      out.push_back(as_sealed(crypto::seal_row(key->expose(), encode_context(item.context),
                                               item.plain, system_random())));
    }
    return out;
  }
  Result<std::vector<Plaintext>> open(std::span<const store::ToOpen> items,
                                      const store::Opening&) override {
    std::vector<Plaintext> out;
    for (const auto& item : items) {
      auto key = TRY(keys_.key(item.context.project));
      out.push_back(TRY(crypto::open_row(key->expose(), encode_context(item.context),
                                         TRY(sealed_part(item.body)))));
    }
    return out;
  }
  Result<std::vector<std::string>> find_keys(std::span<const store::ToFind> items) override {
    std::vector<std::string> out;
    for (const auto& item : items) {
      auto key = TRY(keys_.key(item.project));
      auto index = TRY(crypto::hkdf_expand(key->expose(), "guildhall index v1", 32));
      std::string name(item.sort);
      name += '\0';
      out.emplace_back(crypto::view(crypto::hmac_sha256(index.expose(), {name, item.text})));
    }
    return out;
  }
  // Neither marks, nor files that are sealed.
  Result<std::vector<std::string>> mac(std::span<const std::string_view>) override {
    return none();
  }
  Result<std::vector<bool>> check(std::span<const store::MarkedRow>) override { return none(); }
  Result<store::FileSeal> begin_file(const store::ContentContext&) override { return none(); }
  Result<std::string> seal_part(const store::ContentContext&, const store::FileSeal&,
                                const store::FilePart&) override {
    return none();
  }
  Result<Plaintext> open_part(const store::ContentContext& context, std::string_view head,
                              const store::FilePart& part, const store::Opening&) override {
    auto key = TRY(keys_.key(context.project));
    auto cipher = TRY(crypto::open_chunked_head(key->expose(), encode_context(context), head));
    return Plaintext(TRY(crypto::open_chunks(cipher, part.chunk, part.bytes)));
  }

 private:
  static std::unexpected<Error> none() {
    return fail(Fault::internal, "no-sealer", "This tool opens bodies and finds things only.");
  }
  vault::Keyring& keys_;
};

Result<std::string> body_of(store::Tx& tx, RoomId room, const store::Catalogued& one) {
  auto body = TRY(tx.first("SELECT body FROM content WHERE room = $1 AND project = $2 AND ref = $3",
                           {room, one.context.project, one.ref},
                           [](const store::Row& row) { return std::string(row.bytes(0)); }));
  return body.value_or(std::string());
}

std::string plain_body(std::int64_t version, std::string_view text) {
  std::string body(1, '\1');
  for (auto rest = static_cast<std::uint64_t>(version);; rest >>= 7) {
    if (rest < 0x80) {
      body += static_cast<char>(rest);
      break;
    }
    body += static_cast<char>(rest | 0x80);
  }
  return body.append(text);
}

// By what it was found before.
Result<void> show_index(store::Tx& tx, const room::RoomDir& dir, const ContentContext& of,
                        std::string_view text) {
  auto key = TRY(crypto::hkdf("", dir.master_key.expose(), "guildhall index v1", 32));
  auto put = [&](store::Sql sql, std::string_view hash) -> Result<void> {
    TRY(tx.exec(sql, {dir.room, of.object, store::Blob{hash}}));
    return {};
  };
  if (of.type == store::ContentType::profile) {
    auto profile = TRY(parse_json(text));
    auto email = view(*find_string(profile, "email"));
    if (email.empty()) return {};
    return put("UPDATE member SET email_hash = $3 WHERE room = $1 AND member = $2",
               identity::keyed_hash(key, "email", email));
  }
  if (of.type == store::ContentType::name && !of.project) {
    return put("UPDATE vendor SET name_hash = $3 WHERE room = $1 AND vendor = $2",
               identity::keyed_hash(key, "vendor", text));
  }
  if (of.type != store::ContentType::task) return {};
  auto digest = work::task_key_digest(key, of.project, work::split_task_body(text).key);
  return put("UPDATE task_key SET key_hash = $3 WHERE room = $1 AND task = $2",
             {digest.data(), digest.size()});
}

// The bytes of an upload or a delivery, whose length its words or its manifest tell.
Result<void> show_file(store::Tx& tx, const room::RoomDir& dir, const ContentContext& of,
                       std::string_view text) {
  bool upload = of.type == store::ContentType::file;
  if (!upload && of.type != store::ContentType::manifest) return {};
  auto bytes = as_int(TRY(parse_json(text)).at("bytes")).value_or(-1);
  auto path = dir.blobs() / fmt::format("{}-{}", upload ? "file" : "delivery", of.object);
  auto type = upload ? store::ContentType::upload : store::ContentType::dataset;
  std::string plain;
  auto file = TRY(
      store::SealedFile::open(path, tx.sealer(), {of.room, of.project, type, of.object}, bytes));
  while (static_cast<std::int64_t>(plain.size()) < bytes) {
    TRY(file.read(static_cast<std::int64_t>(plain.size()), bytes, store::Reason::manage, plain));
  }
  TRY(replace_file(path, plain));
  constexpr store::Sql kUpload = "UPDATE file SET bytes = $3 WHERE room = $1 AND file = $2";
  constexpr store::Sql kDelivery =
      "UPDATE delivery SET bytes = $3 WHERE room = $1 AND delivery = $2";
  TRY(tx.exec(upload ? kUpload : kDelivery, {of.room, of.object, bytes}));
  return {};
}

Result<void> each(store::Database& db, const room::RoomDir& dir, bool unseal) {
  RoomId room = dir.room;
  for (const auto& one : TRY(store::catalogue(db, room))) {
    TRY(db.write([&](store::Tx& tx) -> Result<void> {
      auto body = TRY(body_of(tx, room, one));
      auto plain = tx.sealer().open(one.context, body, store::Reason::manage);
      if (!plain) {
        fmt::print(stderr, "project {} ref {} type {}\n", one.context.project.value, one.ref.value,
                   static_cast<int>(one.context.type));
        return std::unexpected(plain.error());
      }
      if (!unseal) {
        fmt::print("{} {} {}\n", one.context.project.value, one.ref.value,
                   crypto::to_hex(crypto::sha256(plain->expose())));
        return {};
      }
      TRY(show_index(tx, dir, one.context, plain->expose()));
      TRY(show_file(tx, dir, one.context, plain->expose()));
      auto old = plain_body(one.context.version, plain->expose());
      TRY(tx.exec("UPDATE content SET body = $4 WHERE room = $1 AND project = $2 AND ref = $3",
                  {room, one.context.project, one.ref, store::Blob{old}}));
      return {};
    }));
  }
  return {};
}

Result<void> half(store::Database& db, RoomId room) {
  while (TRY(store::begin_sealing(db, room)) > 0) {
    store::SealPlace place;
    while (TRY(store::seal_some(db, room, place)) > 0) {
    }
  }
  store::Keys keys(db, room);
  return store::end_sealing(db, room, TRY(keys.next()));
}

Result<void> run(const std::string& mode, const std::string& folder) {
  auto dir = TRY(room::open_room_dir(folder));
  auto embedded = TRY(vault::EmbeddedKeys::open(dir.path / "room.keys", system_random()));
  vault::Keyring keys(*embedded);
  embedded->fill(keys);
  KeySealer sealer(keys);
  auto db = TRY(store::open_database(dir.store, {.sealer = &sealer}));
  if (mode == "half") return half(*db, dir.room);
  return each(*db, dir, mode == "unseal");
}

}  // namespace
}  // namespace guildhall

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  auto done = guildhall::run(argv[1], argv[2]);
  if (!done) fmt::print(stderr, "{}: {}\n", done.error().type, done.error().detail);
  return done ? 0 : 1;
}
