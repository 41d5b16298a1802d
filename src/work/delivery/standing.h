// Which answer stands for a task in a trainer's format: the adjudicated one, else the one that the
// posterior has where the delivery asks for it, else the majority's.
//
// Concurrency: pure. Limits: none of its own.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "work/delivery/delivery.h"

namespace guildhall::work {

// The last adjudicated submission; nullptr if there is none.
const DeliverySubmission* adjudicated(const DeliveryTask& task);

// The choice of `question` that most submissions made (a string member of the answers), the most
// probable one, or the adjudicated one. Empty where the lead is shared, or nobody answered.
Result<std::string_view> standing_choice(const DeliveryTask& task, std::string_view question);

// Of a preference task: its responses and which of them is preferred, or why none is.
struct Preferred {
  const json::array* responses = nullptr;
  std::size_t index = 0;
  std::optional<Drop> dropped;
};
Result<Preferred> standing_preference(const DeliveryTask& task);

// For written answers, where a majority has no meaning: the adjudicated one, else the answer that
// most submissions gave word for word, the earliest among equals.
const DeliverySubmission& standing_text(const DeliveryTask& task);

}  // namespace guildhall::work
