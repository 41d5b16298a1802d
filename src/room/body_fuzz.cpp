// A JSON request body against every route's table of fields, as dispatch reads it: the first byte
// picks the route. What is read must be written and read back the same, a refusal must name its
// field, and what passed must be readable through every reader its field allows.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "room/route.h"

namespace guildhall::room {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

const std::vector<const Route*>& json_routes() {
  static const std::vector<const Route*> all = [] {
    std::vector<const Route*> found;
    for (const auto& route : all_routes()) {
      if (route.body == BodyKind::json) found.push_back(&route);
    }
    return found;
  }();
  return all;
}

void read(const Field& field, const json::value& body) {
  switch (field.kind) {
    case Kind::text: (void)text_or(body, field.name, ""); break;
    case Kind::integer: (void)int_or(body, field.name, 0); break;
    case Kind::boolean: (void)flag_or(body, field.name, false); break;
    case Kind::texts: (void)texts_of(body, field.name); break;
    case Kind::time: (void)time_if(body, field.name); break;
    case Kind::object:
    case Kind::list:
    case Kind::anything: break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const auto& routes = json_routes();
  const Route& route = *routes[bytes[0] % routes.size()];
  auto body = parse_json({reinterpret_cast<const char*>(bytes) + 1, size - 1});
  if (!body) return 0;
  auto again = parse_json(to_json(*body));
  if (!again || to_json(*again) != to_json(*body)) std::abort();
  auto checked = check_fields(route.fields, *body);
  if (!checked) {
    bool named = !checked.error().field.empty() || !body->is_object();
    if (!named || checked.error().fault != Fault::invalid) std::abort();
    return 0;
  }
  for (const auto& field : route.fields) read(field, *body);
  return 0;
}

}  // namespace guildhall::room
