// `openai-rft` and `healthbench`: a prompt and the rubric that its answers are graded by.
#include <algorithm>

#include "work/delivery/formats.h"
#include "work/delivery/messages.h"
#include "work/delivery/standing.h"

namespace guildhall::work {
namespace {

// Where the parts are: for `rubric` in the task's data, for `authoring` in the answers.
struct Parts {
  const json::value* data = nullptr;
  const json::value* answers = nullptr;  // authoring only
  Talk prompt;
  Talk ideal;  // authoring only
  const json::array* rubric = nullptr;
  bool complete() const { return prompt && rubric != nullptr && !rubric->empty(); }
};

Result<Parts> parts_of(const DeliveryTask& task) {
  Parts parts;
  parts.data = TRY(task.data.value());
  const bool authored = task.template_kind == "authoring";
  if (authored) parts.answers = TRY(standing_text(task).answers.value());
  const json::value& source = authored ? *parts.answers : *parts.data;
  parts.prompt = talk_of(find(source, "prompt"));
  parts.rubric = find_array(source, "rubric");
  if (authored) parts.ideal = talk_of(find(source, "ideal"));
  return parts;
}

std::string_view criterion_text(const json::value& item) {
  const json::string* text = find_string(item, "criterion");
  return text != nullptr ? view(*text) : std::string_view{};
}

double points_of(const json::value& item) {
  const json::value* points = find(item, "points");
  return points != nullptr ? as_number(*points).value_or(1) : 1;
}

bool is_gate(const json::value& item) {
  const json::value* gate = find(item, "gate");
  return gate != nullptr && gate->is_bool() && gate->get_bool();
}

void append_points(std::string& out, const json::value& item) {
  const json::value* points = find(item, "points");
  if (points != nullptr && as_number(*points)) {
    write_json(out, *points);
  } else {
    out += '1';
  }
}

enum class Met : unsigned char { yes, no, unknown };

// Each criterion by itself: the adjudicated verdict, else the most frequent one; a shared lead
// counts as "cannot be assessed".
Result<std::vector<Met>> verdicts(const DeliveryTask& task, const json::array& rubric) {
  const DeliverySubmission* final_one = adjudicated(task);
  std::vector<std::array<int, 3>> votes(rubric.size());
  for (const auto& submission : task.submissions) {
    if (final_one != nullptr && &submission != final_one) continue;
    const json::value* criteria = find(*TRY(submission.answers.value()), "criteria");
    for (std::size_t i = 0; i < rubric.size() && criteria != nullptr; ++i) {
      const json::string* id = find_string(rubric[i], "id");
      const json::value* met = id != nullptr ? find(*criteria, view(*id)) : nullptr;
      if (met == nullptr) continue;
      ++votes[i][!met->is_bool() ? 2 : met->get_bool() ? 0 : 1];
    }
  }
  std::vector<Met> out;
  for (const auto& vote : votes) {
    const bool yes = vote[0] > vote[1] && vote[0] > vote[2];
    const bool no = vote[1] > vote[0] && vote[1] > vote[2];
    out.push_back(yes ? Met::yes : no ? Met::no : Met::unknown);
  }
  return out;
}

// Points met over positive points, what cannot be assessed left out of both, clipped to 0…1;
// 0 where a gate fails. Nothing where no positive point could be assessed.
std::optional<double> score_of(const json::array& rubric, const std::vector<Met>& met) {
  double earned = 0;
  double possible = 0;
  for (std::size_t i = 0; i < rubric.size(); ++i) {
    if (is_gate(rubric[i]) && met[i] == Met::no) return 0;
    if (met[i] == Met::unknown) continue;
    const double points = points_of(rubric[i]);
    possible += std::max(points, 0.0);
    if (met[i] == Met::yes) earned += points;
  }
  if (possible <= 0) return std::nullopt;
  return std::clamp(earned / possible, 0.0, 1.0);
}

class RftFormat final : public DeliveryFormat {
  Result<Outcome> write(const DeliveryTask& task, std::string& out) override {
    const Parts parts = TRY(parts_of(task));
    if (!parts.complete()) return drop(Drop::not_applicable);
    MessageWriter writer(Dialect::openai);
    out += "{\"messages\":[";
    if (!writer.append(out, parts.prompt, "user")) return drop(Drop::not_applicable);
    out += ']';
    append_tools(out, *parts.data);
    if (parts.answers != nullptr) {
      if (parts.ideal.text == nullptr) return drop(Drop::not_applicable);
      out += ",\"reference_answer\":";
      write_json_string(out, view(*parts.ideal.text));
      append_rubric(out, *parts.rubric);
    } else {
      append_rubric(out, *parts.rubric);
      if (!append_graded(out, *parts.data, writer)) return drop(Drop::not_applicable);
      const auto met = TRY(verdicts(task, *parts.rubric));
      append_verdicts(out, *parts.rubric, met);
    }
    out += "}\n";
    return lines(1);
  }

  static void append_rubric(std::string& out, const json::array& rubric) {
    out += ",\"rubric\":[";
    for (std::size_t i = 0; i < rubric.size(); ++i) {
      out += i > 0 ? ",{" : "{";
      if (const json::string* id = find_string(rubric[i], "id")) {
        out += "\"id\":";
        write_json_string(out, view(*id));
        out += ',';
      }
      out += "\"criterion\":";
      write_json_string(out, criterion_text(rubric[i]));
      out += ",\"points\":";
      append_points(out, rubric[i]);
      if (is_gate(rubric[i])) out += ",\"gate\":true";
      out += '}';
    }
    out += ']';
  }

  // The response that people graded, so that a grader can be held against them.
  static bool append_graded(std::string& out, const json::value& data, MessageWriter& writer) {
    const Talk response = talk_of(find(data, "response"));
    if (!response) return true;
    out += ",\"response\":";
    if (response.text != nullptr) {
      write_json_string(out, view(*response.text));
      return true;
    }
    out += '[';
    if (!writer.append(out, response, "assistant")) return false;
    out += ']';
    return true;
  }

  static void append_verdicts(std::string& out, const json::array& rubric,
                              const std::vector<Met>& met) {
    out += ",\"criteria_met\":{";
    bool comma = false;
    for (std::size_t i = 0; i < rubric.size(); ++i) {
      const json::string* id = find_string(rubric[i], "id");
      if (id == nullptr) continue;
      if (comma) out += ',';
      comma = true;
      write_json_string(out, view(*id));
      out += met[i] == Met::yes ? ":true" : met[i] == Met::no ? ":false" : ":null";
    }
    out += "},\"score\":";
    const auto score = score_of(rubric, met);
    write_json(out, score ? json::value(*score) : json::value(nullptr));
  }
};

class HealthBenchFormat final : public DeliveryFormat {
  Result<Outcome> write(const DeliveryTask& task, std::string& out) override {
    const Parts parts = TRY(parts_of(task));
    if (!parts.complete()) return drop(Drop::not_applicable);
    out += "{\"prompt_id\":";
    write_json_string(out, task.key.empty() ? task.task_id : task.key);
    out += ",\"prompt\":[";
    MessageWriter writer(Dialect::openai);
    if (!writer.append(out, parts.prompt, "user")) return drop(Drop::not_applicable);
    out += "],\"example_tags\":";
    append_tags(out, find(*parts.data, "tags"), "");
    out += ",\"rubrics\":[";
    for (std::size_t i = 0; i < parts.rubric->size(); ++i) {
      const json::value& item = (*parts.rubric)[i];
      out += i > 0 ? ",{\"criterion\":" : "{\"criterion\":";
      write_json_string(out, criterion_text(item));
      out += ",\"points\":";
      append_points(out, item);
      out += ",\"tags\":";
      append_tags(out, find(item, "tags"), is_gate(item) ? "gate" : "");
      out += '}';
    }
    out += "],\"ideal_completions_data\":";
    if (parts.ideal.text != nullptr) {
      out += "{\"ideal_completion\":";
      write_json_string(out, view(*parts.ideal.text));
      out += ",\"ideal_completions_group\":null,\"ideal_completions_ref_completions\":null}}\n";
    } else {
      out += "null}\n";
    }
    return lines(1);
  }

  // The tags that are given, as strings; a gate is marked by one more.
  static void append_tags(std::string& out, const json::value* tags, std::string_view extra) {
    out += '[';
    bool comma = false;
    auto add = [&](std::string_view tag) {
      if (comma) out += ',';
      comma = true;
      write_json_string(out, tag);
    };
    if (const json::array* list = tags != nullptr ? tags->if_array() : nullptr) {
      for (const json::value& tag : *list) {
        if (const json::string* text = tag.if_string()) add(view(*text));
      }
    }
    if (!extra.empty()) add(extra);
    out += ']';
  }
};

}  // namespace

std::unique_ptr<DeliveryFormat> make_rft_format() { return std::make_unique<RftFormat>(); }

std::unique_ptr<DeliveryFormat> make_healthbench_format() {
  return std::make_unique<HealthBenchFormat>();
}

}  // namespace guildhall::work
