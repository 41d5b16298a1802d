#include "room/journal_key.h"

#include <fmt/format.h>

#include "crypto/hash.h"
#include "crypto/hmac.h"

namespace guildhall::room {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kKeyIdBytes = 16;

}  // namespace

Result<Secret> journal_root(const Secret& master_key) {
  return crypto::hkdf("", master_key.expose(), "guildhall journal key", kKeyBytes);
}

Result<JournalKey> journal_key(const Secret& root, MemberId member) {
  auto info = fmt::format("member {}", member.value);
  auto bytes = TRY(crypto::hkdf_expand(root.expose(), info, kKeyBytes + kKeyIdBytes));
  return JournalKey{crypto::to_base64url(bytes.expose().substr(kKeyBytes)),
                    crypto::to_base64url(bytes.expose().substr(0, kKeyBytes))};
}

}  // namespace guildhall::room
