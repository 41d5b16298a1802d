#include "crypto/hpke_schedule.h"

#include "crypto/hmac.h"

namespace guildhall::crypto {
namespace {

constexpr std::string_view kVersion = "HPKE-v1";
constexpr std::string_view kKemSuite{"KEM\x00\x20", 5};  // DHKEM(X25519, HKDF-SHA256)
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kNonceBytes = 12;

Secret labeled_extract(std::string_view suite, std::string_view salt, std::string_view label,
                       std::string_view key_material) {
  std::string labeled;
  labeled.reserve(kVersion.size() + suite.size() + label.size() + key_material.size());
  labeled.append(kVersion).append(suite).append(label).append(key_material);
  const Secret wiped(std::move(labeled));
  return hkdf_extract(salt, wiped.expose());
}

Result<Secret> labeled_expand(std::string_view suite, const Secret& key, std::string_view label,
                              std::string_view info, std::size_t length_bytes) {
  std::string labeled = {static_cast<char>(length_bytes >> 8), static_cast<char>(length_bytes)};
  labeled.append(kVersion).append(suite).append(label).append(info);
  return hkdf_expand(key.expose(), labeled, length_bytes);
}

}  // namespace

Result<Secret> hpke_shared_secret(std::string_view dh, std::string_view enc,
                                  std::string_view recipient) {
  const Secret key = labeled_extract(kKemSuite, "", "eae_prk", dh);
  std::string context(enc);
  context.append(recipient);
  return labeled_expand(kKemSuite, key, "shared_secret", context, kHashBytes);
}

Result<HpkeKeys> hpke_key_schedule(HpkeAead aead, const Secret& shared_secret,
                                   std::string_view info) {
  // KEM 0x0020, KDF HKDF-SHA256 = 0x0001, then the AEAD.
  std::string suite("HPKE\x00\x20\x00\x01\x00", 9);
  suite += static_cast<char>(aead);
  HpkeKeys out;
  out.context = '\0';  // base mode
  out.context.append(labeled_extract(suite, "", "psk_id_hash", "").expose());
  out.context.append(labeled_extract(suite, "", "info_hash", info).expose());
  out.secret = labeled_extract(suite, shared_secret.expose(), "secret", "");
  const std::size_t key_bytes = aead == HpkeAead::aes_128_gcm ? 16 : 32;
  out.key = TRY(labeled_expand(suite, out.secret, "key", out.context, key_bytes));
  out.base_nonce = TRY(labeled_expand(suite, out.secret, "base_nonce", out.context, kNonceBytes));
  out.exporter_secret = TRY(labeled_expand(suite, out.secret, "exp", out.context, kHashBytes));
  return out;
}

}  // namespace guildhall::crypto
