// What people type and what lies on a disk: shares of a recovery kit, and key files up to where a
// passphrase is needed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "crypto/key_file.h"
#include "crypto/share_text.h"

namespace guildhall::crypto {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto share = read_share(text)) {
    // What is read is printed so that it reads the same.
    auto again = read_share(share_text(*share).expose());
    if (!again || again->set != share->set || again->index != share->index ||
        again->threshold != share->threshold || again->value.expose() != share->value.expose()) {
      std::abort();
    }
  }
  // With a digest that fits: without it, nothing gets further than that.
  std::string file(text);
  file.append(view(sha256(text)));
  if (auto needed = needs_passphrase(file); needed && !*needed) {
    auto plain = unprotect(file, Secret());
    if (!plain || protect_openly(plain->expose()).expose() != file) std::abort();
  }
  return 0;
}

}  // namespace guildhall::crypto
