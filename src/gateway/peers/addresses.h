// Which addresses a dialler may connect to: those of the public internet, and others only where the
// peer list names them. Never one that a cloud answers secrets on, or that is no host's.
//
// Concurrency: pure. Limits: none. Source: IANA's special-purpose registries (RFC 6890), RFC 6052
// and RFC 4291 for IPv4 inside IPv6.
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::gateway {

// 16 bytes; IPv4 as ::ffff:a.b.c.d, also where it came inside IPv6.
struct Address {
  std::string bytes;
  bool operator==(const Address&) const = default;
};
// Nothing for another family.
Address address_of(const sockaddr* from);

struct Block {
  Address base;
  int bits = 128;
  bool has(const Address& address) const;
};
// `10.0.0.0/8`, `127.0.0.1`, `fd00::/8`. Error: invalid/"bad-address".
Result<Block> parse_block(std::string_view text);

enum class Verdict : unsigned char { public_, allowed, refused };
// Link-local, metadata, multicast, unspecified and reserved addresses are refused whatever
// `allowed` says; loopback, private and shared ones unless it has them.
Verdict judge(const Address& address, const std::vector<Block>& allowed);

}  // namespace guildhall::gateway
