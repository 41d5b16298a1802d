#include "crypto/key_file.h"

#include <sodium.h>
#include <sys/stat.h>

#include <cstdlib>

#include "base/files.h"
#include "crypto/hash.h"
#include "crypto/xchacha.h"

namespace guildhall::crypto {
namespace {

constexpr std::string_view kFamily = "guildhall key file ";
constexpr std::string_view kFirstLine = "guildhall key file 1\n";
constexpr char kOpen = 0;
constexpr char kPassphrase = 1;
constexpr std::size_t kSaltBytes = crypto_pwhash_argon2id_SALTBYTES;
constexpr std::size_t kKindAt = kFirstLine.size();
constexpr std::size_t kCostAt = kKindAt + 1;
constexpr std::size_t kSaltAt = kCostAt + 8;
constexpr std::size_t kNonceAt = kSaltAt + kSaltBytes;
constexpr std::size_t kSealedAt = kNonceAt + kXChaChaNonceBytes;

std::string u32(std::uint64_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::uint32_t read_u32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::unexpected<Error> damaged() {
  return fail(Fault::malformed, "damaged-key-file", "The key file is damaged.");
}

Result<Secret> stretch(const Secret& passphrase, std::string_view salt, PassphraseCost cost) {
  if (sodium_init() < 0) std::abort();
  std::string key(kXChaChaKeyBytes, '\0');
  const std::string_view text = passphrase.expose();
  if (crypto_pwhash_argon2id(reinterpret_cast<unsigned char*>(key.data()), key.size(), text.data(),
                             text.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                             cost.operations, cost.memory_bytes,
                             crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
    return fail(Fault::unavailable, "busy", "No memory for the hash of the passphrase.");
  }
  return Secret(std::move(key));
}

// What stands before the digest. Checks all that needs no passphrase.
Result<std::string_view> content_of(std::string_view file) {
  if (file.size() < kFirstLine.size() + 1 + sizeof(Digest)) return damaged();
  const std::string_view content = file.substr(0, file.size() - sizeof(Digest));
  if (view(sha256(content)) != file.substr(content.size())) return damaged();
  if (!content.starts_with(kFirstLine)) {
    if (!content.starts_with(kFamily)) return damaged();
    return fail(Fault::invalid, "key-file-newer", "The key file was written by a newer version.");
  }
  if (content[kKindAt] == kOpen) return content;
  if (content[kKindAt] != kPassphrase || content.size() < kSealedAt + kXChaChaTagBytes) {
    return damaged();
  }
  return content;
}

void add_digest(std::string& content) {
  const Digest digest = sha256(content);
  content.append(view(digest));
}

}  // namespace

Result<std::string> protect(const Secret& passphrase, std::string_view plain, Random& random,
                            PassphraseCost cost) {
  if (passphrase.empty() || passphrase.size() > kMaxPasswordBytes) {
    return fail(Fault::invalid, "bad-passphrase", "The passphrase is empty or too long.");
  }
  std::string out(kFirstLine);
  out += kPassphrase;
  out += u32(cost.operations);
  out += u32(cost.memory_bytes >> 10);
  const std::string salt = random.bytes(kSaltBytes);
  const std::string nonce = random.bytes(kXChaChaNonceBytes);
  out.append(salt).append(nonce);
  const Secret key = TRY(stretch(passphrase, salt, cost));
  out += xchacha_seal(key.expose(), nonce, out, plain);
  add_digest(out);
  return out;
}

Secret protect_openly(std::string_view plain) {
  std::string out;
  out.reserve(kCostAt + plain.size() + sizeof(Digest));  // one buffer: no copy stays behind
  out.append(kFirstLine);
  out += kOpen;
  out.append(plain);
  add_digest(out);
  return Secret(std::move(out));
}

Result<Secret> unprotect(std::string_view file, const Secret& passphrase) {
  const std::string_view content = TRY(content_of(file));
  if (content[kKindAt] == kOpen) return Secret(std::string(content.substr(kCostAt)));
  const PassphraseCost cost{read_u32(content.substr(kCostAt)),
                            static_cast<std::size_t>(read_u32(content.substr(kCostAt + 4))) << 10};
  if (cost.operations < crypto_pwhash_argon2id_OPSLIMIT_MIN ||
      cost.operations > kMaxKeyFileOperations ||
      cost.memory_bytes < crypto_pwhash_argon2id_MEMLIMIT_MIN ||
      cost.memory_bytes > kMaxKeyFileMemoryBytes) {
    return damaged();
  }
  const Secret key = TRY(stretch(passphrase, content.substr(kSaltAt, kSaltBytes), cost));
  auto plain = xchacha_open(key.expose(), content.substr(kNonceAt, kXChaChaNonceBytes),
                            content.substr(0, kSealedAt), content.substr(kSealedAt));
  if (!plain) return fail(Fault::invalid, "bad-passphrase", "The passphrase is wrong.");
  return plain;
}

Result<bool> needs_passphrase(std::string_view file) {
  return TRY(content_of(file))
  [kKindAt] == kPassphrase;
}

Result<void> write_key_file(const std::filesystem::path& path, std::string_view file) {
  if (file.size() > kMaxKeyFileBytes) {
    return fail(Fault::too_large, "file-too-large", "The key file is over its limit.");
  }
  return replace_file(path, file);
}

Result<Secret> read_key_file(const std::filesystem::path& path) {
  Secret file(TRY(read_file(path, kMaxKeyFileBytes)));
  if (TRY(needs_passphrase(file.expose()))) return file;
  struct stat about{};
  if (stat(path.c_str(), &about) != 0 || (about.st_mode & 077) != 0) {
    return fail(Fault::forbidden, "key-file-readable",
                "The key file has no passphrase and others may read it. Take that right away "
                "(chmod 600), and consider who may have read it.");
  }
  return file;
}

}  // namespace guildhall::crypto
