#include "gateway/terms.h"

#include <algorithm>

#include "base/limits.h"
#include "base/utf8.h"
#include "crypto/hash.h"

namespace guildhall::gateway {

Result<std::string> put_terms(store::Tx& tx, const store::ContentContext& context, ContentRef ref,
                              std::string_view text) {
  auto since = tx.sealer().forgettings();
  auto sealed = TRY(tx.sealer().seal(context, text));
  TRY(store::put_content(tx, context, ref, sealed));
  tx.sealer().keep_name(context.project, ref, text, since);
  return sha256_text(sealed.bytes());
}

Result<std::string> mac_of(store::Tx& tx, std::string_view canonical) {
  auto macs = TRY(tx.sealer().mac({&canonical, 1}));
  return std::move(macs.front());
}

Result<void> check_mac(store::Tx& tx, std::string_view canonical, std::string_view mac) {
  store::MarkedRow row{canonical, mac};
  if (TRY(tx.sealer().sound({&row, 1})).front()) return {};
  return fail(Fault::forbidden, "authority-broken",
              "A row that grants access was not written by this room, or is an older one.");
}

std::string sha256_text(std::string_view bytes) {
  return std::string(crypto::view(crypto::sha256(bytes)));
}

bool is_name(std::string_view text) {
  auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !text.empty() && text.size() <= kMaxModelName && is_utf8(text) &&
         std::ranges::none_of(text, is_control);
}

}  // namespace guildhall::gateway
