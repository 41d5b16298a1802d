#include "crypto/hpke.h"

#include "crypto/aes_gcm.h"
#include "crypto/hpke_schedule.h"
#include "crypto/x25519.h"

namespace guildhall::crypto {

static_assert(kHpkeOverheadBytes == kX25519Bytes + kGcmTagBytes);
static_assert(kX25519Bytes == kLockedKeyBytes);

HpkeKey::HpkeKey(LockedKey private_key, std::string public_key)
    : private_key_(std::move(private_key)), public_key_(std::move(public_key)) {}

HpkeKey HpkeKey::generate(Random& random) {
  LockedKey key = LockedKey::generate(random);
  std::string public_key = *x25519_public_key(key.expose());
  return {std::move(key), std::move(public_key)};
}

Result<HpkeKey> HpkeKey::from_private(const Secret& private_key) {
  LockedKey key = TRY(LockedKey::from(private_key.expose()));
  std::string public_key = TRY(x25519_public_key(key.expose()));
  return HpkeKey(std::move(key), std::move(public_key));
}

Result<std::string> hpke_seal(std::string_view public_key, std::string_view info,
                              std::string_view aad, std::string_view plain, Random& random) {
  const HpkeKey ephemeral = HpkeKey::generate(random);
  const Secret dh = TRY(x25519(ephemeral.private_key().expose(), public_key));
  std::string out = ephemeral.public_key();
  const Secret shared = TRY(hpke_shared_secret(dh.expose(), out, public_key));
  const HpkeKeys keys = TRY(hpke_key_schedule(HpkeAead::aes_256_gcm, shared, info));
  AesGcm(keys.key.expose()).seal(keys.base_nonce.expose(), aad, plain, out);
  return out;
}

Result<Secret> hpke_open(const HpkeKey& key, std::string_view sealed, std::string_view info,
                         std::string_view aad) {
  auto refused = [] {
    return fail(Fault::malformed, "bad-seal", "The sealed bytes do not open with this key.");
  };
  if (sealed.size() < kHpkeOverheadBytes) return refused();
  std::string_view enc = sealed.substr(0, kX25519Bytes);
  auto dh = x25519(key.private_key().expose(), enc);
  if (!dh) return refused();
  const Secret shared = TRY(hpke_shared_secret(dh->expose(), enc, key.public_key()));
  const HpkeKeys keys = TRY(hpke_key_schedule(HpkeAead::aes_256_gcm, shared, info));
  std::string plain(sealed.size() - kHpkeOverheadBytes, '\0');
  TRY(AesGcm(keys.key.expose())
          .open(keys.base_nonce.expose(), aad, sealed.substr(kX25519Bytes), plain));
  return Secret(std::move(plain));
}

}  // namespace guildhall::crypto
