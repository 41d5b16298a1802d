#include "tlog/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace guildhall::tlog {
namespace {

std::unexpected<Error> bad_checkpoint() {
  return fail(Fault::malformed, "bad-checkpoint",
              "A checkpoint has an origin, a size and a root, a line each.");
}

}  // namespace

std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> parse_size(std::string_view digits) {
  std::uint64_t size = 0;
  const char* last = digits.data() + digits.size();
  auto [end, error] = std::from_chars(digits.data(), last, size);
  if (error != std::errc() || end != last || size > kMaxTreeSize) return std::nullopt;
  if (digits.starts_with('0') && digits != "0") return std::nullopt;
  return size;
}

std::optional<Hash> parse_hash(std::string_view base64) {
  auto bytes = crypto::from_base64(base64);
  Hash hash;
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

std::string to_text(const Checkpoint& checkpoint) {
  return fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size,
                     hash_text(checkpoint.root));
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  const auto origin = take_line(text);
  const auto size_line = take_line(text);
  const auto root_line = take_line(text);
  if (!origin || origin->empty() || !size_line || !root_line) return bad_checkpoint();
  const auto size = parse_size(*size_line);
  const auto root = parse_hash(*root_line);
  if (!size || !root) return bad_checkpoint();
  while (!text.empty()) {  // extension lines
    const auto line = take_line(text);
    if (!line || line->empty()) return bad_checkpoint();
  }
  return Checkpoint{std::string(*origin), *size, *root};
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::SigningKey& key) {
  const std::string text = to_text(checkpoint);
  return text + "\n" + signature_line(sign_note(text, checkpoint.origin, key));
}

Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& log,
                                   std::span<const VerifierKey> witnesses) {
  const Note read = TRY(parse_note(note));
  std::vector<VerifierKey> keys{log};
  keys.insert(keys.end(), witnesses.begin(), witnesses.end());
  const auto signers = TRY(verify_note(read, keys));
  for (std::size_t at = 0; at < keys.size(); ++at)
    if (std::ranges::find(signers, at) == signers.end())
      return fail(Fault::forbidden, "unsigned-checkpoint",
                  fmt::format("{} has not signed this checkpoint.", keys[at].name));
  Checkpoint checkpoint = TRY(parse_checkpoint(read.text));
  if (checkpoint.origin != log.name)
    return fail(Fault::forbidden, "wrong-origin",
                fmt::format("The checkpoint is of {}, not of {}.", checkpoint.origin, log.name));
  return checkpoint;
}

}  // namespace guildhall::tlog
