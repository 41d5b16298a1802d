#include "tlog/note.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "base/utf8.h"
#include "crypto/hash.h"

namespace guildhall::tlog {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";  // U+2014 and a blank
constexpr std::size_t kIdBytes = 4;
constexpr std::size_t kTimeBytes = 8;

std::unexpected<Error> bad_note(std::string_view why) {
  return fail(Fault::malformed, "bad-note", std::string(why));
}

std::unexpected<Error> bad_key() {
  return fail(Fault::invalid, "bad-verifier-key",
              "A verifier key is NAME+ID+KEY, as the log's or witness's owner printed it.");
}

std::string big_endian(std::uint64_t number, std::size_t bytes) {
  std::string out;
  for (std::size_t i = bytes; i-- > 0;) out += static_cast<char>((number >> (8 * i)) & 255);
  return out;
}

std::uint64_t from_big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

bool has_blank(std::string_view name) {
  static constexpr std::string_view kBlanks[] = {" ",
                                                 "\xc2\x85",
                                                 "\xc2\xa0",
                                                 "\xe1\x9a\x80",
                                                 "\xe2\x80\xa8",
                                                 "\xe2\x80\xa9",
                                                 "\xe2\x80\xaf",
                                                 "\xe2\x81\x9f",
                                                 "\xe3\x80\x80"};
  for (std::string_view blank : kBlanks)
    if (name.find(blank) != std::string_view::npos) return true;
  for (std::size_t at = name.find("\xe2\x80"); at != std::string_view::npos;
       at = name.find("\xe2\x80", at + 1))
    if (at + 2 < name.size() && static_cast<unsigned char>(name[at + 2]) <= 0x8a) return true;
  return false;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// What a cosignature signs.
std::string cosigned(std::string_view text, std::uint64_t time_s) {
  return fmt::format("cosignature/v1\ntime {}\n{}", time_s, text);
}

std::uint32_t key_id(std::string_view name, KeyType type, std::string_view public_key) {
  const auto digest =
      crypto::sha256(fmt::format("{}\n{}{}", name, static_cast<char>(type), public_key));
  return static_cast<std::uint32_t>(from_big_endian(crypto::view(digest).substr(0, kIdBytes)));
}

bool verify_one(std::string_view text, const VerifierKey& key, std::string_view bytes) {
  if (key.type == KeyType::ed25519) return crypto::verify_signature(key.public_key, text, bytes);
  if (bytes.size() != kTimeBytes + crypto::kSignatureBytes) return false;
  const std::uint64_t time_s = from_big_endian(bytes.substr(0, kTimeBytes));
  return crypto::verify_signature(key.public_key, cosigned(text, time_s), bytes.substr(kTimeBytes));
}

}  // namespace

std::uint32_t VerifierKey::id() const { return key_id(name, type, public_key); }

std::string VerifierKey::text() const {
  return fmt::format("{}+{:08x}+{}", name, id(),
                     crypto::to_base64(static_cast<char>(type) + public_key));
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return bad_key();
  auto bytes = crypto::from_base64(text.substr(second + 1));
  if (!bytes || bytes->size() != 1 + crypto::kPublicKeyBytes) return bad_key();
  if ((*bytes)[0] != 0x01 && (*bytes)[0] != 0x04) return bad_key();
  VerifierKey key{std::string(text.substr(0, first)), static_cast<KeyType>((*bytes)[0]),
                  bytes->substr(1)};
  if (!is_key_name(key.name) || key.text() != text) return bad_key();
  return key;
}

bool is_key_name(std::string_view name) {
  return !name.empty() && is_utf8(name) && !has_blank(name) && name.find('+') == name.npos &&
         std::ranges::none_of(name, is_control);
}

Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view text) {
  std::vector<NoteSignature> signatures;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return bad_note("A signature's line does not end.");
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (!line.starts_with(kDash)) return bad_note("A signature's line begins with U+2014.");
    line.remove_prefix(kDash.size());
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos || !is_key_name(line.substr(0, blank)))
      return bad_note("A signature's line has a key name and a signature.");
    auto bytes = crypto::from_base64(line.substr(blank + 1));
    if (!bytes || bytes->size() <= kIdBytes) return bad_note("A signature is not base64.");
    if (signatures.size() == kMaxNoteSignatures) return bad_note("Too many signatures.");
    signatures.push_back({std::string(line.substr(0, blank)),
                          static_cast<std::uint32_t>(from_big_endian(bytes->substr(0, kIdBytes))),
                          bytes->substr(kIdBytes)});
  }
  if (signatures.empty()) return bad_note("There is no signature.");
  return signatures;
}

Result<Note> parse_note(std::string_view text) {
  if (text.size() > kMaxNoteText) return bad_note("The note is too long.");
  const auto bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
  if (!is_utf8(text) || std::ranges::any_of(text, bad))
    return bad_note("A note is UTF-8 without control characters.");
  const std::size_t gap = text.rfind("\n\n");
  if (gap == std::string_view::npos) return bad_note("No empty line before the signatures.");
  return Note {
    std::string(text.substr(0, gap + 1)), TRY(parse_signature_lines(text.substr(gap + 2)))
  };
}

std::string signature_line(const NoteSignature& signature) {
  return fmt::format("{}{} {}\n", kDash, signature.name,
                     crypto::to_base64(big_endian(signature.key_id, kIdBytes) + signature.bytes));
}

NoteSignature sign_note(std::string_view text, std::string_view name,
                        const crypto::SigningKey& key) {
  return {std::string(name), key_id(name, KeyType::ed25519, key.public_key()), key.sign(text)};
}

NoteSignature cosign_note(std::string_view text, std::string_view name,
                          const crypto::SigningKey& key, std::uint64_t time_s) {
  return {std::string(name), key_id(name, KeyType::cosignature, key.public_key()),
          big_endian(time_s, kTimeBytes) + key.sign(cosigned(text, time_s))};
}

std::uint64_t signature_time_s(const VerifierKey& key, const NoteSignature& signature) {
  if (key.type != KeyType::cosignature || signature.bytes.size() < kTimeBytes) return 0;
  return from_big_endian(std::string_view(signature.bytes).substr(0, kTimeBytes));
}

Result<std::vector<std::size_t>> verify_note(const Note& note, std::span<const VerifierKey> keys) {
  std::vector<std::size_t> signers;
  for (std::size_t at = 0; at < keys.size(); ++at) {
    const VerifierKey& key = keys[at];
    const std::uint32_t id = key.id();
    bool signed_by = false;
    for (const NoteSignature& signature : note.signatures) {
      if (signature.name != key.name || signature.key_id != id) continue;
      if (!verify_one(note.text, key, signature.bytes))
        return fail(Fault::forbidden, "bad-signature",
                    fmt::format("The signature of {} does not verify.", key.name));
      signed_by = true;
    }
    if (signed_by) signers.push_back(at);
  }
  return signers;
}

}  // namespace guildhall::tlog
