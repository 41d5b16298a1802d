// keeper.key of a keeper under a token: the folder's bytes, which somebody may have changed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "keeper/token_file.h"

namespace guildhall::keeper {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // With a digest that fits: without it, nothing gets further than that.
  std::string file(reinterpret_cast<const char*>(data), size);
  file.append(crypto::view(crypto::sha256(file)));
  auto read = read_token_file(file);
  if (!read) return 0;
  // There is one form only, and nothing in it that a terminal would obey.
  if (token_file_text(*read) != file) std::abort();
  if (!is_plain(read->place.module) || !is_plain(read->place.label)) std::abort();
  if (associated_data(*read).empty()) std::abort();
  return 0;
}

}  // namespace guildhall::keeper
