#include "keeper/token_module.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "keeper/token_file.h"

namespace guildhall::keeper {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> no_module(const std::string& path, std::string_view why) {
  return fail(Fault::unavailable, "no-token-module", fmt::format("{}: {}", path, why));
}

bool is_whole(const CK_FUNCTION_LIST& calls) {
  return calls.C_Initialize && calls.C_Finalize && calls.C_GetSlotList && calls.C_GetTokenInfo &&
         calls.C_GetMechanismInfo && calls.C_OpenSession && calls.C_CloseSession && calls.C_Login &&
         calls.C_Logout && calls.C_GenerateKey && calls.C_DestroyObject &&
         calls.C_GetAttributeValue && calls.C_FindObjectsInit && calls.C_FindObjects &&
         calls.C_FindObjectsFinal && calls.C_EncryptInit && calls.C_Encrypt &&
         calls.C_DecryptInit && calls.C_Decrypt;
}

// Its functions, where it has all that is needed.
CK_FUNCTION_LIST* calls_of(void* library) {
  auto get = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* calls = nullptr;
  if (!get || get(&calls) != CKR_OK || !calls) return nullptr;
  return calls->version.major == CRYPTOKI_VERSION_MAJOR && is_whole(*calls) ? calls : nullptr;
}

}  // namespace

bool is_roots(const std::string& path) {
  std::error_code error;
  for (fs::path at = fs::canonical(path, error); !error; at = at.parent_path()) {
    struct stat about{};
    if (lstat(at.c_str(), &about) != 0) return false;
    if (about.st_uid != 0 || (about.st_mode & (S_IWGRP | S_IWOTH)) != 0) return false;
    if (at == at.root_path()) return true;
  }
  return false;
}

Result<TokenModule> TokenModule::load(const std::string& path, ModuleNamedBy by) {
  std::error_code error;
  auto file = fs::canonical(path, error);
  if (error || path.size() > kMaxModulePath) return no_module(path, "there is no such module.");
  if (by == ModuleNamedBy::folder && !is_roots(file)) {
    return fail(Fault::forbidden, "foreign-token-module",
                fmt::format("The keeper's folder names the module {}, which others than root can "
                            "change. If it is yours, name it yourself: --pkcs11.",
                            path));
  }
  // It stays mapped: modules leave threads and handlers behind that run later.
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library) return no_module(path, "it cannot be loaded as a library.");
  TokenModule loaded(library);
  auto* calls = calls_of(library);
  if (!calls) return no_module(path, "it is no PKCS#11 module of version 2.");
  CK_C_INITIALIZE_ARGS how{};
  how.flags = CKF_OS_LOCKING_OK;
  if (auto started = calls->C_Initialize(&how); started != CKR_OK) {
    return no_module(path, fmt::format("it does not start (0x{:x}).", started));
  }
  loaded.calls_ = calls;
  return loaded;
}

TokenModule::~TokenModule() {
  if (calls_) calls_->C_Finalize(nullptr);
  if (library_) dlclose(library_);
}

}  // namespace guildhall::keeper
