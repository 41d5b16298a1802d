// The request target and the forwarding headers: what the server parses itself, not MHD.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.h"
#include "net/forwarded.h"
#include "net/target.h"

namespace guildhall::net {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto target = parse_target(text)) {
    // What is let through holds its promises.
    if (!is_utf8(target->path) || target->path.find('\0') != std::string::npos) std::abort();
    if (target->path.find("/../") != std::string::npos) std::abort();
    for (const auto& [name, value] : target->query)
      if (!is_utf8(name) || !is_utf8(value)) std::abort();
  }
  static const auto rules = *ProxyRules::parse({"10.0.0.0/8", "::1"});
  const IpAddress peer = *parse_ip("10.0.0.1");
  auto plain = rules.from_x_forwarded(peer, text, text);
  auto element = rules.from_forwarded(peer, text);
  if (!parse_ip(plain.address) || !parse_ip(element.address)) std::abort();
  return 0;
}

}  // namespace guildhall::net
