#include "room/models/talk.h"

#include <utility>

#include "base/json.h"
#include "gateway/dialects/errors.h"
#include "gateway/dialects/sse.h"

namespace guildhall::room {
namespace {

using gateway::ExchangeState;
using work::dialogue::Asked;
using work::dialogue::Call;
using work::dialogue::Ended;
using work::dialogue::Listener;
using work::dialogue::NodeState;

NodeState state_of(ExchangeState state) {
  switch (state) {
    case ExchangeState::complete: return NodeState::complete;
    case ExchangeState::incomplete: return NodeState::incomplete;
    case ExchangeState::cancelled: return NodeState::cancelled;
    case ExchangeState::error:
    case ExchangeState::refused: return NodeState::error;
  }
  return NodeState::error;
}

// One reply: reads the stream of chat completions that every target is told in.
class TalkOut final : public ModelOut {
 public:
  TalkOut(std::weak_ptr<ModelExchange> exchange, std::shared_ptr<Listener> listener)
      : exchange_(std::move(exchange)), listener_(std::move(listener)) {}

  void head(int status, const gateway::HeaderList& /*headers*/, bool stream) override {
    status_ = status;
    good_ = status == 200;
    stream_ = stream;
  }
  void data(std::string_view bytes) override;
  void end() override;
  void refuse(const Error& why, std::optional<std::int64_t> /*retry_after_ms*/) override {
    tell({NodeState::error, {}, {}, why.detail, why.type});
  }

 private:
  void take(std::string_view event);
  std::string_view type_of_end() const;
  void tell(const Ended& ended) {
    if (auto listener = std::exchange(listener_, nullptr)) listener->on_end(ended);
  }

  const std::weak_ptr<ModelExchange> exchange_;
  std::shared_ptr<Listener> listener_;
  gateway::SseReader reader_;
  std::string finish_;
  std::string why_;
  int status_ = 0;
  bool good_ = false;
  bool stream_ = false;
};

void TalkOut::data(std::string_view bytes) {
  if (auto exchange = exchange_.lock(); exchange && stream_) exchange->took(bytes.size());
  if (!good_ || !listener_) return;
  reader_.push(bytes);
  while (true) {
    auto block = reader_.next();
    if (!block || !*block) return;
    if ((*block)->has_data) take((*block)->data);
  }
}

void TalkOut::take(std::string_view event) {
  if (event.starts_with("[DONE]")) return;
  auto value = parse_json(event);
  if (!value) return;
  if (const auto* error = find_object(*value, "error")) {
    const auto* message = error->if_contains("message");
    why_ = message && message->is_string() ? std::string(view(message->get_string()))
                                           : "The model broke off.";
    return;
  }
  const auto* choices = find_array(*value, "choices");
  if (!choices || choices->empty()) return;
  const auto& choice = choices->front();
  if (const auto* reason = find_string(choice, "finish_reason")) finish_ = view(*reason);
  const auto* delta = find(choice, "delta");
  const auto* text = delta ? find_string(*delta, "content") : nullptr;
  if (text && !text->empty()) listener_->on_text(view(*text));
}

void TalkOut::end() {
  auto exchange = exchange_.lock();
  Ended ended;
  ended.state = exchange ? state_of(exchange->state()) : NodeState::error;
  ended.exchange = exchange ? exchange->id() : ExchangeId{};
  ended.finish = std::move(finish_);
  ended.why = std::move(why_);
  ended.cost = exchange ? exchange->cost() : 0;
  if (!good_) ended.state = NodeState::error;
  if (ended.state != NodeState::complete && ended.why.empty()) {
    ended.why = good_ ? "The model broke off." : "The model refused this message.";
  }
  if (ended.state != NodeState::complete) ended.type = type_of_end();
  tell(ended);
}

// What is wrong with the request will be wrong again; anything else may pass.
std::string_view TalkOut::type_of_end() const {
  if (good_) return gateway::kUpstreamCut;
  bool ours = status_ >= 400 && status_ < 500 && status_ != 408 && status_ != 429;
  return ours ? gateway::kRefusedByPolicy : gateway::kUpstreamUnavailable;
}

class TalkCall final : public Call {
 public:
  explicit TalkCall(std::shared_ptr<ModelExchange> exchange) : exchange_(std::move(exchange)) {}
  ~TalkCall() override { exchange_->cancel(); }
  void cancel() override { exchange_->cancel(); }

 private:
  const std::shared_ptr<ModelExchange> exchange_;
};

class GatewayModels final : public work::dialogue::Models {
 public:
  GatewayModels(ModelGateway& gateway, gateway::Purpose purpose)
      : gateway_(gateway), purpose_(purpose) {}

  Result<std::shared_ptr<Call>> ask(Asked asked, std::shared_ptr<Listener> listener) override {
    auto request = TRY(gateway::Request::read(gateway::Operation::chat, std::move(asked.body)));
    auto access = TRY(gateway_.access_for(asked.project, purpose_, asked.model));
    auto exchange = TRY(
        ModelExchange::open(gateway_, {std::move(access), std::move(request), {}, asked.member}));
    auto call = std::make_shared<TalkCall>(exchange);
    exchange->start(std::make_shared<TalkOut>(exchange, std::move(listener)));
    return call;
  }

 private:
  ModelGateway& gateway_;
  const gateway::Purpose purpose_;
};

}  // namespace

std::unique_ptr<work::dialogue::Models> models_for(ModelGateway& gateway,
                                                   gateway::Purpose purpose) {
  return std::make_unique<GatewayModels>(gateway, purpose);
}

}  // namespace guildhall::room
