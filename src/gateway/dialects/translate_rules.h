// What translations share: lists of the members that they carry, and what is said of the others.
//
// Concurrency: pure. Limits: none.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "gateway/dialects/errors.h"
#include "gateway/dialects/raw_json.h"
#include "gateway/dialects/request.h"

namespace guildhall::gateway {

enum class Carry : unsigned char {
  carried,
  left_out,  // changes nothing that the model does
  unset,     // left out where it asks for nothing: null, false, 0, empty; otherwise refused
};

struct CarryRule {
  std::string_view name;
  Carry carry = Carry::carried;
};

inline std::unexpected<Error> not_carried(std::string why, std::string at) {
  return fail(Fault::invalid, kNotTranslatable, std::move(why), std::move(at));
}

// Error: invalid/"not-translatable" for the first member that a closed list does not let go.
Result<> check_carried(std::span<const CarryRule> rules, const RawJson& object,
                       std::string_view at);

// "data:TYPE;base64,DATA" in its two parts.
struct InlineData {
  std::string type, data;
};
std::optional<InlineData> parse_data_url(const RawJson& url);

Result<std::string> request_to_messages(const Request& request, const Rewrite& how);
Result<std::string> request_to_chat(const Request& request, const Rewrite& how);

}  // namespace guildhall::gateway
