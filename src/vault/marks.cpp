// What a vault does under keys derived from those it holds, and without a leaf, since it tells no
// content: MACs of authority rows, and the keyed hashes by which things are found.
#include "base/limits.h"
#include "crypto/equal.h"
#include "crypto/hmac.h"
#include "vault/vault.h"

namespace guildhall::vault {
namespace {

Result<std::uint32_t> count_of(FrameReader& in, std::size_t least) {
  std::uint32_t count = in.count(least);
  if (count <= kMaxSealBatch) return count;
  return fail(Fault::too_large, "too-many-items", "Too many rows in one frame.");
}

Result<Secret> authority_key(Keyring& keys) {
  auto room_key = TRY(keys.key({}));
  return crypto::hkdf_expand(room_key->expose(), "guildhall authority v1", 32);
}

}  // namespace

Result<std::string> Vault::mac(FrameReader& in) {
  auto key = TRY(authority_key(ports_.keys));
  std::uint32_t count = TRY(count_of(in, 4));
  auto out = good_answer();
  out.u32(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    out.bytes(crypto::view(crypto::hmac_sha256(key.expose(), in.bytes())));
  }
  TRY(in.done());
  return out.take();
}

Result<std::string> Vault::check(FrameReader& in) {
  auto key = TRY(authority_key(ports_.keys));
  std::uint32_t count = TRY(count_of(in, 8));
  auto out = good_answer();
  out.u32(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto mac = crypto::hmac_sha256(key.expose(), in.bytes());
    out.u8(crypto::equal_constant_time(crypto::view(mac), in.bytes()) ? 1 : 0);
  }
  TRY(in.done());
  return out.take();
}

Result<std::string> Vault::find(FrameReader& in) {
  std::uint32_t count = TRY(count_of(in, 16));
  auto out = good_answer();
  out.u32(count);
  ProjectId keyed;  // the items of one call are mostly of one project
  Secret key;
  for (std::uint32_t i = 0; i < count; ++i) {
    ProjectId project{in.i64()};
    if (key.empty() || project != keyed) {
      auto held = TRY(ports_.keys.key(project));
      key = TRY(crypto::hkdf_expand(held->expose(), "guildhall index v1", 32));
      keyed = project;
    }
    auto sort = in.bytes();  // no sort contains a zero byte, so the border is plain
    auto text = in.bytes();
    out.bytes(
        crypto::view(crypto::hmac_sha256(key.expose(), {sort, std::string_view("\0", 1), text})));
  }
  TRY(in.done());
  return out.take();
}

}  // namespace guildhall::vault
