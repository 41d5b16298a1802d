#include "gateway/peers/addresses.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace guildhall::gateway {
namespace {

constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
constexpr int kMappedBits = 96;

// Nobody may name these: where clouds answer metadata and credentials, and what is no host's.
constexpr std::string_view kNever[] = {
    "0.0.0.0/8",        "169.254.0.0/16", "100.100.100.200/32", "192.0.0.192/32",
    "168.63.129.16/32", "224.0.0.0/4",    "240.0.0.0/4",        "::/128",
    "fe80::/10",        "ff00::/8",       "fd00:ec2::/32",      "fd20:ce::/32",
    "2001:db8::/32",    "100::/64",
};

// Somebody's own; only where the list names them.
constexpr std::string_view kOwn[] = {
    "10.0.0.0/8",     "100.64.0.0/10",  "127.0.0.0/8",   "172.16.0.0/12",   "192.0.0.0/24",
    "192.0.2.0/24",   "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "192.88.99.0/24", "::1/128",        "fc00::/7",      "fec0::/10",       "64:ff9b:1::/48",
    "2001::/23",      "2002::/16",
};

template <std::size_t N>
std::vector<Block> blocks(const std::string_view (&texts)[N]) {
  std::vector<Block> out;
  for (auto text : texts) {
    auto block = parse_block(text);
    if (block) out.push_back(std::move(*block));
  }
  return out;
}

bool in_any(const Address& address, const std::vector<Block>& list) {
  return std::ranges::any_of(list, [&](const Block& block) { return block.has(address); });
}

// 64:ff9b::/96 reaches an IPv4 host through a translator: it is judged as that host.
Address unwrapped(Address address) {
  constexpr std::string_view kTranslated("\0\x64\xff\x9b\0\0\0\0\0\0\0\0", 12);
  constexpr std::string_view kCompatible("\0\0\0\0\0\0\0\0\0\0\0\0", 12);
  bool inside = address.bytes.starts_with(kTranslated) ||
                (address.bytes.starts_with(kCompatible) && address.bytes[12] != '\0');
  if (inside) address.bytes.replace(0, 12, kMapped);
  return address;
}

}  // namespace

Address address_of(const sockaddr* from) {
  if (from->sa_family == AF_INET) {
    sockaddr_in four;
    std::memcpy(&four, from, sizeof four);
    std::string out(kMapped);
    out.append(reinterpret_cast<const char*>(&four.sin_addr), 4);
    return {std::move(out)};
  }
  if (from->sa_family == AF_INET6) {
    sockaddr_in6 six;
    std::memcpy(&six, from, sizeof six);
    return unwrapped({std::string(reinterpret_cast<const char*>(&six.sin6_addr), 16)});
  }
  return {};
}

bool Block::has(const Address& address) const {
  if (address.bytes.size() != 16) return false;
  for (int bit = 0; bit < bits; ++bit) {
    auto at = static_cast<std::size_t>(bit / 8);
    if (((address.bytes[at] ^ base.bytes[at]) >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

Result<Block> parse_block(std::string_view text) {
  auto bad = [&] {
    return fail(Fault::invalid, "bad-address",
                "An address block reads as 10.0.0.0/8, 127.0.0.1 or fd00::/8.");
  };
  auto slash = text.find('/');
  std::string host(text.substr(0, slash));
  char bytes[16];
  Block out;
  bool four = inet_pton(AF_INET, host.c_str(), bytes) == 1;
  if (four) {
    out.base.bytes = kMapped;
    out.base.bytes.append(bytes, 4);
  } else if (inet_pton(AF_INET6, host.c_str(), bytes) == 1) {
    out.base.bytes.assign(bytes, 16);
  } else {
    return bad();
  }
  if (slash == std::string_view::npos) return out;
  auto digits = text.substr(slash + 1);
  int bits = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (!whole || bits < 0 || bits > (four ? 32 : 128)) return bad();
  out.bits = four ? kMappedBits + bits : bits;
  return out;
}

Verdict judge(const Address& address, const std::vector<Block>& allowed) {
  static const std::vector<Block> never = blocks(kNever);
  static const std::vector<Block> own = blocks(kOwn);
  if (address.bytes.size() != 16 || in_any(address, never)) return Verdict::refused;
  if (in_any(address, allowed)) return Verdict::allowed;
  return in_any(address, own) ? Verdict::refused : Verdict::public_;
}

}  // namespace guildhall::gateway
