#include "net/http.h"

#include <doctest/doctest.h>

#include "base/json.h"

namespace guildhall::net {
namespace {

TEST_CASE("http: a problem says what RFC 9457 wants, and nothing that is empty") {
  Reply reply = problem({Fault::invalid, "bad-field", "Too \"long\".", "/title"}, "abc");
  CHECK(reply.status == 422);
  CHECK(reply.content_type == "application/problem+json");
  auto value = parse_json(reply.body);
  REQUIRE(value);
  CHECK(to_json(*value) == R"({"type":"/problems/bad-field","title":"Bad field","status":422,)"
                           R"("detail":"Too \"long\".","field":"/title","request_id":"abc"})");
  Reply bare = problem({Fault::locked, "locked", "", ""});
  CHECK(bare.body == R"({"type":"/problems/locked","title":"Locked","status":423})");
}

}  // namespace
}  // namespace guildhall::net
