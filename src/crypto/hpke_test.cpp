#include "crypto/hpke.h"

#include <doctest/doctest.h>

#include "crypto/aes_gcm.h"
#include "crypto/hash.h"
#include "crypto/hpke_schedule.h"
#include "crypto/x25519.h"

namespace guildhall::crypto {
namespace {

std::string hex(std::string_view text) { return from_hex(text).value(); }

// Gives a vector's ephemeral private key.
class GivenRandom final : public Random {
 public:
  explicit GivenRandom(std::string bytes) : bytes_(std::move(bytes)) {}
  void fill(void* out, std::size_t bytes) override { bytes_.copy(static_cast<char*>(out), bytes); }

 private:
  std::string bytes_;
};

struct Vector {
  HpkeAead aead;
  std::string_view ephemeral_private, enc, recipient_private, recipient_public;
  std::string_view shared_secret, context, secret, key, base_nonce, exporter_secret, ciphertext;
};

constexpr std::string_view kInfo = "Ode on a Grecian Urn";
constexpr std::string_view kPlain = "Beauty is truth, truth beauty";
constexpr std::string_view kAad = "Count-0";

// RFC 9180 A.1.1 and A.2.1, and between them the entry of the CFRG's test-vectors.json for the
// AEAD that we use. Each with its first encryption.
constexpr Vector kVectors[] = {
    {HpkeAead::aes_128_gcm, "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
     "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
     "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
     "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
     "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc",
     "00725611c9d98c07c03f60095cd32d400d8347d45ed67097bbad50fc56da742d07cb6cffde367bb0565ba28bb02c9"
     "0744a20f5ef37f30523526106f637abb05449",
     "12fff91991e93b48de37e7daddb52981084bd8aa64289c3788471d9a9712f397",
     "4531685d41d65f03dc48f6b8302c05b0", "56d890e5accaaf011cff4b7d",
     "45ff1c2e220db587171952c0592d5f5ebe103f1561a2614e38f2ffd47e99e3f8",
     "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"},
    {HpkeAead::aes_256_gcm, "179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11",
     "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256",
     "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d",
     "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c",
     "3101c54c3a4f87439eaac080699ed9bbcc726ffe44e860c0424ccb7e3e2ead7b",
     "004ce5472ecdd5093ba0aecb8f871ff13f1fbc90ee76f0e18ace1a1b7e565bafa306f6ef962c9ee7cea40407b5d60"
     "f0f26990472faae3ac44c78366f1cac1ecde1",
     "2058ac9b02c1f52c1aaf08bedbec9198219751a94ef67b7d5f0c8b6e2b54ebfb",
     "f50b0609186798729ed0564b36ef2ef8044f1f9d05636874d1f46c819c7a669f", "151d9929e2449747889bc923",
     "86017151bbff6a1940e8abae2ac9e0e7032e33df1eaaecc02ca6259b130d62df",
     "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a"},
    {HpkeAead::chacha20_poly1305,
     "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
     "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
     "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
     "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
     "0bbe78490412b4bbea4812666f7916932b828bba79942424abb65244930d69a7",
     "00431df6cd95e11ff49d7013563baf7f11588c75a6611ee2a4404a49306ae4cfc5b69c5718a60cc5876c358d3f7fc"
     "31ddb598503f67be58ea1e798c0bb19eb9796",
     "5b9cd775e64b437a2335cf499361b2e0d5e444d5cb41a8a53336d8fe402282c6",
     "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91", "5c4d98150661b848853b547f",
     "a3b010d4994890e2c6968a36f64470d3c824c8f5029942feb11e7a74b2921922", ""},
};

}  // namespace

TEST_CASE("hpke: every step of the key schedule, with the numbers of RFC 9180") {
  for (const Vector& vector : kVectors) {
    auto dh = x25519(hex(vector.ephemeral_private), hex(vector.recipient_public));
    REQUIRE(dh.has_value());
    auto shared = hpke_shared_secret(dh->expose(), hex(vector.enc), hex(vector.recipient_public));
    REQUIRE(shared.has_value());
    CHECK(to_hex(shared->expose()) == vector.shared_secret);
    auto keys = hpke_key_schedule(vector.aead, *shared, kInfo);
    REQUIRE(keys.has_value());
    CHECK(to_hex(keys->context) == vector.context);
    CHECK(to_hex(keys->secret.expose()) == vector.secret);
    CHECK(to_hex(keys->key.expose()) == vector.key);
    CHECK(to_hex(keys->base_nonce.expose()) == vector.base_nonce);
    CHECK(to_hex(keys->exporter_secret.expose()) == vector.exporter_secret);
    if (vector.ciphertext.empty()) continue;
    std::string sealed;
    AesGcm(keys->key.expose()).seal(keys->base_nonce.expose(), kAad, kPlain, sealed);
    CHECK(to_hex(sealed) == vector.ciphertext);
  }
}

TEST_CASE("hpke: sealing and opening give the bytes of the CFRG's vector") {
  const Vector& vector = kVectors[1];
  auto key = HpkeKey::from_private(Secret(hex(vector.recipient_private)));
  REQUIRE(key.has_value());
  CHECK(to_hex(key->public_key()) == vector.recipient_public);
  GivenRandom random(hex(vector.ephemeral_private));
  auto sealed = hpke_seal(key->public_key(), kInfo, kAad, kPlain, random);
  REQUIRE(sealed.has_value());
  CHECK(to_hex(*sealed) == std::string(vector.enc) + std::string(vector.ciphertext));
  auto opened = hpke_open(*key, *sealed, kInfo, kAad);
  REQUIRE(opened.has_value());
  CHECK(opened->expose() == kPlain);
}

TEST_CASE("hpke: any change, another key, info or context is refused") {
  SeededRandom random(21);
  const HpkeKey key = HpkeKey::generate(random);
  const std::string sealed = hpke_seal(key.public_key(), "info", "aad", "plain").value();
  CHECK(sealed.size() == 5 + kHpkeOverheadBytes);
  CHECK(sealed != hpke_seal(key.public_key(), "info", "aad", "plain").value());
  REQUIRE(hpke_open(key, sealed, "info", "aad")->expose() == "plain");
  auto refused = [](const Result<Secret>& opened) {
    return !opened && opened.error().type == "bad-seal";
  };
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string wrong = sealed;
    wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ (1 << (bit % 8)));
    CHECK(refused(hpke_open(key, wrong, "info", "aad")));
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CHECK(refused(hpke_open(key, sealed.substr(0, size), "info", "aad")));
  }
  CHECK(refused(hpke_open(key, sealed + '\0', "info", "aad")));
  CHECK(refused(hpke_open(key, sealed, "inf", "aad")));
  CHECK(refused(hpke_open(key, sealed, "info", "aae")));
  CHECK(refused(hpke_open(HpkeKey::generate(random), sealed, "info", "aad")));
  CHECK(refused(hpke_open(key, std::string(32, '\0') + sealed.substr(32), "info", "aad")));
  CHECK(hpke_open(key, hpke_seal(key.public_key(), "", "", "").value(), "", "")->empty());
}

TEST_CASE("hpke: bad keys are refused, one of small order too") {
  CHECK_FALSE(HpkeKey::from_private(Secret(std::string(31, 'k'))).has_value());
  CHECK_FALSE(hpke_seal(std::string(31, 'k'), "", "", "").has_value());
  auto zero = hpke_seal(std::string(32, '\0'), "", "", "");
  REQUIRE_FALSE(zero.has_value());
  CHECK(zero.error().type == "bad-key");
}

}  // namespace guildhall::crypto
