// Models: names that the room's people and programs use, each with the targets that stand behind
// it, in order of fall-back. A target names its peer (a provider's server, which those who carry
// bytes know), speaks a dialect, and has a price. All of it is content of the room; a model is
// found by the blind index of its name.
//
// Concurrency: functions with a Tx as the Tx; the others are one transaction, from any thread.
// Limits: kMaxModels, kMaxTargets, kMaxModelName, kMaxTokenPrice.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "gateway/context.h"
#include "gateway/price.h"

namespace guildhall::gateway {

enum class Dialect : unsigned char { openai, anthropic };
std::string_view word(Dialect dialect);

struct Target {
  std::string peer;
  Dialect dialect = Dialect::openai;
  std::string model;  // the provider's own name of it
  std::optional<Price> price;
  OutputBounds output;
  std::int64_t context = 0;  // tokens; 0: not known
};

// Rates: at most so much a minute, of everybody together; 0: no bound.
struct Rates {
  std::int64_t requests = 0;
  std::int64_t tokens = 0;
};

struct ModelTerms {
  std::string name;
  std::string currency;  // of its prices, ISO 4217
  Rates rates;
  std::vector<Target> targets;
};

// As it is shown and stored, and back. Error: invalid/"bad-model", naming the member.
std::string to_text(const ModelTerms& terms);
Result<ModelTerms> read_model_terms(const json::value& value);
// Member by member over `terms`.
Result<ModelTerms> patch(const ModelTerms& terms, const json::object& changes);

struct Model {
  ModelId id;
  std::int64_t version = 1;
  TimeMs created_at = 0;
  ModelTerms terms;
};

// Errors: conflict/"model-exists", "too-many-models"; invalid/"bad-model".
Result<Model> create_model(const Context& ctx, MemberId actor, const ModelTerms& terms);
// Error: not_found/"no-model".
Result<Model> change_model(const Context& ctx, MemberId actor, ModelId id,
                           const json::object& changes);
Result<void> remove_model(const Context& ctx, MemberId actor, ModelId id);

Result<std::vector<Model>> list_models(store::Tx& tx, const Context& ctx);  // by name
Result<std::optional<Model>> find_model(store::Tx& tx, const Context& ctx, std::string_view name);
Result<Model> model_of(store::Tx& tx, const Context& ctx, ModelId id);

// Three capital letters.
bool is_currency(std::string_view text);
// A whole number of 0 to `most`, or what stands for its absence; nothing for anything else.
std::optional<std::int64_t> bounded(const json::value& object, std::string_view name,
                                    std::int64_t otherwise, std::int64_t most);
// requests_per_minute, tokens_per_minute.
void write_rates(JsonWriter& out, const Rates& rates);
std::optional<Rates> read_rates(const json::value& object);

}  // namespace guildhall::gateway
