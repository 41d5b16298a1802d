#include "work/presentation.h"

#include <numeric>
#include <utility>

#include "base/random.h"

namespace guildhall::work {

std::vector<std::int64_t> shown_order(std::int64_t seed, std::size_t count) {
  std::vector<std::int64_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  SeededRandom random(static_cast<std::uint64_t>(seed));
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

std::string presentation_json(std::int64_t seed, std::size_t count) {
  std::string out = R"({"order":[)";
  for (auto place : shown_order(seed, count)) {
    if (out.back() != '[') out += ',';
    out += std::to_string(place);
  }
  return out += "]}";
}

std::string presentation_json(std::int64_t seed, std::string_view template_kind,
                              const json::value& data) {
  const auto* responses = template_kind == "preference" ? find_array(data, "responses") : nullptr;
  return presentation_json(seed, responses ? responses->size() : 0);
}

}  // namespace guildhall::work
