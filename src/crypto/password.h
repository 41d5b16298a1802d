// Passwords: Argon2id (RFC 9106) through libsodium, in its own string form ($argon2id$…).
//
// Concurrency: any thread. Each call takes kPasswordMemoryBytes and some 50 ms of one core, so at
// most kMaxPasswordChecks run at once; at most kMaxPasswordWaiters others wait, each at most
// kPasswordWaitMs; whoever finds no place gets unavailable/"busy". A flood of sign-ins thus
// costs neither the memory nor the worker threads that the rest of the server lives on.
// Limits: those named, and kMaxPasswordBytes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace guildhall::crypto {

// Errors: invalid/"bad-password" over kMaxPasswordBytes, unavailable/"busy".
Result<std::string> hash_password(const Secret& password);

// False for another password, and for a string that is no hash. Error: unavailable/"busy".
Result<bool> check_password(std::string_view hash, const Secret& password);

}  // namespace guildhall::crypto
