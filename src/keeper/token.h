// The root under a key that never leaves a PKCS#11 token: put there once, and given back to who has
// the token and its PIN.
//
// The key is AES-256, made in the token, sensitive and not extractable, labelled with the keeper's
// name. It encrypts once in its life: a random nonce cannot come twice. Each call loads the module,
// signs in, does one thing, signs out and stops the module; nothing is tried twice, since a token
// counts wrong PINs and locks itself.
//
// Concurrency: one call at a time in a process. Limits: kMaxTokens.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/secret.h"
#include "keeper/token_file.h"

namespace guildhall::keeper {

inline constexpr std::size_t kMaxTokens = 256;  // that a module may show; more are not looked at

// A token's errors, of both calls:
//   unavailable/"no-token-module", forbidden/"foreign-token-module" (token_module.h);
//   unavailable/"no-token": it is not there; invalid/"which-token": several would do;
//   invalid/"bad-pin": wrong, and the token has counted it; forbidden/"pin-locked": it takes no
//   PIN; invalid/"token-unfit": it asks for no PIN, has no AES-GCM, or keeps no key for itself;
//   unavailable/"token-failed": anything else, with PKCS#11's number for it.

// Makes a key in the token of `place` and puts the root under it.
Result<TokenFile> wrap_root(const TokenPlace& place, const Secret& pin,
                            const vault::KeeperId& keeper, std::string_view root,
                            Random& random = system_random());

// The root. `module` replaces the file's where it is not empty. Errors as above, and
// not_found/"no-token-key": the token has no such key; malformed/"damaged-key-file": the key does
// not open it.
Result<Secret> unwrap_root(const TokenFile& file, const std::string& module, const Secret& pin);

}  // namespace guildhall::keeper
