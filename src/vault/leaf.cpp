#include "vault/leaf.h"

#include "base/json.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"

namespace guildhall::vault {
namespace {

constexpr std::size_t kCommitmentBytes = 16;
constexpr std::size_t kSaltBytes = 16;

void write_common(JsonWriter& out, const Leaf& leaf, const Secret& person_key) {
  out.begin_object().field("at", rfc3339(leaf.at)).field("verb", leaf.verb);
  out.field("who", leaf.who ? person_commitment(person_key, leaf.who) : std::string());
  out.field("project", leaf.project.value).field("object", leaf.object);
  out.field("version", leaf.version).field("detail", leaf.detail);
  out.field("hash", crypto::to_base64url(leaf.hash));
}

std::string finish(JsonWriter& out, Random& random) {
  out.field("salt", crypto::to_base64url(random.bytes(kSaltBytes))).end_object();
  return out.take();
}

}  // namespace

std::string person_commitment(const Secret& person_key, MemberId member) {
  char number[8];
  for (int i = 0; i < 8; ++i) number[i] = static_cast<char>(member.value >> (8 * (7 - i)));
  auto whole = crypto::hmac_sha256(person_key.expose(), {number, sizeof number});
  return crypto::to_base64url(crypto::view(whole).substr(0, kCommitmentBytes));
}

std::string deed_leaf(const Leaf& leaf, const Secret& person_key, Random& random) {
  JsonWriter out;
  write_common(out, leaf, person_key);
  return finish(out, random);
}

std::string opening_leaf(const Leaf& leaf, OpenReason reason,
                         std::span<const ContentContext> objects, const Secret& person_key,
                         Random& random) {
  JsonWriter out;
  write_common(out, leaf, person_key);
  out.field("reason", reason_word(reason)).key("objects").begin_array();
  for (const auto& object : objects) {
    out.begin_array().string(content_word(object.type));
    out.integer(object.object).integer(object.version).end_array();
  }
  out.end_array();
  return finish(out, random);
}

}  // namespace guildhall::vault
