// Signed notes (C2SP signed-note): a text, and lines of signatures by named keys. Two kinds of
// keys: Ed25519 over the text (0x01), and a witness's timestamped cosignature over it (0x04).
//
// Concurrency: pure. Limits: kMaxNoteText, kMaxNoteSignatures.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/sign.h"

namespace guildhall::tlog {

enum class KeyType : unsigned char { ed25519 = 0x01, cosignature = 0x04 };

// Who may sign: a name and a public key. Printed as `name+hex id+base64(type, key)`, the vkey.
struct VerifierKey {
  std::string name;
  KeyType type = KeyType::ed25519;
  std::string public_key;

  std::uint32_t id() const;
  std::string text() const;
  // Error: invalid/"bad-verifier-key" where it has another form, or an id that is not its own.
  static Result<VerifierKey> parse(std::string_view text);
};

// Not empty, no blanks of any kind, no control characters, no `+`; UTF-8.
bool is_key_name(std::string_view name);

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  std::string bytes;
};

struct Note {
  std::string text;  // with its last newline
  std::vector<NoteSignature> signatures;
};

// Error: malformed/"bad-note". A note without a signature is none.
Result<Note> parse_note(std::string_view text);

// One line, newline included. A note is its text, an empty line and such lines.
std::string signature_line(const NoteSignature& signature);
// Error: malformed/"bad-note"; lines only, at least one.
Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view text);

NoteSignature sign_note(std::string_view text, std::string_view name,
                        const crypto::SigningKey& key);
NoteSignature cosign_note(std::string_view text, std::string_view name,
                          const crypto::SigningKey& key, std::uint64_t time_s);

// When it was made, by its own word: cosignatures only, and 0 for others. Says nothing of validity.
std::uint64_t signature_time_s(const VerifierKey& key, const NoteSignature& signature);

// Which of `keys` signed, each once, as indices. Signatures by others are ignored. Error:
// forbidden/"bad-signature" where one names a key given here but is not that key's.
Result<std::vector<std::size_t>> verify_note(const Note& note, std::span<const VerifierKey> keys);

}  // namespace guildhall::tlog
