// The list of peers, past its signature: what stands in it decides where a room may connect.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gateway/peers/peers.h"

namespace guildhall::gateway {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_block(text);
  auto list = read_unsigned_peers(text);
  if (!list) return 0;
  for (const auto& peer : list->peers) {
    // What is let through holds its promises.
    if (peer.host.empty() || peer.port < 1 || peer.port > 65'535) std::abort();
    if (!peer.tls && peer.blocks.empty()) std::abort();
    if (peer.path.find_first_of("\r\n ?#") != std::string::npos) std::abort();
  }
  auto again = read_unsigned_peers(unsigned_peers(*list));
  if (!again || again->peers != list->peers) std::abort();
  return 0;
}

}  // namespace guildhall::gateway
