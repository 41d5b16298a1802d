// keeper.key where the root lies under a key of a PKCS#11 token: what is needed to find that key,
// and the root as the token gave it back encrypted. Nothing in it is secret.
//
//   guildhall key file token 1\n   27 bytes; the fields as vault/fields.h writes them:
//   keeper's public key            32 bytes
//   keeper's epoch                 number, 8 bytes
//   module                         path of the library that speaks to the token
//   token's label, serial number   as the token says them, without the blanks at their end
//   key's id                       16 random bytes: the key's CKA_ID
//   nonce                          12 bytes
//   root                           AES-256-GCM, 48 bytes; associated_data() is bound in
//   SHA-256 of all before          32 bytes: tells a damaged file, protects from nobody
//
// Concurrency: pure functions. Limits: those below.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "vault/lease_frame.h"

namespace guildhall::keeper {

inline constexpr std::size_t kMaxModulePath = 4'095;  // PATH_MAX, without its NUL
inline constexpr std::size_t kTokenLabelBytes = 32;   // of PKCS#11, as the next one
inline constexpr std::size_t kTokenSerialBytes = 16;
inline constexpr std::size_t kTokenKeyIdBytes = 16;
inline constexpr std::size_t kTokenNonceBytes = 12;
inline constexpr std::size_t kRootBytes = 32;
inline constexpr std::size_t kTokenTagBytes = 16;
inline constexpr std::size_t kWrappedRootBytes = kRootBytes + kTokenTagBytes;

// A token, and the library that speaks to it. An empty label or serial number: whichever.
struct TokenPlace {
  std::string module;
  std::string label;
  std::string serial;
};

struct TokenFile {
  vault::KeeperId keeper;
  TokenPlace place;
  std::string key_id;
  std::string nonce;
  std::string root;  // encrypted
};

// Whether these bytes say that they are such a file. Such a file may be damaged.
bool is_token_file(std::string_view file);

std::string token_file_text(const TokenFile& file);
// Errors: malformed/"damaged-key-file".
Result<TokenFile> read_token_file(std::string_view file);

// What the root is bound to: whose it is, and which key it is under.
std::string associated_data(const TokenFile& file);

// May be shown at a terminal: no control characters.
bool is_plain(std::string_view text);

}  // namespace guildhall::keeper
