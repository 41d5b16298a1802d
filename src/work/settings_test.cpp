#include "work/settings.h"

#include <doctest/doctest.h>

namespace guildhall::work {
namespace {

json::value patch_of(std::string_view text) { return *parse_json(text); }

}  // namespace

TEST_CASE("settings: a patch goes over what was there, and comes back from its JSON") {
  auto first = patch_settings({}, patch_of(R"({"overlap": 3, "pay_minor": 4250,
      "pay_currency": "GBP"})"));
  REQUIRE(first);
  auto second = patch_settings(*first, patch_of(R"({"pay_per": "task", "undo_s": 0})"));
  REQUIRE(second);
  CHECK(second->overlap == 3);
  CHECK(second->pay_minor == 4250);
  CHECK(second->pay_currency == "GBP");
  CHECK(second->pay_per == "task");
  CHECK(second->undo_s == 0);
  auto again = patch_settings({}, patch_of(settings_json(*second, false)));
  REQUIRE(again);
  CHECK(settings_json(*again, false) == settings_json(*second, false));
}

TEST_CASE("settings: experts see the rate, and no share of check tasks") {
  auto seen = settings_json({}, true);
  CHECK(seen.find("gold_percent") == std::string::npos);
  CHECK(seen.find(R"("pay_currency":"USD")") != std::string::npos);
}

TEST_CASE("settings: what breaks a rule is named") {
  for (std::string_view bad :
       {R"({"pay_currency": "usd"})", R"({"pay_currency": "EURO"})", R"({"pay_currency": 978})",
        R"({"pay_per": "day"})", R"({"pay_per": null})", R"({"pay_minor": 1.5})",
        R"({"pay_minor": -1})", R"({"undo_s": 61})", R"({"undo_s": true})", R"({"paid": 1})"}) {
    CAPTURE(bad);
    auto patch = patch_of(bad);
    auto settings = patch_settings({}, patch);
    REQUIRE_FALSE(settings);
    CHECK(settings.error().field == "/settings/" + std::string(patch.as_object().begin()->key()));
  }
}

}  // namespace guildhall::work
