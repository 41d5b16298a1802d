// A model's terms as JSON: as they are shown, given and stored.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "gateway/models.h"
#include "gateway/terms.h"

namespace guildhall::gateway {
namespace {

std::unexpected<Error> bad_model(std::string what, std::string field) {
  return fail(Fault::invalid, "bad-model", std::move(what), std::move(field));
}

// Only these members, so that a slip of the pen is no silent default.
const json::object* closed_object(const json::value& value,
                                  std::initializer_list<std::string_view> names) {
  const json::object* object = value.if_object();
  if (object == nullptr) return nullptr;
  bool known = std::ranges::all_of(*object, [&](const auto& member) {
    return std::ranges::find(names, std::string_view(member.key())) != names.end();
  });
  return known ? object : nullptr;
}

std::string text_of(const json::value& object, std::string_view name) {
  const json::string* text = find_string(object, name);
  return text == nullptr ? std::string() : std::string(view(*text));
}

Result<std::optional<Price>> read_price(const json::value& target, const std::string& field) {
  const json::value* given = find(target, "price");
  if (given == nullptr || given->is_null()) return std::optional<Price>();
  auto input = bounded(*given, "input", -1, kMaxTokenPrice);
  auto output = bounded(*given, "output", -1, kMaxTokenPrice);
  auto cached = bounded(*given, "cached_input", input.value_or(0), kMaxTokenPrice);
  bool known = closed_object(*given, {"input", "cached_input", "output"}) != nullptr;
  if (known && input.value_or(-1) >= 0 && cached && output.value_or(-1) >= 0) {
    return std::optional(Price{*input, *cached, *output});
  }
  return bad_model(
      "A price has input, output and perhaps cached_input: millionths of the currency"
      " for a million tokens.",
      field + "/price");
}

Result<Target> read_target(const json::value& value, const std::string& field) {
  const auto* object = closed_object(
      value, {"peer", "dialect", "model", "price", "default_output", "most_output", "context"});
  if (object == nullptr) return bad_model("A target is an object of known members.", field);
  Target out;
  out.peer = text_of(value, "peer");
  out.model = text_of(value, "model");
  if (!is_name(out.peer)) return bad_model("Which peer serves it?", field + "/peer");
  if (!is_name(out.model)) return bad_model("What is it called there?", field + "/model");
  auto dialect = text_of(value, "dialect");
  if (dialect != "openai" && dialect != "anthropic") {
    return bad_model("dialect is openai or anthropic.", field + "/dialect");
  }
  out.dialect = dialect == "openai" ? Vendor::openai : Vendor::anthropic;
  out.price = TRY(read_price(value, field));
  auto otherwise = bounded(value, "default_output", 0, kMaxExchangeTokens);
  auto ceiling = bounded(value, "most_output", 0, kMaxExchangeTokens);
  auto context = bounded(value, "context", 0, kMaxExchangeTokens);
  if (!otherwise || !ceiling || !context) {
    return bad_model("default_output, most_output and context are numbers of tokens.", field);
  }
  out.output = {*otherwise, *ceiling};
  out.context = *context;
  return out;
}

void write_target(JsonWriter& out, const Target& target) {
  out.begin_object().field("peer", target.peer).field("dialect", word(target.dialect));
  out.field("model", target.model).key("price");
  if (target.price) {
    out.begin_object().field("input", target.price->input);
    out.field("cached_input", target.price->cached_input);
    out.field("output", target.price->output).end_object();
  } else {
    out.null();
  }
  out.field("default_output", target.output.otherwise);
  out.field("most_output", target.output.ceiling).field("context", target.context).end_object();
}

}  // namespace

std::string_view word(Vendor dialect) { return dialect == Vendor::openai ? "openai" : "anthropic"; }

bool is_currency(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::optional<std::int64_t> bounded(const json::value& object, std::string_view name,
                                    std::int64_t otherwise, std::int64_t most) {
  const json::value* given = find(object, name);
  if (given == nullptr || given->is_null()) return otherwise;
  auto number = as_int(*given);
  if (!number || *number < 0 || *number > most) return std::nullopt;
  return number;
}

void write_rates(JsonWriter& out, const Rates& rates) {
  out.field("requests_per_minute", rates.requests).field("tokens_per_minute", rates.tokens);
}

std::optional<Rates> read_rates(const json::value& object) {
  auto requests = bounded(object, "requests_per_minute", 0, kMaxBudgetAmount);
  auto tokens = bounded(object, "tokens_per_minute", 0, kMaxBudgetAmount);
  if (!requests || !tokens) return std::nullopt;
  return Rates{*requests, *tokens};
}

std::string to_text(const ModelTerms& terms) {
  JsonWriter out;
  out.begin_object().field("name", terms.name).field("currency", terms.currency);
  write_rates(out, terms.rates);
  out.key("targets").begin_array();
  for (const auto& target : terms.targets) write_target(out, target);
  out.end_array().end_object();
  return out.take();
}

Result<ModelTerms> read_model_terms(const json::value& value) {
  const auto* object = closed_object(
      value, {"name", "currency", "requests_per_minute", "tokens_per_minute", "targets"});
  if (object == nullptr) return bad_model("A model is an object of known members.", "");
  ModelTerms out;
  out.name = text_of(value, "name");
  out.currency = text_of(value, "currency");
  if (!is_name(out.name)) return bad_model("A name of 1 to 128 bytes.", "/name");
  if (!is_currency(out.currency)) return bad_model("A currency such as USD.", "/currency");
  auto rates = read_rates(value);
  if (!rates) return bad_model("A rate is a whole number.", "/requests_per_minute");
  out.rates = *rates;
  const json::array* targets = find_array(value, "targets");
  if (targets == nullptr || targets->empty() || targets->size() > kMaxTargets) {
    return bad_model(fmt::format("1 to {} targets.", kMaxTargets), "/targets");
  }
  for (std::size_t i = 0; i < targets->size(); ++i) {
    out.targets.push_back(TRY(read_target((*targets)[i], fmt::format("/targets/{}", i))));
  }
  return out;
}

Result<ModelTerms> patch(const ModelTerms& terms, const json::object& changes) {
  json::value whole = TRY(parse_json(to_text(terms)));
  for (const auto& [name, value] : changes) whole.get_object()[name] = value;
  return read_model_terms(whole);
}

}  // namespace guildhall::gateway
