#include "mock_model/service.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "crypto/equal.h"
#include "mock_model/dialect.h"
#include "mock_model/embeddings.h"
#include "mock_model/played_body.h"
#include "mock_model/voice.h"

namespace guildhall::mock_model {
namespace {

net::Reply error_reply(Dialect dialect, int status, std::string_view message) {
  net::Reply reply;
  reply.status = status;
  reply.body = error_body(dialect, status, message);
  return reply;
}

net::Reply refusal(Dialect dialect, const Error& error) {
  std::string message = error.detail;
  if (!error.field.empty()) message += " (" + error.field + ")";
  return error_reply(dialect, http_status(error.fault), message);
}

Dialect dialect_of(std::string_view path) {
  if (path.starts_with("/v1/messages")) return Dialect::messages;
  return path == "/v1/responses" ? Dialect::responses : Dialect::chat;
}

void write_model(JsonWriter& out, std::string_view id) {
  out.begin_object().field("id", id).field("object", "model").field("created", kMockCreated);
  out.field("owned_by", "mock").end_object();
}

}  // namespace

net::Admission Service::admit(net::Method, std::string_view) const { return {false, kMaxMockBody}; }

bool Service::may_ask(const net::Request& request) const {
  if (options_.key.empty()) return true;
  constexpr std::string_view kBearer = "Bearer ";
  std::string_view given = request.header("x-api-key");
  const std::string_view authorization = request.header("Authorization");
  if (authorization.starts_with(kBearer)) given = authorization.substr(kBearer.size());
  return crypto::equal_constant_time(given, options_.key);
}

net::Reply Service::handle(net::Request& request) {
  const std::string_view path = request.path;
  const Dialect dialect = dialect_of(path);
  if (!may_ask(request)) return error_reply(dialect, 401, "The API key is not right.");
  const bool get = request.method == net::Method::get;
  if (get && (path == "/v1/models" || path.starts_with("/v1/models/"))) return models(request);
  if (request.method == net::Method::post) {
    if (path == "/v1/chat/completions" || path == "/v1/responses" || path == "/v1/messages") {
      return generate(dialect, request);
    }
    if (path == "/v1/messages/count_tokens") return count(request);
    if (path == "/v1/embeddings") return embeddings(request);
  }
  return error_reply(dialect, 404, "There is nothing of that method and path.");
}

net::Reply Service::models(const net::Request& request) const {
  constexpr std::string_view kOne = "/v1/models/";
  JsonWriter out;
  if (request.path.starts_with(kOne)) {
    write_model(out, std::string_view(request.path).substr(kOne.size()));
  } else {
    out.begin_object().field("object", "list").key("data").begin_array();
    for (std::string_view id : {"mock", "mock-a", "mock-b"}) write_model(out, id);
    out.end_array().end_object();
  }
  net::Reply reply;
  reply.body = out.take();
  return reply;
}

bool Service::fails_still(const Behaviour& behaviour, std::string_view body) {
  MutexLock lock(mutex_);
  if (failures_.size() >= kMaxMockCounts) failures_.clear();
  std::int64_t& failed = failures_[hash_of(body)];
  if (failed >= behaviour.times) return false;
  ++failed;
  return true;
}

std::optional<net::Reply> Service::fault(Dialect dialect, const Behaviour& behaviour,
                                         std::string_view body) {
  int status = behaviour.error_event ? 0 : behaviour.error;
  if (behaviour.status != 0 && fails_still(behaviour, body)) status = behaviour.status;
  if (!behaviour.redirect.empty()) status = 307;
  if (status == 0) return std::nullopt;
  auto reply = error_reply(dialect, status, "The mock was told to fail.");
  if (!behaviour.redirect.empty()) reply.header("Location", behaviour.redirect);
  if (behaviour.retry_after >= 0) {
    reply.header("Retry-After", std::to_string(behaviour.retry_after));
  }
  return after(behaviour.slow_headers_ms, std::move(reply));
}

net::Reply Service::after(std::int64_t wait_ms, net::Reply reply) {
  if (wait_ms <= 0) return reply;
  auto made = std::make_shared<net::Reply>(std::move(reply));
  net::Reply parked;
  parked.later = net::LaterReply{
      [this, wait_ms, made](std::shared_ptr<net::LaterAnswer> answer) {
        timer_.at(monotonic_ms() + wait_ms,
                  [made, answer = std::move(answer)] { answer->complete(std::move(*made)); });
      },
      {}};
  return parked;
}

net::Reply Service::body_reply(std::string body, const Behaviour& behaviour, std::int64_t wait_ms) {
  net::Reply reply;
  if (breaks(behaviour)) {
    reply.live = std::make_unique<PlayedBody>(broken_script(body, behaviour), timer_);
  } else {
    reply.body = std::move(body);
    if (behaviour.garbage) reply.body = "<html>\xff\xfe no JSON</html>";
    if (behaviour.malformed_json) reply.body.resize(reply.body.size() / 2);
  }
  return after(wait_ms + behaviour.slow_headers_ms, std::move(reply));
}

net::Reply Service::generate(Dialect dialect, const net::Request& request) {
  auto ask = parse_ask(dialect, request.body);
  if (!ask) return refusal(dialect, ask.error());
  auto behaviour = parse_behaviour(ask->model, options_.defaults);
  if (!behaviour) return refusal(dialect, behaviour.error());
  if (auto failed = fault(dialect, *behaviour, request.body)) return std::move(*failed);
  const Answer answer = make_answer(*ask, *behaviour, options_.seed);
  const Telling telling{*ask, answer, behaviour->usage};
  if (!ask->stream) {
    const auto tokens = static_cast<std::int64_t>(answer.pieces.size() + answer.thinking.size());
    const std::int64_t wait_ms = behaviour->latency_ms + behaviour->token_ms * tokens;
    return body_reply(whole_body(telling), *behaviour, wait_ms);
  }
  net::Reply reply;
  reply.content_type = "text/event-stream; charset=utf-8";
  reply.header("Cache-Control", "no-cache");
  reply.live =
      std::make_unique<PlayedBody>(script_of(frames_of(telling), *behaviour, dialect), timer_);
  return after(behaviour->slow_headers_ms, std::move(reply));
}

net::Reply Service::count(const net::Request& request) {
  auto ask = parse_ask(Dialect::messages, request.body);
  if (!ask) return refusal(Dialect::messages, ask.error());
  auto behaviour = parse_behaviour(ask->model, options_.defaults);
  if (!behaviour) return refusal(Dialect::messages, behaviour.error());
  if (auto failed = fault(Dialect::messages, *behaviour, request.body)) return std::move(*failed);
  JsonWriter out;
  out.begin_object().field("input_tokens", input_tokens(*ask)).end_object();
  return body_reply(out.take(), *behaviour, behaviour->latency_ms);
}

net::Reply Service::embeddings(const net::Request& request) {
  auto ask = parse_embeddings(request.body);
  if (!ask) return refusal(Dialect::chat, ask.error());
  auto behaviour = parse_behaviour(ask->model, options_.defaults);
  if (!behaviour) return refusal(Dialect::chat, behaviour.error());
  if (auto failed = fault(Dialect::chat, *behaviour, request.body)) return std::move(*failed);
  return body_reply(embeddings_body(*ask, options_.seed), *behaviour, behaviour->latency_ms);
}

}  // namespace guildhall::mock_model
