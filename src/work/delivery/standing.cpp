#include "work/delivery/standing.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace guildhall::work {

const DeliverySubmission* adjudicated(const DeliveryTask& task) {
  const DeliverySubmission* found = nullptr;
  for (const auto& submission : task.submissions) {
    if (submission.adjudicated) found = &submission;
  }
  return found;
}

Result<std::string_view> standing_choice(const DeliveryTask& task, std::string_view question) {
  if (const DeliverySubmission* final_one = adjudicated(task)) {
    const json::string* choice = find_string(*TRY(final_one->answers.value()), question);
    return choice != nullptr ? view(*choice) : std::string_view{};
  }
  if (task.posterior && task.posterior->question == question) return task.posterior->label;
  std::vector<std::pair<std::string_view, std::size_t>> votes;
  for (const auto& submission : task.submissions) {
    const json::string* choice = find_string(*TRY(submission.answers.value()), question);
    if (choice == nullptr) continue;
    auto at =
        std::ranges::find_if(votes, [&](const auto& vote) { return vote.first == view(*choice); });
    if (at == votes.end()) at = votes.insert(votes.end(), {view(*choice), 0});
    ++at->second;
  }
  std::string_view leader;
  std::size_t most = 0;
  for (const auto& [choice, count] : votes) {
    if (count == most) leader = {};
    if (count <= most) continue;
    leader = choice;
    most = count;
  }
  return leader;
}

Result<Preferred> standing_preference(const DeliveryTask& task) {
  const std::string_view choice = TRY(standing_choice(task, "choice"));
  if (choice.empty()) return Preferred{.dropped = Drop::no_majority};
  if (choice == "tie") return Preferred{.dropped = Drop::tie};
  if (choice == "both_bad") return Preferred{.dropped = Drop::both_bad};
  const json::array* responses = find_array(*TRY(task.data.value()), "responses");
  const auto index = static_cast<std::size_t>(choice.front() - 'a');
  if (responses == nullptr || choice.size() != 1 || index >= responses->size()) {
    return Preferred{.dropped = Drop::not_applicable};
  }
  return Preferred{responses, index, std::nullopt};
}

const DeliverySubmission& standing_text(const DeliveryTask& task) {
  if (const DeliverySubmission* final_one = adjudicated(task)) return *final_one;
  const DeliverySubmission* best = nullptr;
  std::ptrdiff_t most = 0;
  for (const auto& submission : task.submissions) {
    const auto same = std::ranges::count_if(task.submissions, [&](const auto& other) {
      return other.answers.text() == submission.answers.text();
    });
    const bool earlier = best != nullptr && submission.submitted_at_ms < best->submitted_at_ms;
    if (same > most || (same == most && earlier)) {
      best = &submission;
      most = same;
    }
  }
  return *best;
}

}  // namespace guildhall::work
