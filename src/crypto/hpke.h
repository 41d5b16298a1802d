// HPKE (RFC 9180), base mode, single shot: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
// Seals to a public key. Nothing in it says who sealed: who must know signs what was sealed.
//
// Concurrency: any thread.
// Limits: none. `info` names the purpose (the protocol's label), `aad` binds what stands beside.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/locked_key.h"

namespace guildhall::crypto {

inline constexpr std::size_t kHpkeOverheadBytes = 48;  // the encapsulated key and the tag

class HpkeKey {
 public:
  static HpkeKey generate(Random& random);
  // Error: invalid/"bad-key" unless it has 32 bytes.
  static Result<HpkeKey> from_private(const Secret& private_key);

  const std::string& public_key() const { return public_key_; }  // 32 bytes
  const LockedKey& private_key() const { return private_key_; }

 private:
  HpkeKey(LockedKey private_key, std::string public_key);
  LockedKey private_key_;
  std::string public_key_;
};

// The encapsulated key (32 bytes), then the ciphertext. Error: invalid/"bad-key" for a public key
// of another length or small order.
Result<std::string> hpke_seal(std::string_view public_key, std::string_view info,
                              std::string_view aad, std::string_view plain,
                              Random& random = system_random());

// Error: malformed/"bad-seal" when anything differs from what was sealed.
Result<Secret> hpke_open(const HpkeKey& key, std::string_view sealed, std::string_view info,
                         std::string_view aad);

}  // namespace guildhall::crypto
