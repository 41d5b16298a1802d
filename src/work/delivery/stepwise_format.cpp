// `trl-stepwise`: the steps of a solution and whether each is right. Ratings of +1 and 0 are
// true, -1 is false: a neutral step is no error, which is how PRM800K's own training took it.
#include <vector>

#include "work/delivery/formats.h"
#include "work/delivery/messages.h"
#include "work/delivery/standing.h"

namespace guildhall::work {
namespace {

// A stepwise prompt is a string. One user message is its text, a system message goes before it.
bool flat_prompt(const Talk& prompt, std::string& text) {
  if (prompt.text != nullptr) {
    text = view(*prompt.text);
    return true;
  }
  bool asked = false;
  for (const json::value& message : prompt.messages) {
    const json::string* role = find_string(message, "role");
    const json::string* content = find_string(message, "content");
    if (role == nullptr || content == nullptr || asked) return false;
    if (view(*role) != "user" && view(*role) != "system") return false;
    if (!text.empty()) text += "\n\n";
    text += view(*content);
    asked = view(*role) == "user";
  }
  return asked;
}

class StepwiseFormat final : public DeliveryFormat {
  Result<Outcome> write(const DeliveryTask& task, std::string& out) override {
    const json::value& data = *TRY(task.data.value());
    const json::array* steps = find_array(data, "steps");
    const Talk prompt = talk_of(find(data, "prompt"));
    std::string prompt_text;
    if (steps == nullptr || steps->empty() || !prompt || !flat_prompt(prompt, prompt_text)) {
      return drop(Drop::not_applicable);
    }
    TRY(collect_ratings(task));
    std::vector<bool> labels;
    for (std::size_t step = 0; step < steps->size(); ++step) {
      const Vote vote = vote_on(step);
      if ((vote.right + vote.wrong) * 2 <= ratings_.size()) break;  // most stopped before it
      if (vote.right == vote.wrong) return drop(Drop::no_majority);
      labels.push_back(vote.right > vote.wrong);
    }
    if (labels.empty()) return drop(Drop::not_applicable);
    out += "{\"prompt\":";
    write_json_string(out, prompt_text);
    out += ",\"completions\":[";
    for (std::size_t step = 0; step < labels.size(); ++step) {
      const Talk talk = talk_of(&(*steps)[step]);
      if (talk.text == nullptr) return drop(Drop::not_applicable);
      if (step > 0) out += ',';
      write_json_string(out, view(*talk.text));
    }
    out += "],\"labels\":[";
    for (std::size_t step = 0; step < labels.size(); ++step) {
      if (step > 0) out += ',';
      out += labels[step] ? "true" : "false";
    }
    out += "]}\n";
    return lines(1);
  }

  struct Vote {
    std::size_t right = 0;
    std::size_t wrong = 0;
  };

  Result<> collect_ratings(const DeliveryTask& task) {
    ratings_.clear();
    const DeliverySubmission* final_one = adjudicated(task);
    for (const auto& submission : task.submissions) {
      if (final_one != nullptr && &submission != final_one) continue;
      const json::array* ratings = find_array(*TRY(submission.answers.value()), "ratings");
      if (ratings != nullptr) ratings_.push_back(ratings);
    }
    return {};
  }

  Vote vote_on(std::size_t step) const {
    Vote vote;
    for (const json::array* ratings : ratings_) {
      if (step >= ratings->size()) continue;
      const auto rating = as_int((*ratings)[step]);
      if (rating) ++(*rating < 0 ? vote.wrong : vote.right);
    }
    return vote;
  }

  std::vector<const json::array*> ratings_;
};

}  // namespace

std::unique_ptr<DeliveryFormat> make_stepwise_format() {
  return std::make_unique<StepwiseFormat>();
}

}  // namespace guildhall::work
