#include "room/boxed_store.h"

#include "room/room_dir.h"
#include "store/store_url.h"

namespace guildhall::room {

Result<std::string> store_in_box(const std::filesystem::path& dir, const std::string& store) {
  auto url = store.empty() ? TRY(open_room_dir(dir))
  .store : store;
  auto parsed = TRY(store::parse_store_url(url));
  bool local = url.find("host=/") != std::string::npos || url.find("%2F") != std::string::npos ||
               url.find("@/") != std::string::npos || url.find(":///") != std::string::npos;
  if (parsed.dialect == store::Dialect::sqlite || local) return url;
  for (const char* tls : {"sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"}) {
    if (url.find(tls) == std::string::npos) continue;
    return fail(Fault::invalid, "store-tls",
                "A room reaches PostgreSQL through a socket that its launcher connected, without "
                "TLS: put a relay on this machine that speaks it (docs/operations.md).");
  }
  return url + (url.find('?') == std::string::npos ? "?" : "&") + "host=/launcher";
}

}  // namespace guildhall::room
