// What several commands need: the keyring opened as the options say, and errors told.
//
// Concurrency: the command line's only thread.
#pragma once

#include "keeper/commands.h"
#include "keeper/keyring.h"

namespace guildhall::keeper {

// Prints the sentence and gives the exit status.
int report(const Error& error);

// For commands that add keys: the running keeper would write its own over them.
std::unexpected<Error> keeper_runs();

// Asks for the passphrase, or the token's PIN, where there is one. A wrong passphrase is told only
// after kWrongPassphraseMs; a token counts wrong PINs itself. Error: invalid/"no-token" where a
// module is named and there is no token.
Result<Keyring> open_keyring(const KeyOptions& options);

// For a new key file: a passphrase, empty with --no-passphrase, which says what that means; or the
// PIN of the token that chosen_token() names.
Result<Secret> chosen_secret(const KeyOptions& options);
TokenPlace chosen_token(const KeyOptions& options);

// "the whole room", "project 7"; "withdrawn", "destroyed", "restored".
std::string scope_words(const Order& order);
std::string_view done_word(const Order& order);

}  // namespace guildhall::keeper
