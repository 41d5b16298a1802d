#include "gateway/dialects/translate.h"

#include <algorithm>

#include "base/limits.h"
#include "gateway/dialects/translate_rules.h"

namespace guildhall::gateway {
namespace {

bool asks_for_nothing(const RawJson& value) {
  if (!value || value.is_false()) return true;
  if (value.is_number()) return value.number() == 0;
  return (value.is_array() && value.items().empty()) ||
         (value.is_object() && value.members().empty());
}

}  // namespace

Result<> check_carried(std::span<const CarryRule> rules, const RawJson& object,
                       std::string_view at) {
  for (const auto& member : object.members()) {
    const auto rule =
        std::ranges::find_if(rules, [&](const CarryRule& one) { return member.key.is(one.name); });
    if (rule != rules.end() && rule->carry != Carry::unset) continue;
    if (asks_for_nothing(member.value)) continue;
    return not_carried("The model's provider has no word for this member.",
                       fmt::format("{}/{}", at, clipped(member.key.decoded(), kMaxUpstreamWord)));
  }
  return {};
}

std::optional<InlineData> parse_data_url(const RawJson& url) {
  const std::string text = url.decoded();
  const std::size_t comma = text.find(',');
  constexpr std::string_view kScheme = "data:";
  constexpr std::string_view kEncoding = ";base64";
  if (comma == std::string::npos || !text.starts_with(kScheme)) return std::nullopt;
  std::string type = text.substr(kScheme.size(), comma - kScheme.size());
  if (!type.ends_with(kEncoding)) return std::nullopt;
  type.resize(type.size() - kEncoding.size());
  return InlineData{std::move(type), text.substr(comma + 1)};
}

Result<std::string> translate_request(const Request& request, Dialect to, const Rewrite& how) {
  if (dialect_of(request.operation()) == to) return request.for_upstream(how);
  if (request.operation() == Operation::chat && to == Dialect::messages) {
    return request_to_messages(request, how);
  }
  if (request.operation() == Operation::messages && to == Dialect::chat) {
    return request_to_chat(request, how);
  }
  return not_carried("The model's provider does not speak this dialect.", "");
}

}  // namespace guildhall::gateway
