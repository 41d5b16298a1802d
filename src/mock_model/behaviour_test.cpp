#include "mock_model/behaviour.h"

#include <doctest/doctest.h>

namespace guildhall::mock_model {
namespace {

TEST_CASE("mock: a model's name chooses how it answers") {
  Behaviour defaults;
  defaults.tokens = 7;
  auto plain = parse_behaviour("mock-a", defaults);
  REQUIRE(plain);
  CHECK(plain->voice == "mock-a");
  CHECK(plain->tokens == 7);
  auto all = parse_behaviour(
      "mock:latency=50,token=20,tokens=64,cut=40,error=429,retry-after=2,stall=10,no-terminal,"
      "reset,garbage,status=500-times=2,parallel-tools=2,thinking,usage=none,malformed-json,"
      "huge=1000,slow-headers=5,echo,numbered,obey,error-event=3,redirect=http://a.test/b,c=d",
      defaults);
  REQUIRE(all);
  CHECK(all->latency_ms == 50);
  CHECK(all->token_ms == 20);
  CHECK(all->tokens == 64);
  CHECK(all->cut == 40);
  CHECK(all->error == 429);
  CHECK(all->retry_after == 2);
  CHECK(all->stall == 10);
  CHECK(all->reset == 0);
  CHECK(all->error_event == 3);
  CHECK(all->status == 500);
  CHECK(all->times == 2);
  CHECK(all->parallel_tools == 2);
  CHECK_FALSE(all->usage);
  CHECK(all->huge == 1'000);
  CHECK(all->slow_headers_ms == 5);
  CHECK(all->redirect == "http://a.test/b,c=d");
  for (bool word : {all->no_terminal, all->garbage, all->thinking, all->malformed_json, all->echo,
                    all->numbered, all->obey}) {
    CHECK(word);
  }
  CHECK(parse_behaviour("mock:json={\"a\":[1,2]}", {})->json == "{\"a\":[1,2]}");
}

TEST_CASE("mock: what a name may not say is refused by its item") {
  for (const char* bad :
       {"surprise", "tokens", "tokens=", "tokens=-1", "tokens=9x", "echo=1", "error=200",
        "status=500-times=", "usage=some", "latency=99999999999", "cut=a", ""}) {
    CAPTURE(bad);
    auto parsed = parse_behaviour(std::string("mock:thinking,") + bad + ",echo", {});
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().detail.find(bad) != std::string::npos);
  }
  CHECK_FALSE(parse_behaviour("mock:redirect=", {}));
}

}  // namespace
}  // namespace guildhall::mock_model
