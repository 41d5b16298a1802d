// A PKCS#11 module: somebody else's library, loaded into this process and started. From here on it
// can do whatever the process can; so where its path was read from a file, it is loaded only if
// root alone could have put it there.
//
// Only the token_*.cpp include this: the types of PKCS#11 go no further.
//
// Concurrency: one at a time in a process (a module has one state for all); its owner's thread.
// Limits: kMaxModulePath.
#pragma once

#include <p11-kit/pkcs11.h>

#include <string>

#include "base/result.h"

namespace guildhall::keeper {

// Who said which module it is: a person on the command line, or the keeper's folder.
enum class ModuleNamedBy : unsigned char { person, folder };

class TokenModule {
 public:
  // Errors: unavailable/"no-token-module" where it is not there, cannot be loaded or does not
  // start; forbidden/"foreign-token-module" where the folder names one that others than root could
  // have written.
  static Result<TokenModule> load(const std::string& path, ModuleNamedBy by);
  ~TokenModule();
  TokenModule(TokenModule&& other) noexcept
      : library_(std::exchange(other.library_, nullptr)),
        calls_(std::exchange(other.calls_, nullptr)) {}
  TokenModule& operator=(TokenModule&&) = delete;
  TokenModule(const TokenModule&) = delete;
  TokenModule& operator=(const TokenModule&) = delete;

  const CK_FUNCTION_LIST* operator->() const { return calls_; }

 private:
  explicit TokenModule(void* library) : library_(library) {}
  void* library_;
  CK_FUNCTION_LIST* calls_ = nullptr;  // once it is started
};

// Whether only root can change what lies at this path: the file, and every folder above it.
bool is_roots(const std::string& path);

}  // namespace guildhall::keeper
