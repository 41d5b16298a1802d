// `trl-sft` and `openai-sft`: a prompt and the answer that stands for the task; of a trajectory
// that reached its goal, the whole run up to the assistant's last message.
#include "work/delivery/dialogue_lines.h"
#include "work/delivery/formats.h"
#include "work/delivery/messages.h"
#include "work/delivery/standing.h"

namespace guildhall::work {
namespace {

class SftFormat final : public DeliveryFormat {
 public:
  explicit SftFormat(Dialect dialect) : dialect_(dialect) {}

  bool tells_dialogues() const override { return true; }

 private:
  Result<Outcome> write(const DeliveryTask& task, std::string& out) override {
    if (task.template_kind == "trajectory") return write_run(task, out);
    if (task.template_kind == "dialogue") return write_dialogues(task, out);
    const json::value& data = *TRY(task.data.value());
    Talk prompt = talk_of(find(data, "prompt"));
    Talk completion;
    if (task.template_kind == "preference") {
      const Preferred preferred = TRY(standing_preference(task));
      if (preferred.dropped) return drop(*preferred.dropped);
      completion = talk_of(&(*preferred.responses)[preferred.index]);
    } else {
      const json::value& answers = *TRY(standing_text(task).answers.value());
      const bool authored = task.template_kind == "authoring";
      if (authored) prompt = talk_of(find(answers, "prompt"));
      completion = talk_of(find(answers, authored ? "ideal" : "response"));
    }
    if (!prompt || !ends_with_assistant(completion)) return drop(Drop::not_applicable);
    const bool written = dialect_ == Dialect::trl ? write_trl(out, data, prompt, completion)
                                                  : write_openai(out, data, prompt, completion);
    return written ? lines(1) : drop(Drop::not_applicable);
  }

  Result<Outcome> write_run(const DeliveryTask& task, std::string& out) const {
    const std::string_view overall = TRY(standing_choice(task, "overall"));
    if (overall.empty()) return drop(Drop::no_majority);
    if (overall != "success") return drop(Drop::failed_run);
    const json::value& data = *TRY(task.data.value());
    const Talk run = up_to_assistant(talk_of(find(data, "messages")));
    MessageWriter writer(dialect_);
    out += "{\"messages\":[";
    if (!writer.append(out, run, "assistant")) return drop(Drop::not_applicable);
    out += ']';
    end_line(out, data);
    return lines(1);
  }

  Result<Outcome> write_dialogues(const DeliveryTask& task, std::string& out) const {
    std::int64_t written = 0;
    for (const auto& submission : task.submissions) {
      if (written == left()) break;
      const auto path = TRY(dialogue_path(submission));
      if (!path) continue;
      out += "{\"messages\":[";
      MessageWriter(dialect_).append(out, talk_in(*path), "user");
      out += "]}\n";
      ++written;
    }
    return written > 0 ? lines(written) : drop(Drop::not_applicable);
  }

  // A run's tools, and for OpenAI whether calls may be parallel, which it takes with tools only.
  void end_line(std::string& out, const json::value& data) const {
    const std::size_t tools_at = out.size();
    append_tools(out, data);
    const bool has_tools = out.size() != tools_at;
    if (has_tools && dialect_ == Dialect::openai) out += ",\"parallel_tool_calls\":true";
    out += "}\n";
  }

  bool write_trl(std::string& out, const json::value& data, const Talk& prompt,
                 const Talk& completion) const {
    if (prompt.text != nullptr && completion.text != nullptr) {
      out += "{\"prompt\":";
      write_json_string(out, view(*prompt.text));
      out += ",\"completion\":";
      write_json_string(out, view(*completion.text));
    } else {
      MessageWriter writer(Dialect::trl);
      out += "{\"prompt\":[";
      if (!writer.append(out, prompt, "user")) return false;
      out += "],\"completion\":[";
      if (!writer.append(out, completion, "assistant")) return false;
      out += ']';
    }
    end_line(out, data);
    return true;
  }

  bool write_openai(std::string& out, const json::value& data, const Talk& prompt,
                    const Talk& completion) const {
    MessageWriter writer(Dialect::openai);
    out += "{\"messages\":[";
    if (!writer.append(out, prompt, "user")) return false;
    out += ',';
    if (!writer.append(out, completion, "assistant")) return false;
    out += ']';
    end_line(out, data);
    return true;
  }

  Dialect dialect_;
};

}  // namespace

std::unique_ptr<DeliveryFormat> make_sft_format(Dialect dialect) {
  return std::make_unique<SftFormat>(dialect);
}

}  // namespace guildhall::work
