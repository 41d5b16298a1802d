// keeper.key: the root secret, under nothing, under a passphrase (crypto/key_file.h) or under a key
// of a token (token_file.h).
//
// Concurrency: plain values; with a token one call at a time in a process.
// Limits: kMaxKeyFileBytes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "keeper/token_file.h"

namespace guildhall::keeper {

enum class Cover : unsigned char { none, passphrase, token };

class RootFile {
 public:
  // Errors: not_found/"no-keeper"; those of crypto::read_key_file and read_token_file.
  static Result<RootFile> read(const std::filesystem::path& dir);

  Cover cover() const { return cover_; }
  // Which token, where it is under one.
  const TokenPlace& token() const { return token_.place; }
  // With the passphrase, or the token's PIN. A token is reached by `module`, or by the file's own
  // where that is empty. Errors: those of crypto::unprotect, or of unwrap_root.
  Result<Secret> open(const Secret& secret, const std::string& module) const;
  // False where it names another keeper. Under a passphrase it names none.
  bool is_of(const vault::KeeperId& keeper) const {
    return cover_ != Cover::token || token_.keeper == keeper;
  }

 private:
  RootFile(Secret file, Cover cover) : file_(std::move(file)), cover_(cover) {}
  Secret file_;
  Cover cover_;
  TokenFile token_;
};

bool has_root_file(const std::filesystem::path& dir);

// The file's bytes. Under a new key of the token where `token` names a module: then `secret` is its
// PIN. Else under the passphrase; an empty one: none. Errors: those of wrap_root, crypto::protect.
Result<Secret> cover_root(const vault::KeeperId& keeper, std::string_view root,
                          const Secret& secret, const TokenPlace& token);
// Errors: those of crypto::write_key_file.
Result<void> write_root_file(const std::filesystem::path& dir, const Secret& file);

}  // namespace guildhall::keeper
