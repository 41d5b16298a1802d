// What a request may cost at most, and what it did cost. Pure.
//
// Before it is sent: the most that its input can be (a bound by bytes, the reader's), at the dearer
// of the two input prices, and the most output that it may give, times the choices it asks for.
// Where a price or a bound of the output is not known there is no such number: refused.
//
// After it: by the provider's usage where that came. What the provider did not say is bounded by
// what is known: input by its bound before; output by the bytes that were streamed (no token is
// shorter than a byte), not less than the provider has said so far, and not more than was asked
// for. A request that never left, or that the provider refused, cost nothing.
//
// Concurrency: values. Limits: kMaxTokenPrice, kMaxExchangeTokens; costs are rounded up to a
// millionth.
#pragma once

#include <optional>

#include "base/result.h"
#include "gateway/amount.h"

namespace guildhall::gateway {

// In millionths of a currency, for a million tokens.
struct Price {
  std::int64_t input = 0;
  std::int64_t cached_input = 0;
  std::int64_t output = 0;
  friend bool operator==(const Price&, const Price&) = default;
};

struct OutputBounds {
  std::int64_t otherwise = 0;  // where a request names none; 0: then it is refused
  std::int64_t ceiling = 0;    // more is never asked for; 0: none
};

// What a reader knows of a request.
struct Ask {
  std::int64_t input_bound = 0;  // tokens
  std::optional<std::int64_t> most_output;
  std::int64_t choices = 1;
};

// What the request is sent with, and reserved for.
struct WorstCase {
  std::int64_t input_bound = 0;
  std::int64_t most_output = 0;  // of each choice: what is asked of the provider
  std::int64_t choices = 1;
  Amount amount;
};

// Errors: conflict/"unknown-price", invalid/"no-output-bound", too_large/"context-too-long" (a
// `context` of 0 is not known).
Result<WorstCase> worst_case(const Ask& ask, const std::optional<Price>& price,
                             const OutputBounds& bounds, std::int64_t context);

// Tokens as the provider counts them; `cached` is part of `input`.
struct Usage {
  std::int64_t input = 0;
  std::int64_t cached = 0;
  std::int64_t output = 0;
  friend bool operator==(const Usage&, const Usage&) = default;
};

enum class Ending : unsigned char {
  answered,  // to its end
  cut,       // something came, or may have been done
  refused,   // the provider said no
  unsent,
};

// What is known when it is over.
struct Outcome {
  Ending ending = Ending::unsent;
  std::optional<std::int64_t> input;  // as far as the provider said
  std::optional<std::int64_t> cached;
  std::optional<std::int64_t> output;
  bool final_usage = false;         // what it said is its last word
  std::int64_t streamed_bytes = 0;  // of output, as the translator counted
};

struct Settled {
  Usage usage;
  Amount amount;
  bool measured = false;  // all of it by the provider's word
};
Settled settle(const Outcome& outcome, const WorstCase& worst, const Price& price);

std::int64_t cost_of(const Usage& usage, const Price& price);

}  // namespace guildhall::gateway
