#include "keeper/token_file.h"

#include <algorithm>

#include "base/fields.h"
#include "crypto/hash.h"

namespace guildhall::keeper {
namespace {

// Its beginning is that of crypto/key_file.h: a version from before tokens says that the file is
// newer than itself.
constexpr std::string_view kFirstLine = "guildhall key file token 1\n";
constexpr std::string_view kBound = "guildhall/keeper-root";

std::unexpected<Error> damaged() {
  return fail(Fault::malformed, "damaged-key-file", "The key file is damaged.");
}

bool fits(std::string_view text, std::size_t most) { return text.size() <= most && is_plain(text); }

}  // namespace

bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

bool is_token_file(std::string_view file) { return file.starts_with(kFirstLine); }

std::string token_file_text(const TokenFile& file) {
  FieldWriter out;
  out.bytes(file.keeper.public_key).u64(file.keeper.epoch).bytes(file.place.module);
  out.bytes(file.place.label).bytes(file.place.serial);
  out.bytes(file.key_id).bytes(file.nonce).bytes(file.root);
  std::string text(kFirstLine);
  text += out.text();
  text += crypto::view(crypto::sha256(text));
  return text;
}

Result<TokenFile> read_token_file(std::string_view file) {
  if (!is_token_file(file) || file.size() < kFirstLine.size() + sizeof(crypto::Digest)) {
    return damaged();
  }
  auto content = file.substr(0, file.size() - sizeof(crypto::Digest));
  if (crypto::view(crypto::sha256(content)) != file.substr(content.size())) return damaged();
  FieldReader in(content.substr(kFirstLine.size()));
  TokenFile read;
  read.keeper.public_key = in.bytes(crypto::kPublicKeyBytes);
  read.keeper.epoch = in.u64();
  read.place.module = in.bytes();
  read.place.label = in.bytes();
  read.place.serial = in.bytes();
  read.key_id = in.bytes(kTokenKeyIdBytes);
  read.nonce = in.bytes(kTokenNonceBytes);
  read.root = in.bytes(kWrappedRootBytes);
  in.expect(read.place.module.starts_with('/') && fits(read.place.module, kMaxModulePath));
  in.expect(fits(read.place.label, kTokenLabelBytes));
  in.expect(fits(read.place.serial, kTokenSerialBytes));
  if (!in.done()) return damaged();
  return read;
}

std::string associated_data(const TokenFile& file) {
  FieldWriter out;
  out.bytes(kBound).bytes(file.keeper.public_key).u64(file.keeper.epoch).bytes(file.key_id);
  return out.take();
}

}  // namespace guildhall::keeper
