// A file of secret bytes, under a passphrase or marked as being without one.
//
//   guildhall key file 1\n      21 bytes
//   kind                        1 byte: 0 without a passphrase, 1 with one
//   kind 1 only:
//     Argon2id passes           4 bytes, big-endian
//     Argon2id memory, KiB      4 bytes, big-endian
//     salt                      16 bytes
//     nonce                     24 bytes
//   body                        kind 0: the bytes; kind 1: XChaCha20-Poly1305 of them, with all
//                               that stands before as associated data
//   SHA-256 of all before       32 bytes
//
// The digest is no protection against anyone; it tells a damaged file from a wrong passphrase. The
// cost of Argon2id is in the file, so that it can be raised for new files while old ones open.
//
// Concurrency: any thread; writers of one path take turns by a lock of their own.
// Limits: kMaxKeyFileBytes, kMaxKeyFileMemoryBytes, kMaxKeyFileOperations.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

namespace guildhall::crypto {

// What one try of a passphrase costs, whoever makes it.
struct PassphraseCost {
  std::uint64_t operations = kKeyFileOperations;
  std::size_t memory_bytes = kKeyFileMemoryBytes;
};

// The file's bytes. Errors: invalid/"bad-passphrase" for an empty one or one over
// kMaxPasswordBytes, unavailable/"busy" where there is no memory for Argon2id.
Result<std::string> protect(const Secret& passphrase, std::string_view plain,
                            Random& random = system_random(), PassphraseCost cost = {});
// The same without a passphrase: whoever reads the file has the bytes.
Secret protect_openly(std::string_view plain);

// Errors: malformed/"damaged-key-file", invalid/"key-file-newer" for a later format,
// invalid/"bad-passphrase" for a wrong one, unavailable/"busy". A file without passphrase opens
// with any.
Result<Secret> unprotect(std::string_view file, const Secret& passphrase);
// Errors: as above, as far as they need no passphrase.
Result<bool> needs_passphrase(std::string_view file);

// Whole, durable, mode 0600. Errors: as replace_file, and too_large/"file-too-large".
Result<void> write_key_file(const std::filesystem::path& path, std::string_view file);
// Errors: as read_file, and forbidden/"key-file-readable" where the file has no passphrase and
// others may read it.
Result<Secret> read_key_file(const std::filesystem::path& path);

}  // namespace guildhall::crypto
