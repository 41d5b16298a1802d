#include "work/settings.h"

#include <fmt/format.h>

#include <algorithm>

namespace guildhall::work {
namespace {

struct NumberRule {
  std::string_view name;
  std::int64_t Settings::* member;
  std::int64_t least;
  std::int64_t most;
  bool experts_see;
};

struct FlagRule {
  std::string_view name;
  bool Settings::* member;
};

struct TextRule {
  std::string_view name;
  std::string Settings::* member;
  bool (*fits)(std::string_view text);
  std::string_view says;
};

bool is_currency(std::string_view text) {
  return text.size() == 3 &&
         std::ranges::all_of(text, [](char letter) { return letter >= 'A' && letter <= 'Z'; });
}

bool is_pay_unit(std::string_view text) { return text == "hour" || text == "task"; }

constexpr NumberRule kNumbers[] = {
    {"overlap", &Settings::overlap, 1, 100, true},
    {"overlap_floor", &Settings::overlap_floor, 0, 100, true},
    {"lease_s", &Settings::lease_s, 1, 604'800, true},
    {"max_open", &Settings::max_open, 1, 50, true},
    {"review_percent", &Settings::review_percent, 0, 100, true},
    {"gold_percent", &Settings::gold_percent, 0, 50, false},
    {"quota", &Settings::quota, 0, 1'000'000'000, true},
    {"return_s", &Settings::return_s, 60, 2'592'000, true},
    {"undo_s", &Settings::undo_s, 0, 60, true},
    {"pay_minor", &Settings::pay_minor, 0, 1'000'000'000, true},
};

constexpr FlagRule kFlags[] = {
    {"adjudicate", &Settings::adjudicate},
    {"gold_feedback", &Settings::gold_feedback},
    {"show_suggestions", &Settings::show_suggestions},
    {"guidelines_required", &Settings::guidelines_required},
    {"offline", &Settings::offline},
    {"preload", &Settings::preload},
};

constexpr TextRule kTexts[] = {
    {"pay_currency", &Settings::pay_currency, is_currency, "three capital letters (ISO 4217)"},
    {"pay_per", &Settings::pay_per, is_pay_unit, "\"hour\" or \"task\""},
};

Result<void> apply(Settings& settings, std::string_view name, const json::value& value) {
  std::string field = fmt::format("/settings/{}", name);
  for (const auto& rule : kNumbers) {
    if (rule.name != name) continue;
    auto number = as_int(value);
    if (!number || *number < rule.least || *number > rule.most) {
      return fail(Fault::invalid, "invalid-setting",
                  fmt::format("{} is a whole number from {} to {}.", name, rule.least, rule.most),
                  field);
    }
    settings.*rule.member = *number;
    return {};
  }
  for (const auto& rule : kFlags) {
    if (rule.name != name) continue;
    const bool* flag = value.if_bool();
    if (!flag) {
      return fail(Fault::invalid, "invalid-setting", fmt::format("{} is true or false.", name),
                  field);
    }
    settings.*rule.member = *flag;
    return {};
  }
  for (const auto& rule : kTexts) {
    if (rule.name != name) continue;
    const auto* text = value.if_string();
    if (!text || !rule.fits(view(*text))) {
      return fail(Fault::invalid, "invalid-setting", fmt::format("{} is {}.", name, rule.says),
                  field);
    }
    settings.*rule.member = view(*text);
    return {};
  }
  return fail(Fault::invalid, "unknown-setting", "There is no such setting.", field);
}

}  // namespace

Result<Settings> patch_settings(const Settings& base, const json::value& patch) {
  const auto* members = patch.if_object();
  if (!members) {
    return fail(Fault::invalid, "invalid-setting", "Settings are an object.", "/settings");
  }
  Settings settings = base;
  for (const auto& member : *members) {
    TRY(apply(settings, {member.key().data(), member.key().size()}, member.value()));
  }
  return settings;
}

std::string settings_json(const Settings& settings, bool for_expert) {
  JsonWriter out;
  out.begin_object();
  for (const auto& rule : kNumbers) {
    if (!for_expert || rule.experts_see) out.field(rule.name, settings.*rule.member);
  }
  for (const auto& rule : kFlags) out.field(rule.name, settings.*rule.member);
  for (const auto& rule : kTexts) out.field(rule.name, settings.*rule.member);
  out.end_object();
  return out.take();
}

}  // namespace guildhall::work
