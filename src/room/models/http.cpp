#include "room/models/http.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "gateway/dialects/errors.h"

namespace guildhall::room {
namespace {

using gateway::Dialect;
using gateway::Operation;

struct Path {
  std::string_view path;
  net::Method method;
  Operation operation;
};
constexpr Path kPaths[] = {
    {"/v1/chat/completions", net::Method::post, Operation::chat},
    {"/v1/responses", net::Method::post, Operation::responses},
    {"/v1/embeddings", net::Method::post, Operation::embeddings},
    {"/v1/models", net::Method::get, Operation::models},
    {"/v1/messages", net::Method::post, Operation::messages},
    {"/v1/messages/count_tokens", net::Method::post, Operation::count_tokens},
};

// A reply has one type and one id: the room's own, by which its log can be searched.
template <class Headers>
void put_headers(net::Reply& reply, const Headers& headers) {
  for (const auto& [name, value] : headers) {
    if (name == "content-type") {
      reply.content_type = value;
    } else if (name != "x-request-id") {
      reply.header(std::string(name), value);
    }
  }
  reply.header("Cache-Control", "no-store");
}

net::Reply reply_of(const gateway::Refusal& refusal) {
  net::Reply out;
  out.status = refusal.status;
  out.body = refusal.body;
  put_headers(out, refusal.headers);
  return out;
}

// Between an exchange and a client of HTTP.
class HttpOut final : public ModelOut, public std::enable_shared_from_this<HttpOut> {
 public:
  HttpOut(std::shared_ptr<net::LaterAnswer> answer, std::weak_ptr<ModelExchange> exchange,
          Dialect dialect)
      : answer_(std::move(answer)), exchange_(std::move(exchange)), dialect_(dialect) {}

  void head(int status, const gateway::HeaderList& headers, bool stream) override;
  void data(std::string_view bytes) override;
  void end() override;
  void refuse(const Error& why, std::optional<std::int64_t> retry_after_ms) override {
    answer_->complete(reply_of(gateway::refusal(why, dialect_, retry_after_ms)));
  }

  // The body's.
  void on_wake(std::function<void()> wake) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    wake_ = std::move(wake);
  }
  bool take(std::string& out) EXCLUDES(mutex_);
  void left() EXCLUDES(mutex_);

 private:
  void wake() EXCLUDES(mutex_);

  const std::shared_ptr<net::LaterAnswer> answer_;
  const std::weak_ptr<ModelExchange> exchange_;
  const Dialect dialect_;
  net::Reply reply_;  // of one that is whole
  bool stream_ = false;
  Mutex mutex_;
  std::string waiting_ GUARDED_BY(mutex_);
  std::size_t owed_ GUARDED_BY(mutex_) = 0;  // taken by the client, and not told on yet
  bool over_ GUARDED_BY(mutex_) = false;
  std::function<void()> wake_ GUARDED_BY(mutex_);
};

class HttpBody final : public net::LiveBody {
 public:
  explicit HttpBody(std::shared_ptr<HttpOut> out) : out_(std::move(out)) {}
  ~HttpBody() override { out_->left(); }
  void start(std::function<void()> wake) override { out_->on_wake(std::move(wake)); }
  Result<bool> take(std::string& out) override { return out_->take(out); }

 private:
  const std::shared_ptr<HttpOut> out_;
};

void HttpOut::head(int status, const gateway::HeaderList& headers, bool stream) {
  net::Reply reply;
  reply.status = status;
  put_headers(reply, headers);
  stream_ = stream;
  if (!stream) {
    reply_ = std::move(reply);
    return;
  }
  reply.live = std::make_unique<HttpBody>(shared_from_this());
  answer_->complete(std::move(reply));
}

void HttpOut::data(std::string_view bytes) {
  if (!stream_) {
    reply_.body += bytes;
    return;
  }
  {
    MutexLock lock(mutex_);
    waiting_ += bytes;
  }
  wake();
}

void HttpOut::end() {
  if (!stream_) return answer_->complete(std::move(reply_));
  {
    MutexLock lock(mutex_);
    over_ = true;
  }
  wake();
}

void HttpOut::wake() {
  std::function<void()> call;
  {
    MutexLock lock(mutex_);
    call = wake_;
  }
  if (call) call();
}

bool HttpOut::take(std::string& out) {
  std::size_t taken = 0;
  std::size_t told = 0;  // together: each word of it wakes the translator
  bool over = false;
  {
    MutexLock lock(mutex_);
    taken = waiting_.size();
    out += std::exchange(waiting_, {});
    over = over_;
    owed_ += taken;
    if (owed_ >= kModelWindow / 4) told = std::exchange(owed_, 0);
  }
  if (told > 0) {
    if (auto exchange = exchange_.lock()) exchange->took(told);
  }
  return over && taken == 0;
}

void HttpOut::left() {
  {
    MutexLock lock(mutex_);
    wake_ = nullptr;
    if (over_) return;
  }
  if (auto exchange = exchange_.lock()) exchange->cancel();
}

std::string_view secret_of(const net::Request& request) {
  auto authorization = request.header("Authorization");
  if (authorization.starts_with("Bearer ")) return authorization.substr(7);
  return request.header("x-api-key");
}

gateway::HeaderList headers_of(const net::Request& request) {
  gateway::HeaderList out;
  for (const char* name : {"anthropic-version", "anthropic-beta"}) {
    auto value = request.header(name);
    if (!value.empty()) out.emplace_back(name, value);
  }
  return out;
}

// Those that the key may use, in the words of who asks.
Result<net::Reply> list_models(ModelGateway& gateway, const net::Request& request, bool anthropic) {
  const auto& ctx = gateway.context();
  auto models = TRY(ctx.db.read_as(
      [&](store::Tx& tx) { return gateway::models_of_secret(tx, ctx, secret_of(request)); }));
  JsonWriter out;
  out.begin_object();
  if (!anthropic) out.field("object", "list");
  out.key("data").begin_array();
  for (const auto& model : models) {
    out.begin_object().field("id", model.terms.name);
    if (anthropic) {
      out.field("type", "model").field("display_name", model.terms.name);
      out.field("created_at", rfc3339(model.created_at));
    } else {
      out.field("object", "model").field("created", model.created_at / 1'000);
      out.field("owned_by", "guildhall");
    }
    out.end_object();
  }
  out.end_array();
  if (anthropic) {
    out.field("has_more", false);
    out.key("first_id");
    models.empty() ? out.null() : out.string(models.front().terms.name);
    out.key("last_id");
    models.empty() ? out.null() : out.string(models.back().terms.name);
  }
  out.end_object();
  net::Reply reply;
  reply.body = out.take();
  reply.header("Cache-Control", "no-store");
  return reply;
}

Result<net::Reply> begin(ModelGateway& gateway, net::Request& request, Operation operation) {
  if (operation == Operation::models) {
    return list_models(gateway, request, !request.header("anthropic-version").empty());
  }
  auto secret = secret_of(request);
  // What is long is read for those only who have a key; a short text costs less than that look.
  if (request.body.size() > kMaxUnwantedBody) {
    const auto& ctx = gateway.context();
    TRY(ctx.db.read([&](store::Tx& tx) { return gateway::check_secret(tx, ctx, secret); }));
  }
  auto read = TRY(gateway::Request::read(operation, std::move(request.body)));
  auto access = TRY(gateway.access(secret, read.facts().model));
  auto exchange = TRY(ModelExchange::open(
      gateway, {std::move(access), std::move(read), headers_of(request), MemberId{}}));
  net::Reply reply;
  reply.later.emplace();
  reply.later->start = [exchange, operation](std::shared_ptr<net::LaterAnswer> answer) {
    exchange->start(
        std::make_shared<HttpOut>(std::move(answer), exchange, gateway::dialect_of(operation)));
  };
  reply.later->gone = [exchange] { exchange->cancel(); };
  return reply;
}

}  // namespace

net::Admission admit_model(net::Method method, std::string_view path) {
  bool known = std::ranges::any_of(kPaths, [&](const Path& one) {
    return one.path == path && one.method == method && method == net::Method::post;
  });
  return {false, known ? kMaxModelBody : kMaxUnwantedBody};
}

net::Reply serve_model(ModelGateway& gateway, net::Request& request) {
  auto dialect = request.path.starts_with("/v1/messages") ? Dialect::messages : Dialect::chat;
  const auto* path = std::ranges::find(kPaths, std::string_view(request.path), &Path::path);
  Result<net::Reply> reply =
      fail(Fault::not_found, "not-found", "There is no such path for programs.");
  if (path != std::end(kPaths) && path->method != request.method) {
    reply = fail(Fault::not_allowed, "method-not-allowed", "This path is asked another way.");
  } else if (path != std::end(kPaths)) {
    dialect = gateway::dialect_of(path->operation);
    reply = begin(gateway, request, path->operation);
  }
  if (reply) return std::move(*reply);
  gateway.counts().refused.fetch_add(1, std::memory_order_relaxed);
  std::optional<std::int64_t> again_ms;
  const Error& why = reply.error();
  if (why.type == "rate-limited") again_ms = gateway::rate_retry_ms(system_clock().now_ms());
  if (why.fault == Fault::unavailable) again_ms = kRetryAfterS * 1'000;
  return reply_of(gateway::refusal(why, dialect, again_ms));
}

}  // namespace guildhall::room
