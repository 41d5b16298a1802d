// What several commands need: the keyring opened as the options say, and errors told.
//
// Concurrency: the command line's only thread.
#pragma once

#include "keeper/commands.h"
#include "keeper/keyring.h"

namespace guildhall::keeper {

// Prints the sentence and gives the exit status.
int report(const Error& error);

// Asks for the passphrase where there is one. A wrong one is told only after kWrongPassphraseMs.
Result<Keyring> open_keyring(const KeyOptions& options);

// For a new key file; empty with --no-passphrase, which says what that means.
Result<Secret> chosen_passphrase(const KeyOptions& options);

// "the whole room", "project 7"; "withdrawn", "destroyed", "restored".
std::string scope_words(const Order& order);
std::string_view done_word(const Order& order);

}  // namespace guildhall::keeper
