// What a route is: method, path, who may, what it takes, what it gives, and its handler. The table
// of all routes is the only place where any of this is said; dispatch, the OpenAPI document and
// the permission tests read it.
//
// Concurrency: routes are constant; a Call belongs to one worker thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "identity/policy.h"
#include "net/http.h"
#include "room/fields.h"
#include "work/context.h"

namespace guildhall::room {

class Room;
struct Route;

// One request: its path opened, its body checked, and, once permitted, who makes it.
struct Call {
  Room& room;
  const Route& route;
  net::Request& request;
  identity::Principal who;
  bool permitted = false;
  bool by_cookie = false;
  std::string session_code;  // of the cookie, if any
  ProjectId project;         // from the path; visible to the caller
  std::vector<std::pair<std::string_view, std::string>> path;  // {name} → text
  json::value body;

  work::Actor actor() const { return {who.member, who.vendor}; }
  std::string_view path_text(std::string_view name) const;
  // The inner key of the path's id; its type follows from the name.
  template <class IdType>
  IdType id(std::string_view name) const {
    return IdType{path_key(name)};
  }
  std::int64_t path_key(std::string_view name) const;
  bool is_staff() const { return identity::kStaff.has(who.role); }
};

using Handler = Result<net::Reply> (*)(Call&);

enum class BodyKind : unsigned char { none, json, stream, bytes };

// How a route answers an Idempotency-Key it has seen: from the stored reply; by itself, in the
// transaction that does the work; not again, where the reply holds a secret shown once; or simply
// by doing it again, where that changes nothing.
enum class Repeats : unsigned char { stored, own, secret, harmless };

// Where the permission is read: in a transaction of its own before the handler; or by the handler,
// with permit(), in the transaction that first needs it. Dispatch gives no reply without one.
enum class Permission : unsigned char { before, inside };

struct Route {
  net::Method method;
  std::string_view path;  // under /api/v1; {project}, {task}, … are ids
  identity::Policy policy;
  Handler handler;
  std::string_view summary;
  std::string_view answer;  // name of the schema of the answer, or empty
  int status = 200;
  BodyKind body = BodyKind::none;
  Fields fields = {};
  Repeats repeats = Repeats::stored;
  Permission permission = Permission::before;
  bool in_dark = false;  // a change that is taken while the room or the project is locked
};

using Routes = std::vector<Route>;

void add_system_routes(Routes& routes);
void add_key_routes(Routes& routes);
void add_session_routes(Routes& routes);
void add_member_routes(Routes& routes);
void add_project_routes(Routes& routes);
void add_guidelines_routes(Routes& routes);
void add_template_routes(Routes& routes);
void add_task_routes(Routes& routes);
void add_work_routes(Routes& routes);
void add_dialogue_routes(Routes& routes);
void add_review_routes(Routes& routes);
void add_time_routes(Routes& routes);
void add_figure_routes(Routes& routes);
void add_quality_routes(Routes& routes);
void add_study_routes(Routes& routes);
void add_note_routes(Routes& routes);
void add_second_look_routes(Routes& routes);
void add_deed_routes(Routes& routes);
void add_delivery_routes(Routes& routes);
void add_file_routes(Routes& routes);
void add_log_routes(Routes& routes);
void add_model_routes(Routes& routes);
void add_exchange_routes(Routes& routes);
void add_model_work_routes(Routes& routes);
void add_proposal_routes(Routes& routes);
void add_peer_routes(Routes& routes);
void add_webhook_routes(Routes& routes);

// All of them, in the order of the documentation.
const Routes& all_routes();

// Who makes the request, and that they may; refused as the route's policy says. May run again.
Result<void> permit(store::Tx& tx, Call& call);

// The lease's fencing token, which is shown as text: `absent` where the body has none, -1 (which
// fits no lease) for what is no number.
std::int64_t lease_token(const Call& call, std::int64_t absent);

// The answer to a keeper's exchange, now or when there is one.
class KeeperLine;
Result<net::Reply> keeper_reply(KeeperLine& line, std::string body);

// ---- replies
net::Reply json_reply(int status, std::string body);
net::Reply no_content();

// ---- lists: ?limit= and ?cursor=
struct Page {
  std::int64_t after = 0;
  std::int64_t limit = 50;
};
Result<Page> page_of(const Call& call);
std::string next_cursor(const Call& call, std::int64_t last_key);
// Of a list in another order than that of keys: where its last item stands. Only `?limit=` is
// common to both.
struct Place {
  std::int64_t at = 0;  // what the list is ordered by
  std::int64_t key = 0;
};
Result<std::int64_t> limit_of(const Call& call);
Result<std::optional<Place>> place_of(const Call& call);
std::string next_cursor(const Call& call, const Place& last);
Result<std::int64_t> number_param(const Call& call, std::string_view name, std::int64_t otherwise,
                                  std::int64_t least, std::int64_t most);
Result<TimeMs> time_param(const Call& call, std::string_view name, TimeMs otherwise);

}  // namespace guildhall::room
