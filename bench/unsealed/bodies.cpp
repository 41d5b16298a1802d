// The vault client's bodies without a vault, for `run.py sealing` alone: plain under the format
// byte and padded, or, with GUILDHALL_BENCH_SEALS, sealed as the vault seals, by one key in this
// process. No hop, no leaf of an opening. Everything else still asks the vault.
#include <algorithm>

#include "crypto/row.h"
#include "room/vault_client.h"

namespace guildhall::room {
namespace {

#ifdef GUILDHALL_BENCH_SEALS
std::string sealed_body(const ContentContext& context, std::string_view plain) {
  static const std::string key(32, 'b');
  return crypto::seal_row(key, encode_context(context), plain, system_random());
}
Result<Plaintext> opened_body(const ContentContext& context, std::string_view body) {
  static const std::string key(32, 'b');
  return crypto::open_row(key, encode_context(context), body);
}
#else
// As long as what is sealed, so that the store has the same to write.
std::string sealed_body(const ContentContext&, std::string_view plain) {
  auto size = static_cast<std::uint32_t>(plain.size());
  std::string body(reinterpret_cast<const char*>(&size), sizeof size);
  body += plain;
  body.resize(crypto::padme(plain.size() + 1) + crypto::kRowOverhead, '\0');
  return body;
}
Result<Plaintext> opened_body(const ContentContext&, std::string_view body) {
  std::uint32_t size = 0;
  std::copy_n(body.data(), sizeof size, reinterpret_cast<char*>(&size));
  return Plaintext(std::string(body.substr(sizeof size, size)));
}
#endif

}  // namespace

Result<std::vector<store::Sealed>> VaultClient::seal(std::span<const store::ToSeal> items) {
  std::vector<store::Sealed> out;
  for (const auto& item : items) out.push_back(as_sealed(sealed_body(item.context, item.plain)));
  return out;
}

Result<std::vector<Plaintext>> VaultClient::open(std::span<const store::ToOpen> items,
                                                 const store::Opening&) {
  std::vector<Plaintext> out;
  for (const auto& item : items) {
    out.push_back(TRY(opened_body(item.context, TRY(sealed_part(item.body)))));
  }
  return out;
}

}  // namespace guildhall::room
