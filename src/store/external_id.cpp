#include "store/external_id.h"

#include <array>
#include <cstdlib>

#include "crypto/token.h"

namespace guildhall::store {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::size_t kDigits = 22;  // 62^22 > 2^128
constexpr std::size_t kPrefixChars = 4;
static_assert(kPrefixChars + kDigits == kExternalIdChars);

constexpr std::array<std::string_view, 23> kPrefixes = {
    "",    "prj", "tsk", "asg", "sub", "mem", "bat", "rev", "dlv", "fil", "grp", "tok",
    "act", "not", "mdl", "bud", "vky", "exc", "dia", "mwk", "prp", "whk", "evt"};

constexpr std::uint64_t power_of_62(int exponent) {
  std::uint64_t out = 1;
  for (; exponent > 0; --exponent) out *= 62;
  return out;
}
// Ten digits at a time fit a machine word, so that only two divisions are wide.
constexpr std::uint64_t kTenDigits = power_of_62(10);

constexpr std::array<std::int8_t, 256> make_digit_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < crypto::kBase62Digits.size(); ++i) {
    values[static_cast<unsigned char>(crypto::kBase62Digits[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}
constexpr auto kDigitValues = make_digit_values();

Wide to_number(const crypto::Block& block) {
  Wide number = 0;
  for (std::uint8_t byte : block) number = (number << 8) | byte;
  return number;
}

crypto::Block to_block(Wide number) {
  crypto::Block block;
  for (std::size_t i = block.size(); i-- > 0; number >>= 8) {
    block[i] = static_cast<std::uint8_t>(number & 255);
  }
  return block;
}

void write_digits(char* out, std::uint64_t number, std::size_t count) {
  for (std::size_t i = count; i-- > 0; number /= 62) out[i] = crypto::kBase62Digits[number % 62];
}

std::unexpected<Error> no_such() {
  return fail(Fault::not_found, "not-found", "There is nothing of this kind under this id.");
}

}  // namespace

std::string_view id_prefix(IdType type) { return kPrefixes[static_cast<std::size_t>(type)]; }

void ExternalIds::append(std::string& out, IdType type, ProjectId project,
                         std::int64_t inner) const {
  auto project_bits = static_cast<std::uint64_t>(project.value);
  if (project_bits >> 40 != 0) std::abort();  // the allocator stops at kKeyCeiling
  Wide plain = (Wide{static_cast<unsigned char>(type)} << 120) | (Wide{project_bits} << 64) |
               static_cast<std::uint64_t>(inner);
  Wide number = to_number(cipher_.encrypt(to_block(plain)));
  char text[kExternalIdChars];
  id_prefix(type).copy(text, kPrefixChars - 1);
  text[kPrefixChars - 1] = '_';
  char* digits = text + kPrefixChars;
  write_digits(digits + 12, static_cast<std::uint64_t>(number % kTenDigits), 10);
  number /= kTenDigits;
  write_digits(digits + 2, static_cast<std::uint64_t>(number % kTenDigits), 10);
  write_digits(digits, static_cast<std::uint64_t>(number / kTenDigits), 2);
  out.append(text, sizeof text);
}

std::string ExternalIds::show(IdType type, ProjectId project, std::int64_t inner) const {
  std::string out;
  append(out, type, project, inner);
  return out;
}

Result<ExternalIds::Opened> ExternalIds::open(IdType type, std::string_view text) const {
  if (text.size() != kExternalIdChars || text.substr(0, kPrefixChars - 1) != id_prefix(type) ||
      text[kPrefixChars - 1] != '_') {
    return no_such();
  }
  Wide number = 0;
  for (char c : text.substr(kPrefixChars)) {
    int value = kDigitValues[static_cast<unsigned char>(c)];
    if (value < 0 || number > (~Wide{0} - static_cast<unsigned>(value)) / 62) return no_such();
    number = number * 62 + static_cast<unsigned>(value);
  }
  Wide plain = to_number(cipher_.decrypt(to_block(number)));
  if (plain >> 104 != Wide{static_cast<unsigned char>(type)} << 16) return no_such();
  Opened opened;
  opened.project.value = static_cast<std::int64_t>((plain >> 64) & ((Wide{1} << 40) - 1));
  opened.inner = static_cast<std::int64_t>(plain);
  return opened;
}

Result<ProjectId> ExternalIds::open_project(std::string_view text) const {
  Opened opened = TRY(open(IdType::project, text));
  return ProjectId{opened.inner};
}

Result<MemberId> ExternalIds::open_member(std::string_view text) const {
  Opened opened = TRY(open(IdType::member, text));
  return MemberId{opened.inner};
}

Result<TokenId> ExternalIds::open_token(std::string_view text) const {
  Opened opened = TRY(open(IdType::token, text));
  return TokenId{opened.inner};
}

}  // namespace guildhall::store
