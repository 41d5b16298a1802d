#include "room/models/talk.h"

#include <utility>

#include "base/json.h"
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
    good_ = status == 200;
    stream_ = stream;
  }
  void data(std::string_view bytes) override;
  void end() override;
  void refuse(const Error& why, std::optional<std::int64_t> /*retry_after_ms*/) override {
    tell({NodeState::error, {}, {}, why.detail});
  }

 private:
  void take(std::string_view event);
  void tell(Ended ended) {
    if (auto listener = std::exchange(listener_, nullptr)) listener->on_end(ended);
  }

  const std::weak_ptr<ModelExchange> exchange_;
  std::shared_ptr<Listener> listener_;
  gateway::SseReader reader_;
  std::string finish_;
  std::string why_;
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
  if (!good_) ended.state = NodeState::error;
  if (ended.state != NodeState::complete && ended.why.empty()) {
    ended.why = good_ ? "The model broke off." : "The model refused this message.";
  }
  tell(std::move(ended));
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
  explicit GatewayModels(ModelGateway& gateway) : gateway_(gateway) {}

  Result<std::shared_ptr<Call>> ask(Asked asked, std::shared_ptr<Listener> listener) override {
    auto request = TRY(gateway::Request::read(gateway::Operation::chat, std::move(asked.body)));
    auto access = TRY(gateway_.access_for(asked.project, gateway::Purpose::dialogue, asked.model));
    auto exchange = TRY(
        ModelExchange::open(gateway_, {std::move(access), std::move(request), {}, asked.member}));
    auto call = std::make_shared<TalkCall>(exchange);
    exchange->start(std::make_shared<TalkOut>(exchange, std::move(listener)));
    return call;
  }

 private:
  ModelGateway& gateway_;
};

}  // namespace

std::unique_ptr<work::dialogue::Models> dialogue_models(ModelGateway& gateway) {
  return std::make_unique<GatewayModels>(gateway);
}

}  // namespace guildhall::room
