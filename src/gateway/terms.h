// What the tables of the gateway have in common: terms (names, prices, what a key may use) are
// content, sealed, opened once and held while the key is; rows that grant something carry a MAC
// over their canonical bytes, as those of identity do.
//
// Concurrency: as the Tx. Limits: the callers'.
#pragma once

#include <string>
#include <string_view>

#include "gateway/context.h"
#include "store/content.h"
#include "store/deed.h"

namespace guildhall::gateway {

// Writes terms under a ref of their own; terms never change behind their ref. SHA-256 of what was
// stored.
Result<std::string> put_terms(store::Tx& tx, const store::ContentContext& context, ContentRef ref,
                              std::string_view text);

Result<std::string> mac_of(store::Tx& tx, std::string_view canonical);
// forbidden/"authority-broken" where the row is not as this room wrote it.
Result<void> check_mac(store::Tx& tx, std::string_view canonical, std::string_view mac);

std::string sha256_text(std::string_view bytes);

// Nonempty, UTF-8, no control characters, at most kMaxModelName bytes.
bool is_name(std::string_view text);

}  // namespace guildhall::gateway
