#include "keeper/page.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "base/json.h"
#include "base/limits.h"
#include "keeper/keyring.h"
#include "keeper/orders.h"
#include "keeper/page_files.h"
#include "keeper/serve.h"
#include "net/static_files.h"

namespace guildhall::keeper {
namespace {

constexpr std::string_view kCookieRest = "; Path=/; HttpOnly; SameSite=Strict";

std::unexpected<Error> not_found() {
  return fail(Fault::not_found, "not-found", "There is nothing here.");
}

net::Reply json_reply(std::string text) {
  net::Reply reply;
  reply.body = std::move(text);
  net::add_api_headers(reply);
  return reply;
}

net::Reply file_reply(const PageFile& file) {
  net::Reply reply;
  reply.content_type = file.content_type;
  reply.body = file.bytes;
  net::add_page_headers(reply);
  reply.header("Cache-Control", "no-store");
  return reply;
}

std::string text_of(const json::value& body, std::string_view name) {
  const auto* text = find_string(body, name);
  return text ? std::string(view(*text)) : std::string();
}

Result<Scope> scope_of(const json::value& body) {
  Scope scope;
  scope.url = text_of(body, "room");
  if (const auto* project = find(body, "project"); project && !project->is_null()) {
    scope.project = as_int(*project);
    if (!scope.project || *scope.project < 0) {
      return fail(Fault::invalid, "which-room", "A project is a number.", "/project");
    }
  }
  return scope;
}

// What restoring asks for, as the page calls it; empty: nothing.
std::string_view asks_for(Cover cover) {
  switch (cover) {
    case Cover::none: return {};
    case Cover::passphrase: return "passphrase";
    case Cover::token: return "pin";
  }
  return "passphrase";
}

void write_orders(JsonWriter& out, const std::vector<Order>& orders) {
  out.key("orders").begin_array();
  for (const auto& order : orders) {
    out.begin_object().field("whole_room", order.whole_room);
    out.field("project", order.project.value).field("withdrawn", order.withdraws());
    out.field("shredded", order.shreds()).field("confirmed", order.confirmed).end_object();
  }
  out.end_array();
}

// What the running keeper last said of a room; null where it said nothing yet.
json::value live_of(const json::value& status, std::string_view url) {
  const auto* rooms = find_array(status, "rooms");
  for (std::size_t i = 0; rooms && i < rooms->size(); ++i) {
    if (text_of((*rooms)[i], "url") == url) return (*rooms)[i];
  }
  return {};
}

}  // namespace

net::Admission Page::admit(net::Method, std::string_view) const {
  return {.stream_body = false, .max_body_bytes = kPageBody};
}

net::Reply Page::handle(net::Request& request) {
  auto reply = answer(request);
  if (reply) return std::move(*reply);
  auto refused = net::problem(reply.error(), request.request_id);
  net::add_api_headers(refused);
  return refused;
}

Result<net::Reply> Page::answer(net::Request& request) {
  if (!gate_.own(request)) {
    return fail(Fault::forbidden, "foreign-address",
                "The page is at its own address only: open the one that the keeper printed.");
  }
  bool get = request.method == net::Method::get || request.method == net::Method::head;
  if (const auto* file = find_page_file(request.path); file && get) return file_reply(*file);
  if (request.path == "/enter" && !get) return enter(request);
  if (!gate_.admits(request)) {
    return fail(Fault::unauthenticated, "not-signed-in",
                "Open the address that the keeper printed.");
  }
  if (request.path == "/status" && get) return json_reply(TRY(status()));
  if (request.method != net::Method::post) return not_found();
  if (request.path != "/withdraw" && request.path != "/restore") return not_found();
  TRY(order(request, request.path == "/withdraw"));
  return json_reply(TRY(status()));
}

Result<net::Reply> Page::enter(const net::Request& request) {
  auto pass = gate_.enter(text_of(TRY(parse_json(request.body)), "token"));
  if (!pass) {
    return fail(Fault::unauthenticated, "not-signed-in",
                "This address was used already. The keeper has printed another.");
  }
  ports_.on_address(gate_.address());
  JsonWriter out;
  out.begin_object().field("word", pass->word).end_object();
  auto reply = json_reply(out.take());
  reply.header("Set-Cookie",
               fmt::format("{}={}{}", gate_.cookie_name(), pass->cookie, kCookieRest));
  return reply;
}

Result<std::string> Page::status() const {
  auto state = TRY(ports_.store.read());
  auto text = ports_.status();
  auto live = text ? parse_json(*text) : Result<json::value>(json::value());
  JsonWriter out;
  out.begin_object().field("asks", asks_for(TRY(ports_.cover())));
  out.field("now_ms", system_clock().now_ms()).key("rooms").begin_array();
  for (const auto& room : state.rooms) {
    out.begin_object().field("url", room.url).field("term_ms", room.term_ms);
    out.key("others").begin_array();
    for (const auto& url : state.others_of(room)) out.string(url);
    out.end_array();
    write_orders(out, room.orders);
    out.field("live", live ? live_of(*live, room.url) : json::value()).end_object();
  }
  out.end_array().end_object();
  return out.take();
}

Result<void> Page::order(const net::Request& request, bool withdrawn) {
  auto body = TRY(parse_json(request.body));
  auto scope = TRY(scope_of(body));
  auto asked = withdrawn ? std::string_view() : asks_for(TRY(ports_.cover()));
  if (!asked.empty()) TRY(check(Secret(text_of(body, asked))));
  TRY(give(ports_.store, scope,
           withdrawn ? vault::StatementKind::withdrawal : vault::StatementKind::restore));
  return {};
}

// One at a time, so that a worker is always free to withdraw.
Result<void> Page::check(const Secret& secret) {
  TimeMs now = ports_.now_ms();
  {
    MutexLock lock(mutex_);
    while (!wrong_.empty() && now - wrong_.front() >= kPagePassphraseMs) wrong_.pop_front();
    if (checking_ || static_cast<int>(wrong_.size()) >= kPagePassphrases) {
      return fail(Fault::too_many, "too-many-passphrases",
                  "Too many wrong tries. Wait a minute; withdrawing still works.");
    }
    checking_ = true;
  }
  auto checked = ports_.check_secret(secret);
  MutexLock lock(mutex_);
  checking_ = false;
  if (checked) return checked;
  Error error = std::move(checked).error();
  if (error.type == "bad-passphrase") error.field = "/passphrase";
  if (error.type == "bad-pin") error.field = "/pin";
  if (!error.field.empty()) wrong_.push_back(now);
  return std::unexpected(std::move(error));
}

Result<std::unique_ptr<PageServer>> PageServer::start(const std::filesystem::path& dir, int port,
                                                      const std::string& module) {
  std::unique_ptr<PageServer> made(new PageServer());
  made->fd_ = TRY(net::listen_on(fmt::format("127.0.0.1:{}", port)));
  made->store_ = std::make_unique<FileStore>(dir);
  auto tell = [](const std::string& address) {
    fmt::print("The keeper's page, good for one browser: {}\n", address);
    std::fflush(stdout);
  };
  Page::Ports ports{.store = *made->store_,
                    .random = system_random(),
                    .now_ms = monotonic_ms,
                    .status = [dir] { return read_status(dir); },
                    .cover = [dir]() -> Result<Cover> {
                      return TRY(RootFile::read(dir))
                      .cover();
                    },
                    .check_secret = [dir, module](const Secret& secret) -> Result<void> {
                      TRY(Keyring::open(dir, secret, module));
                      return {};
                    },
                    .on_address = tell};
  made->page_ = std::make_unique<Page>(TRY(net::bound_port(made->fd_)), std::move(ports));
  net::ServerOptions options;
  options.listen_fd = made->fd_;
  options.workers = kPageWorkers;
  options.max_connections = kPageConnections;
  options.max_event_streams = 0;
  made->server_ = TRY(net::Server::start(std::move(options), *made->page_));
  tell(made->page_->address());
  return made;
}

PageServer::~PageServer() {
  if (server_) server_->stop();
  server_.reset();
  if (fd_ >= 0) close(fd_);
}

}  // namespace guildhall::keeper
