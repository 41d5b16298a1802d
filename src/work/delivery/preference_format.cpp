// `trl-preference` and `openai-preference`: the chosen response against each of the others.
#include "work/delivery/dialogue_lines.h"
#include "work/delivery/formats.h"
#include "work/delivery/messages.h"
#include "work/delivery/standing.h"

namespace guildhall::work {
namespace {

class PreferenceFormat final : public DeliveryFormat {
 public:
  explicit PreferenceFormat(Dialect dialect) : dialect_(dialect) {}

  bool tells_dialogues() const override { return true; }

 private:
  Result<Outcome> write(const DeliveryTask& task, std::string& out) override {
    if (task.template_kind == "dialogue") return write_dialogues(task, out);
    const Preferred preferred = TRY(standing_preference(task));
    if (preferred.dropped) return drop(*preferred.dropped);
    const json::value& data = *TRY(task.data.value());
    const Talk prompt = talk_of(find(data, "prompt"));
    if (!prompt) return drop(Drop::not_applicable);
    const std::size_t chosen = preferred.index;
    std::vector<Talk> talks;
    for (const json::value& response : *preferred.responses) talks.push_back(talk_of(&response));
    for (const Talk& talk : talks) {
      const bool one = dialect_ == Dialect::trl || message_count(talk) == 1;
      if (!ends_with_assistant(talk) || !one) return drop(Drop::not_applicable);
    }
    std::int64_t written = 0;
    for (std::size_t other = 0; other < talks.size(); ++other) {
      if (other == chosen) continue;
      if (written == left()) break;
      if (!TRY(write_pair(out, task, prompt, talks[chosen], talks[other]))) {
        return drop(Drop::not_applicable);
      }
      ++written;
    }
    return lines(written);
  }

  Result<Outcome> write_dialogues(const DeliveryTask& task, std::string& out) const {
    std::int64_t written = 0;
    for (const auto& submission : task.submissions) {
      for (const auto& pair : TRY(dialogue_pairs(submission))) {
        if (written == left()) break;
        TRY(write_pair(out, task, talk_in(pair.prompt), talk_in(pair.chosen),
                       talk_in(pair.rejected)));
        ++written;
      }
    }
    return written > 0 ? lines(written) : drop(Drop::not_applicable);
  }

  Result<bool> write_pair(std::string& out, const DeliveryTask& task, const Talk& prompt,
                          const Talk& chosen, const Talk& rejected) const {
    const json::value& data = *TRY(task.data.value());
    if (dialect_ == Dialect::openai) return write_openai(out, data, prompt, chosen, rejected);
    if (prompt.text != nullptr && chosen.text != nullptr && rejected.text != nullptr) {
      out += "{\"prompt\":";
      write_json_string(out, view(*prompt.text));
      out += ",\"chosen\":";
      write_json_string(out, view(*chosen.text));
      out += ",\"rejected\":";
      write_json_string(out, view(*rejected.text));
    } else {
      MessageWriter before(dialect_);
      out += "{\"prompt\":[";
      if (!before.append(out, prompt, "user")) return false;
      out += "],\"chosen\":[";
      if (!MessageWriter(before).append(out, chosen, "assistant")) return false;
      out += "],\"rejected\":[";
      if (!MessageWriter(before).append(out, rejected, "assistant")) return false;
      out += ']';
    }
    append_tools(out, data);
    if (task.posterior && task.posterior->question == "choice") {
      out += ",\"weight\":";  // of what was chosen; what a person settled is not doubted
      append_probability(out, adjudicated(task) ? 1 : task.posterior->p);
    }
    out += "}\n";
    return true;
  }

  static bool write_openai(std::string& out, const json::value& data, const Talk& prompt,
                           const Talk& chosen, const Talk& rejected) {
    MessageWriter before(Dialect::openai);
    out += "{\"input\":{\"messages\":[";
    if (!before.append(out, prompt, "user")) return false;
    out += ']';
    const std::size_t tools_at = out.size();
    append_tools(out, data);
    if (out.size() == tools_at) out += ",\"tools\":[]";
    out += ",\"parallel_tool_calls\":true},\"preferred_output\":[";
    if (!MessageWriter(before).append(out, chosen, "assistant")) return false;
    out += "],\"non_preferred_output\":[";
    if (!MessageWriter(before).append(out, rejected, "assistant")) return false;
    out += "]}\n";
    return true;
  }

  Dialect dialect_;
};

}  // namespace

std::unique_ptr<DeliveryFormat> make_preference_format(Dialect dialect) {
  return std::make_unique<PreferenceFormat>(dialect);
}

}  // namespace guildhall::work
