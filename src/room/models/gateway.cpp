#include "room/models/gateway.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "gateway/dialects/errors.h"

namespace guildhall::room {

using gateway::Access;

ModelGateway::ModelGateway(const gateway::Context& ctx, LauncherChannel& launcher)
    : ctx_(ctx),
      pots_(ctx.db, ctx.keys, ctx.room),
      recorder_(ctx_, pots_),
      peers_(ctx_, launcher),
      line_(peers_) {}

void ModelGateway::start() { recorder_.start(); }

void ModelGateway::stop() {
  if (std::exchange(stopped_, true)) return;
  const Error why{
      Fault::unavailable, gateway::kUpstreamUnavailable, "The room is being stopped.", {}};
  end_all(why, [](ModelExchange&) { return true; });
  conductor_.stop();
  traces_.stop();
  line_.stop();
  recorder_.stop();
}

// ---- who asks
template <class Look>
Result<Access> ModelGateway::look(const std::string& key, Look&& look) {
  std::int64_t now_ms = monotonic_ms();
  {
    MutexLock lock(mutex_);
    auto at = known_.find(key);
    if (at != known_.end() && now_ms < at->second.until_ms) return at->second.access;
  }
  auto access = TRY(ctx_.db.read_as([&](store::Tx& tx) { return look(tx); }));
  MutexLock lock(mutex_);
  if (known_.size() >= kMaxModelAccess) known_.clear();
  known_[key] = {access, now_ms + kModelAccessMs};
  return access;
}

Result<Access> ModelGateway::access(std::string_view secret, const std::string& model) {
  auto digest = crypto::sha256(secret);
  return look(std::string(crypto::view(digest)) + model,
              [&](store::Tx& tx) { return gateway::open_access(tx, ctx_, secret, model); });
}

Result<Access> ModelGateway::access_for(ProjectId project, gateway::Purpose purpose,
                                        const std::string& model) {
  auto name = fmt::format("{}/{}/{}", project.value, static_cast<int>(purpose), model);
  return look(name, [&](store::Tx& tx) -> Result<Access> {
    auto found = TRY(gateway::find_model(tx, ctx_, model));
    auto keys = TRY(gateway::list_keys(tx, ctx_, project, {}, kMaxVirtualKeys));
    for (auto key = keys.rbegin(); found && key != keys.rend(); ++key) {
      bool usable = key->purpose == purpose && !key->revoked &&
                    (key->expires_at == 0 || key->expires_at > tx.now());
      if (!usable || std::ranges::find(key->terms.models, found->id) == key->terms.models.end())
        continue;
      auto budget = TRY(gateway::budget_of(tx, ctx_, project, key->budget));
      return Access{*key, std::move(budget), *found};
    }
    return fail(Fault::not_found, "no-model",
                "The project has no key for this model: make one for this purpose.");
  });
}

void ModelGateway::forget_access() {
  MutexLock lock(mutex_);
  known_.clear();
}

// ---- what is under way
void ModelGateway::under_way(const std::shared_ptr<ModelExchange>& exchange) {
  MutexLock lock(mutex_);
  running_[exchange.get()] = exchange;
}

void ModelGateway::over(ModelExchange& exchange) {
  MutexLock lock(mutex_);
  running_.erase(&exchange);
}

void ModelGateway::end_all(const Error& why, const std::function<bool(ModelExchange&)>& which) {
  std::vector<std::shared_ptr<ModelExchange>> ending;
  {
    MutexLock lock(mutex_);
    for (const auto& [raw, weak] : running_) {
      auto exchange = weak.lock();
      if (exchange && which(*exchange)) ending.push_back(std::move(exchange));
    }
  }
  for (const auto& exchange : ending) exchange->end(why);
}

void ModelGateway::go_dark(bool all, const std::vector<ProjectId>& projects) {
  forget_access();
  const Error why{Fault::locked, "locked", "The key was withdrawn.", {}};
  end_all(why, [&](ModelExchange& exchange) {
    return all || std::ranges::find(projects, exchange.project()) != projects.end();
  });
}

gateway::Breaker& ModelGateway::breaker(const gateway::Target& target) {
  MutexLock lock(mutex_);
  auto& breaker = breakers_[fmt::format("{}\n{}", target.peer, target.model)];
  if (!breaker) breaker = std::make_unique<gateway::Breaker>(system_clock());
  return *breaker;
}

std::string ModelGateway::metrics() const {
  std::string out;
  auto line = [&](std::string_view name, std::string_view type, std::string_view help) {
    out += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
  };
  auto value = [&](std::string_view name, auto number) {
    out += fmt::format("{} {}\n", name, number);
  };
  line("guildhall_model_exchanges_total", "counter", "Requests to models, by how they ended.");
  for (std::size_t i = 1; i < std::size(counts_.by_state); ++i) {
    value(fmt::format("guildhall_model_exchanges_total{{state=\"{}\"}}",
                      gateway::word(static_cast<gateway::ExchangeState>(i))),
          counts_.by_state[i].load());
  }
  line("guildhall_model_attempts_total", "counter", "Requests that were sent to a provider.");
  value("guildhall_model_attempts_total", counts_.attempts.load());
  line("guildhall_model_refused_total", "counter", "Requests that were refused before.");
  value("guildhall_model_refused_total", counts_.refused.load());
  line("gen_ai_client_token_usage_total", "counter", "Tokens, as they were settled.");
  value("gen_ai_client_token_usage_total{gen_ai_token_type=\"input\"}",
        counts_.input_tokens.load());
  value("gen_ai_client_token_usage_total{gen_ai_token_type=\"output\"}",
        counts_.output_tokens.load());
  line("guildhall_model_under_way", "gauge", "Exchanges with providers that are not over.");
  value("guildhall_model_under_way", line_.under_way());
  line("guildhall_trace_spans_total", "counter", "Traces of requests to models.");
  value("guildhall_trace_spans_total{fate=\"sent\"}", traces_.counts().sent.load());
  value("guildhall_trace_spans_total{fate=\"dropped\"}", traces_.counts().dropped.load());
  auto records = recorder_.counts();
  line("guildhall_model_records_waiting", "gauge", "Exchanges not yet written, or not over.");
  value("guildhall_model_records_waiting", records.places);
  return out;
}

}  // namespace guildhall::room
