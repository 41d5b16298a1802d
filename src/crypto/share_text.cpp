#include "crypto/share_text.h"

#include <fmt/format.h>

#include <array>

#include "base/limits.h"
#include "crypto/hash.h"

namespace guildhall::crypto {
namespace {

constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kGroup = 8;
constexpr std::size_t kGroupData = 6;
constexpr std::size_t kHeaderBytes = 7;
constexpr std::size_t kChecksumBytes = 4;
constexpr char kVersion = 1;

using Group = std::array<unsigned, kGroup>;  // values of 5 bits

std::unexpected<Error> bad(std::string detail) {
  return fail(Fault::invalid, "bad-share", std::move(detail));
}

int letter_value(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  const std::size_t at = kLetters.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// x times alpha^power in GF(2^5), whose alpha is a root of x^5 + x^2 + 1.
unsigned times_alpha(unsigned x, std::size_t power) {
  for (; power > 0; --power) x = (x << 1) ^ ((x & 16U) != 0 ? 0x25U : 0U);
  return x;
}

// A Reed-Solomon code of distance 3. Both are zero in a whole group that stands in its place.
struct Syndromes {
  unsigned sum = 0;
  unsigned weighted = 0;
};

Syndromes syndromes(const Group& group, std::size_t number) {
  Syndromes out{static_cast<unsigned>(number % 32), 0};
  for (std::size_t i = 0; i < kGroup; ++i) {
    out.sum ^= group[i];
    out.weighted ^= times_alpha(group[i], i);
  }
  return out;
}

void add_check_letters(Group& group, std::size_t number) {
  for (unsigned pair = 0; pair < 32 * 32; ++pair) {
    group[kGroupData] = pair / 32;
    group[kGroupData + 1] = pair % 32;
    const Syndromes left = syndromes(group, number);
    if (left.sum == 0 && left.weighted == 0) return;
  }
}

Result<void> check_group(const Group& group, std::size_t number, std::string_view typed) {
  const Syndromes left = syndromes(group, number);
  if (left.sum == 0 && left.weighted == 0) return {};
  for (std::size_t i = 0; i < kGroup; ++i) {
    if (left.sum == 0 || times_alpha(left.sum, i) != left.weighted) continue;
    return bad(fmt::format("Group {} is mistyped: look at its letter {}, \"{}\".", number + 1,
                           i + 1, typed[i]));
  }
  return bad(fmt::format("Group {} is mistyped, missing or out of place.", number + 1));
}

// The text's letters, without what stands between groups.
Result<std::string> letters_of(std::string_view text) {
  std::string out;
  out.reserve(text.size());  // no copy stays behind
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool between =
        i == text.size() || std::string_view(" -\t\r\n").find(text[i]) != std::string_view::npos;
    if (!between) {
      if (letter_value(text[i]) < 0) {
        return bad(
            fmt::format("Group {} has a letter that no share has.", out.size() / kGroup + 1));
      }
      out += text[i];
    } else if ((out.size() - start) % kGroup != 0) {
      return bad(fmt::format("Group {} has not eight letters.", start / kGroup + 1));
    } else {
      start = out.size();
    }
  }
  return out;
}

std::string checksum(std::string_view bytes) {
  return std::string(view(sha256(bytes)).substr(0, kChecksumBytes));
}

// The bytes of whole groups: what the last one has to spare stays at the end.
Result<Secret> bytes_of(std::string_view letters) {
  std::string out;
  out.reserve(letters.size());
  unsigned held = 0;
  int bits = 0;
  for (std::size_t number = 0; number < letters.size() / kGroup; ++number) {
    const std::string_view typed = letters.substr(number * kGroup, kGroup);
    Group group{};
    for (std::size_t i = 0; i < kGroup; ++i)
      group[i] = static_cast<unsigned>(letter_value(typed[i]));
    TRY(check_group(group, number, typed));
    for (std::size_t i = 0; i < kGroupData; ++i) {
      held = held << 5 | group[i];
      bits += 5;
      if (bits < 8) continue;
      bits -= 8;
      out += static_cast<char>(held >> bits);
      held &= (1U << bits) - 1;
    }
  }
  return Secret(std::move(out));
}

}  // namespace

Secret share_text(const Share& share) {
  std::string bytes;
  bytes.reserve(kHeaderBytes + share.value.size() + kChecksumBytes);  // no copy stays behind
  bytes += kVersion;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(share.set >> shift);
  bytes += static_cast<char>((share.threshold - 1) << 4 | (share.index - 1));
  bytes += static_cast<char>(share.value.size() - kShareDigestBytes);
  bytes.append(share.value.expose());
  bytes.append(checksum(bytes));
  const Secret wiped(std::move(bytes));

  const std::size_t bits = wiped.size() * 8;
  const std::size_t groups = (bits + kGroupData * 5 - 1) / (kGroupData * 5);
  std::string out;
  out.reserve(groups * (kGroup + 1));
  for (std::size_t number = 0; number < groups; ++number) {
    Group group{};
    for (std::size_t i = 0; i < kGroupData * 5; ++i) {
      const std::size_t at = number * kGroupData * 5 + i;
      const unsigned byte = at < bits ? static_cast<unsigned char>(wiped.expose()[at / 8]) : 0U;
      group[i / 5] = group[i / 5] << 1 | ((byte >> (7 - at % 8)) & 1U);
    }
    add_check_letters(group, number);
    if (number > 0) out += ' ';
    for (unsigned value : group) out += kLetters[value];
  }
  return Secret(std::move(out));
}

Result<Share> read_share(std::string_view text) {
  const Secret letters(TRY(letters_of(text)));
  const Secret bytes = TRY(bytes_of(letters.expose()));
  const std::string_view all = bytes.expose();
  auto byte = [&](std::size_t at) { return static_cast<unsigned char>(all[at]); };
  if (all.size() < kHeaderBytes) return bad("The share is not whole.");
  if (all[0] != kVersion) return bad("The share is of a version that is not known.");
  const std::size_t size = kHeaderBytes + byte(6) + kShareDigestBytes;
  // What the last group has to spare is less than a group.
  constexpr std::size_t kSpare = kGroupData * 5 / 8;
  if (byte(6) == 0 || byte(6) > kMaxSharedSecretBytes || all.size() < size + kChecksumBytes ||
      all.size() > size + kChecksumBytes + kSpare) {
    return bad("The share has too few or too many groups.");
  }
  if (all.substr(size, kChecksumBytes) != checksum(all.substr(0, size))) {
    return bad("The share is mistyped in more than one letter of a group.");
  }
  Share out;
  for (std::size_t i = 1; i <= 4; ++i) out.set = out.set << 8 | byte(i);
  out.threshold = (byte(5) >> 4) + 1;
  out.index = (byte(5) & 15) + 1;
  out.value = Secret(std::string(all.substr(kHeaderBytes, size - kHeaderBytes)));
  return out;
}

}  // namespace guildhall::crypto
