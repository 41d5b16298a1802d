// The inside of HPKE (RFC 9180): from a Diffie-Hellman secret to the AEAD's key and nonce. Apart
// from hpke.h so that the RFC's numbers can be tested one by one, for each of its AEADs.
//
// Concurrency: pure functions, any thread. Limits: none.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace guildhall::crypto {

enum class HpkeAead : unsigned char { aes_128_gcm = 1, aes_256_gcm = 2, chacha20_poly1305 = 3 };

// DHKEM(X25519, HKDF-SHA256) §4.1: `enc` is the sender's ephemeral public key.
Result<Secret> hpke_shared_secret(std::string_view dh, std::string_view enc,
                                  std::string_view recipient);

struct HpkeKeys {
  std::string context;  // key_schedule_context
  Secret secret;
  Secret key;
  Secret base_nonce;
  Secret exporter_secret;
};

// §5.1 with HKDF-SHA256, base mode.
Result<HpkeKeys> hpke_key_schedule(HpkeAead aead, const Secret& shared_secret,
                                   std::string_view info);

}  // namespace guildhall::crypto
