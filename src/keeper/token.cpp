#include "keeper/token.h"

#include <fmt/format.h>

#include <filesystem>

#include "crypto/equal.h"
#include "crypto/hash.h"
#include "keeper/token_session.h"

namespace guildhall::keeper {
namespace {

constexpr std::size_t kNameBytes = 8;  // of the keeper's public key: some tokens keep short labels

std::string label_of(const vault::KeeperId& keeper) {
  return "guildhall keeper " +
         crypto::to_hex(std::string_view(keeper.public_key).substr(0, kNameBytes));
}

// Believed once it was given back.
Result<void> put_under(TokenSession& session, CK_OBJECT_HANDLE key, std::string_view root,
                       TokenFile& file) {
  TRY(session.encrypt(key, root, file));
  auto back = TRY(session.decrypt(key, file));
  if (crypto::equal_constant_time(back.expose(), root)) return {};
  return fail(Fault::invalid, "token-unfit", "The token does not give back what it was given.");
}

}  // namespace

Result<TokenFile> wrap_root(const TokenPlace& place, const Secret& pin,
                            const vault::KeeperId& keeper, std::string_view root, Random& random) {
  TokenPlace wanted = place;
  std::error_code error;
  wanted.module = std::filesystem::absolute(place.module, error).string();
  if (error || !is_plain(wanted.module)) {
    return fail(Fault::invalid, "no-token-module", "This is no path of a module.");
  }
  auto module = TRY(TokenModule::load(wanted.module, ModuleNamedBy::person));
  auto session = TRY(TokenSession::open(std::move(module), wanted, pin));
  TokenFile file{.keeper = keeper,
                 .place = session.place(),
                 .key_id = random.bytes(kTokenKeyIdBytes),
                 .nonce = random.bytes(kTokenNonceBytes)};
  auto key = TRY(session.make_key(label_of(keeper), file.key_id));
  if (auto put = put_under(session, key, root, file); !put) {
    session.destroy(key);
    return std::unexpected(std::move(put).error());
  }
  return file;
}

Result<Secret> unwrap_root(const TokenFile& file, const std::string& module, const Secret& pin) {
  auto by = module.empty() ? ModuleNamedBy::folder : ModuleNamedBy::person;
  auto loaded = TRY(TokenModule::load(module.empty() ? file.place.module : module, by));
  auto session = TRY(TokenSession::open(std::move(loaded), file.place, pin));
  return session.decrypt(TRY(session.find_key(file.key_id)), file);
}

}  // namespace guildhall::keeper
