#include "keeper/receipt.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/json.h"
#include "crypto/hash.h"

namespace guildhall::keeper {

Result<void> write_receipt(const std::filesystem::path& dir, std::string_view room_key,
                           const Confirmation& word) {
  constexpr std::size_t kNameDigits = 16;
  auto folder = dir / "receipts";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  JsonWriter out;
  out.begin_object().field("format", "guildhall shredding v1").field("room_key", room_key);
  out.field("project", word.order.project.value).field("at_ms", word.at_ms);
  out.field("statement", crypto::to_base64(word.statement));
  out.field("verdict", crypto::to_base64(word.verdict)).end_object();
  auto digest = crypto::to_hex(vault::digest_of(word.statement)).substr(0, kNameDigits);
  return replace_file(folder / fmt::format("{}-{}.json", word.order.project.value, digest),
                      out.take() + "\n");
}

}  // namespace guildhall::keeper
