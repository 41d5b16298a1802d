#include "keeper/root_file.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/limits.h"
#include "crypto/key_file.h"
#include "keeper/token.h"

namespace guildhall::keeper {
namespace {

constexpr const char* kRootFile = "keeper.key";

}  // namespace

bool has_root_file(const std::filesystem::path& dir) {
  std::error_code error;
  return std::filesystem::exists(dir / kRootFile, error);
}

Result<RootFile> RootFile::read(const std::filesystem::path& dir) {
  if (!has_root_file(dir)) {
    return fail(Fault::not_found, "no-keeper",
                fmt::format("There is no keeper in {}.", dir.string()));
  }
  Secret bytes(TRY(read_file(dir / kRootFile, kMaxKeyFileBytes)));
  if (is_token_file(bytes.expose())) {
    RootFile file(std::move(bytes), Cover::token);
    file.token_ = TRY(read_token_file(file.file_.expose()));
    return file;
  }
  bytes = TRY(crypto::read_key_file(dir / kRootFile));
  bool asks = TRY(crypto::needs_passphrase(bytes.expose()));
  return RootFile(std::move(bytes), asks ? Cover::passphrase : Cover::none);
}

Result<Secret> RootFile::open(const Secret& secret, const std::string& module) const {
  if (cover_ == Cover::token) return unwrap_root(token_, module, secret);
  return crypto::unprotect(file_.expose(), secret);
}

Result<Secret> cover_root(const vault::KeeperId& keeper, std::string_view root,
                          const Secret& secret, const TokenPlace& token) {
  if (!token.module.empty()) {
    return Secret(token_file_text(TRY(wrap_root(token, secret, keeper, root))));
  }
  if (secret.empty()) return crypto::protect_openly(root);
  return Secret(TRY(crypto::protect(secret, root)));
}

Result<void> write_root_file(const std::filesystem::path& dir, const Secret& file) {
  return crypto::write_key_file(dir / kRootFile, file.expose());
}

}  // namespace guildhall::keeper
