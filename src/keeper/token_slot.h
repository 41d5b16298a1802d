// Which slot of a module has the token that is meant.
//
// Concurrency: as the module. Limits: kMaxTokens.
#pragma once

#include "keeper/token_file.h"
#include "keeper/token_module.h"

namespace guildhall::keeper {

struct FoundToken {
  CK_SLOT_ID slot = 0;
  TokenPlace place;
};

// Errors: unavailable/"no-token", invalid/"which-token", invalid/"token-unfit".
Result<FoundToken> find_token(const TokenModule& module, const TokenPlace& wanted);

// What the token says of its PIN after a wrong one; a sentence, or nothing.
std::string_view pin_warning(const TokenModule& module, CK_SLOT_ID slot);

// An answer of the module that is not CKR_OK, as an error.
std::unexpected<Error> token_failed(CK_RV answer, std::string_view at);

}  // namespace guildhall::keeper
