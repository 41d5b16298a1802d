// From a request to its route's handler: who is it, may they, is the body what the route takes,
// was this request answered before. Everything that holds for every route is here and nowhere
// else.
//
// Concurrency: any thread.
#pragma once

#include "net/http.h"
#include "net/static_files.h"
#include "room/log_files.h"
#include "room/room.h"
#include "room/route.h"

namespace guildhall::room {

inline constexpr std::string_view kApi = "/api/v1";

class Dispatch final : public net::App {
 public:
  Dispatch(Room& room, const net::StaticFiles& web)
      : room_(room), web_(web), log_(room.options().dir) {}

  net::Admission admit(net::Method method, std::string_view path) const override;
  net::Reply handle(net::Request& request) override;

 private:
  Result<net::Reply> answer(net::Request& request);
  Result<net::Reply> run(Call& call);

  Room& room_;
  const net::StaticFiles& web_;
  const LogFiles log_;
};

// The route for a method and path, and its path parameters. not_found, or not_allowed when the
// path is known under another method.
struct Match {
  const Route* route = nullptr;
  std::vector<std::pair<std::string_view, std::string>> path;
};
Result<Match> match_route(net::Method method, std::string_view path);

}  // namespace guildhall::room
