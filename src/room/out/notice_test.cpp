#include "room/out/notice.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "base/limits.h"
#include "room/out/trace_span.h"

namespace guildhall::room {
namespace {

store::ExternalIds some_ids() {
  crypto::Block key{};
  key.fill(7);
  return store::ExternalIds(key);
}

TEST_CASE("notice: signed as Standard Webhooks has it") {
  // The example of the reference libraries (standard-webhooks, libraries/*/test).
  Secret secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  CHECK(notice_signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330,
                         R"({"test": 2432232314})") ==
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  CHECK(notice_signature(Secret("MfKQ9r8G"), "a", 1, "b").empty());
  CHECK(notice_signature(Secret("whsec_*"), "a", 1, "b").empty());
}

TEST_CASE("notice: ids, names of events and times, and the same id at every attempt") {
  auto ids = some_ids();
  Webhook hook;
  hook.id = WebhookId{5};
  hook.project = ProjectId{9};
  hook.secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  HookDeed deed{{3, 77}, 1'700'000'000'000, hook_event_of("submission.submit", 12), 11, 12};
  REQUIRE(deed.event != nullptr);
  auto first = make_notice(ids, hook, deed, 1'700'000'001'000);
  auto again = make_notice(ids, hook, deed, 1'700'000'099'000);
  CHECK(first.body == again.body);
  CHECK(first.headers[0] == again.headers[0]);
  CHECK(first.headers[1].second == "1700000001");
  CHECK(first.headers[2] != again.headers[2]);  // it covers the time
  auto value = parse_json(first.body);
  REQUIRE(value);
  CHECK(view(*find_string(*value, "type")) == "submission.submitted");
  const auto* data = find(*value, "data");
  REQUIRE(data != nullptr);
  CHECK(view(*find_string(*data, "submission")) ==
        ids.show_submission(ProjectId{9}, AssignmentId{11}));
  CHECK(view(*find_string(*data, "task")) == ids.show(ProjectId{9}, TaskId{12}));
  CHECK(data->get_object().size() == 3);
}

TEST_CASE("notice: what a deed means to a webhook") {
  auto name = [](std::string_view verb, std::int64_t detail) {
    const auto* event = hook_event_of(verb, detail);
    return event == nullptr ? std::string_view("-") : event->name;
  };
  CHECK(name("submission.review", 1) == "submission.accepted");
  CHECK(name("submission.review", 2) == "submission.accepted");  // mended by the reviewer
  CHECK(name("submission.review", 3) == "submission.returned");
  CHECK(name("submission.review", 4) == "submission.rejected");
  CHECK(name("delivery.finish", 2) == "delivery.ready");
  CHECK(name("delivery.finish", 3) == "delivery.failed");
  CHECK(name("assignment.claim", 0) == "-");
  CHECK(name("exchange.record", 0) == "-");
  CHECK(is_hook_event("project.changed"));
  CHECK_FALSE(is_hook_event("project.change"));
}

TEST_CASE("notice: pauses double up to an hour") {
  CHECK(hook_pause_ms(1) == kWebhookRetryMs);
  CHECK(hook_pause_ms(4) == 8 * kWebhookRetryMs);
  CHECK(hook_pause_ms(1'000) == kWebhookMostRetryMs);
}

TEST_CASE("traces: a span as a collector reads it") {
  auto ids = some_ids();
  TraceSpan span;
  span.model = ModelId{4};
  span.project = ProjectId{9};
  span.exchange = ExchangeId{8};
  span.at = 1'700'000'000'000;
  span.whole_ms = 250;
  span.measured = true;
  span.input_tokens = 3;
  span.state = gateway::ExchangeState::incomplete;
  auto text = otlp_json({&span, 1}, ids);
  REQUIRE(parse_json(text));
  auto has = [&](std::string_view part) { return text.find(part) != std::string::npos; };
  CHECK(has("\"name\":\"chat " + ids.show(ModelId{4}) + '"'));
  CHECK(
      has(R"("startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000250000000")"));
  CHECK(has(R"({"key":"gen_ai.usage.input_tokens","value":{"intValue":"3"}})"));
  CHECK(has(R"({"key":"error.type","value":{"stringValue":"incomplete"}})"));
  CHECK(has(R"("status":{"code":2})"));
  span.measured = false;
  span.state = gateway::ExchangeState::complete;
  auto other = otlp_json({&span, 1}, ids);
  CHECK(other.find("usage") == std::string::npos);
  CHECK(other.find("error") == std::string::npos);
}

}  // namespace
}  // namespace guildhall::room
