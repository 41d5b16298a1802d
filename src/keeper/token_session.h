// One session with one token, signed in: what token.h does is made of its calls.
//
// Concurrency: its owner's thread. Limits: kMaxTokens.
#pragma once

#include <string>

#include "base/secret.h"
#include "keeper/token_file.h"
#include "keeper/token_module.h"

namespace guildhall::keeper {

class TokenSession {
 public:
  // Errors: token.h's.
  static Result<TokenSession> open(TokenModule module, const TokenPlace& place, const Secret& pin);
  ~TokenSession();
  TokenSession(TokenSession&& other) noexcept
      : module_(std::move(other.module_)),
        place_(std::move(other.place_)),
        session_(std::exchange(other.session_, CK_INVALID_HANDLE)) {}
  TokenSession& operator=(TokenSession&&) = delete;
  TokenSession(const TokenSession&) = delete;
  TokenSession& operator=(const TokenSession&) = delete;

  // The token that was found, with its label and serial number.
  const TokenPlace& place() const { return place_; }

  Result<CK_OBJECT_HANDLE> make_key(const std::string& label, const std::string& id);
  Result<CK_OBJECT_HANDLE> find_key(const std::string& id);
  void destroy(CK_OBJECT_HANDLE key) { module_->C_DestroyObject(session_, key); }

  // Of the file's nonce; some modules choose their own and put it there instead.
  Result<void> encrypt(CK_OBJECT_HANDLE key, std::string_view root, TokenFile& file);
  Result<Secret> decrypt(CK_OBJECT_HANDLE key, const TokenFile& file);

 private:
  TokenSession(TokenModule module, TokenPlace place, CK_SESSION_HANDLE session)
      : module_(std::move(module)), place_(std::move(place)), session_(session) {}
  Result<void> sign_in(CK_SLOT_ID slot, const Secret& pin);
  bool keeps_to_itself(CK_OBJECT_HANDLE key) const;

  TokenModule module_;
  TokenPlace place_;
  CK_SESSION_HANDLE session_;
};

}  // namespace guildhall::keeper
