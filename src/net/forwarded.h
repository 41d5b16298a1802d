// Who the client is when a proxy stands in front: X-Forwarded-For/-Proto or Forwarded (RFC 7239),
// believed only from listed addresses.
//
// Concurrency: a ProxyRules is immutable once made.
// Limits: the header's size is the server's to bound (kMaxHeaderBytes).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::net {

// An IPv4 address is held as its IPv4-mapped IPv6 form.
using IpAddress = std::array<unsigned char, 16>;

// Takes "1.2.3.4", "1.2.3.4:80", "::1", "[::1]", "[::1]:80", quoted or not.
std::optional<IpAddress> parse_ip(std::string_view text);
std::string ip_text(const IpAddress& address);

struct Origin {
  std::string address;
  bool secure = false;
};

class ProxyRules {
 public:
  // Each item is an address or a CIDR block. Error: invalid/"bad-address".
  static Result<ProxyRules> parse(const std::vector<std::string>& items);

  bool trusts(const IpAddress& address) const;

  // The nearest address that is not a trusted proxy, walking `chain` (the header's value, nearest
  // last) from its end; stops at what it cannot read.
  Origin from_x_forwarded(const IpAddress& peer, std::string_view chain,
                          std::string_view proto) const;
  Origin from_forwarded(const IpAddress& peer, std::string_view chain) const;

 private:
  struct Block {
    IpAddress address{};
    int bits = 128;
  };
  std::vector<Block> blocks_;
};

}  // namespace guildhall::net
