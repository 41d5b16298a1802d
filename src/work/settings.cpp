#include "work/settings.h"

#include <fmt/format.h>

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

constexpr NumberRule kNumbers[] = {
    {"overlap", &Settings::overlap, 1, 100, true},
    {"lease_s", &Settings::lease_s, 1, 604'800, true},
    {"max_open", &Settings::max_open, 1, 50, true},
    {"review_percent", &Settings::review_percent, 0, 100, true},
    {"gold_percent", &Settings::gold_percent, 0, 50, false},
    {"quota", &Settings::quota, 0, 1'000'000'000, true},
    {"return_s", &Settings::return_s, 60, 2'592'000, true},
};

constexpr FlagRule kFlags[] = {
    {"adjudicate", &Settings::adjudicate},
    {"gold_feedback", &Settings::gold_feedback},
    {"show_suggestions", &Settings::show_suggestions},
    {"guidelines_required", &Settings::guidelines_required},
    {"offline", &Settings::offline},
    {"preload", &Settings::preload},
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
  out.end_object();
  return out.take();
}

}  // namespace guildhall::work
