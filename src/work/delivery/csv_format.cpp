// `csv`: one row per submission, RFC 4180 with CRLF. A text cell that begins with = + - @, a tab
// or a carriage return is given a leading apostrophe, so that no spreadsheet takes it for a
// formula. Numbers, times and JSON are written as they are.
#include <algorithm>

#include "work/delivery/formats.h"

namespace guildhall::work {
namespace {

constexpr std::array<std::string_view, 3> kPreferenceColumns = {"choice", "strength",
                                                                "justification"};
constexpr std::array<std::string_view, 2> kRubricColumns = {"criteria", "justification"};
constexpr std::array<std::string_view, 1> kDemonstrationColumns = {"response"};
constexpr std::array<std::string_view, 4> kAuthoringColumns = {"prompt", "ideal", "rubric",
                                                               "sources"};
constexpr std::array<std::string_view, 2> kStepsColumns = {"ratings", "correction"};

// The answers that get a column of their own beside the whole.
std::span<const std::string_view> answer_columns(std::string_view template_kind) {
  if (template_kind == "preference") return kPreferenceColumns;
  if (template_kind == "rubric") return kRubricColumns;
  if (template_kind == "demonstration") return kDemonstrationColumns;
  if (template_kind == "authoring") return kAuthoringColumns;
  if (template_kind == "steps") return kStepsColumns;
  return {};
}

void append_quoted(std::string& out, std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (std::size_t quote = 0; (quote = text.find('"')) != std::string_view::npos;) {
    out.append(text, 0, quote + 1);
    out += '"';
    text.remove_prefix(quote + 1);
  }
  out += text;
  out += '"';
}

void append_text(std::string& out, std::string_view text) {
  constexpr std::string_view kFormulaStarts = "=+-@\t\r";
  if (text.empty() || kFormulaStarts.find(text.front()) == std::string_view::npos) {
    return append_quoted(out, text);
  }
  append_quoted(out, "'" + std::string(text));
}

void append_answer(std::string& out, const json::value* answer) {
  if (answer == nullptr || answer->is_null()) return;
  if (const json::string* text = answer->if_string()) return append_text(out, view(*text));
  append_quoted(out, to_json(*answer));
}

class CsvFormat final : public DeliveryFormat {
 public:
  explicit CsvFormat(std::string_view template_kind) : columns_(answer_columns(template_kind)) {}

  bool tells_provenance() const override { return true; }

  void header(std::string& out) const override {
    out +=
        "task_id,task_key,batch,submission_id,revision,member,vendor,state,adjudicated,"
        "submitted_at,active_ms,guidelines_version,template_version,review_verdict,"
        "review_reason,reviewer,reviewed_at";
    for (std::string_view column : columns_) out.append(",answers.").append(column);
    out += ",answers,presentation,gold,data";
    out += weighed() ? ",posterior_label,posterior\r\n" : "\r\n";
  }

 private:
  Result<Outcome> write(const DeliveryTask& task, std::string& out) override {
    std::int64_t written = 0;
    for (const DeliverySubmission& submission : task.submissions) {
      if (written == left()) break;
      ++written;
      for (std::string_view text : {std::string_view(task.task_id), task.key, task.batch,
                                    std::string_view(submission.id)}) {
        append_text(out, text);
        out += ',';
      }
      append_submission(out, submission);
      append_review(out, submission.review);
      if (!columns_.empty()) {
        const json::value& answers = *TRY(submission.answers.value());
        for (std::string_view column : columns_) {
          out += ',';
          append_answer(out, find(answers, column));
        }
      }
      for (std::string_view text :
           {submission.answers.text(), std::string_view(submission.presentation),
            std::string_view(submission.gold), task.data.text()}) {
        out += ',';
        append_quoted(out, text);
      }
      if (weighed()) append_posterior(out, task.posterior);
      out += "\r\n";
    }
    return lines(written);
  }

  static void append_posterior(std::string& out, const std::optional<DeliveryPosterior>& one) {
    out += ',';
    if (one) append_text(out, one->label);
    out += ',';
    if (one) append_probability(out, one->p);
  }

  static void append_submission(std::string& out, const DeliverySubmission& submission) {
    out += std::to_string(submission.revision) + ',';
    append_text(out, submission.member);
    out += ',';
    append_text(out, submission.vendor);
    out += ',';
    append_text(out, submission.state);
    out += submission.adjudicated ? ",true," : ",false,";
    out += rfc3339(submission.submitted_at_ms) + ',' + std::to_string(submission.active_ms) + ',';
    out += std::to_string(submission.guidelines_version) + ',';
    out += std::to_string(submission.template_version);
  }

  static void append_review(std::string& out, const std::optional<DeliveryReview>& review) {
    if (!review) {
      out += ",,,,";
      return;
    }
    for (const std::string* text : {&review->verdict, &review->reason, &review->reviewer}) {
      out += ',';
      append_text(out, *text);
    }
    out += ',' + rfc3339(review->at_ms);
  }

  std::span<const std::string_view> columns_;
};

}  // namespace

std::unique_ptr<DeliveryFormat> make_csv_format(std::string_view template_kind) {
  return std::make_unique<CsvFormat>(template_kind);
}

}  // namespace guildhall::work
