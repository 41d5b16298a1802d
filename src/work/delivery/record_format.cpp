// The `guildhall` format: every submission with its provenance.
#include <charconv>

#include "work/delivery/formats.h"

namespace guildhall::work {
namespace {

void append_number(std::string& out, std::int64_t number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_text_or_null(std::string& out, std::string_view text) {
  text.empty() ? void(out += "null") : write_json_string(out, text);
}

void append_time(std::string& out, TimeMs time_ms) {
  out += '"';
  append_rfc3339(out, time_ms);
  out += '"';
}

void append_review(std::string& out, const DeliveryReview& review) {
  out += ",\"review\":{\"verdict\":";
  write_json_string(out, review.verdict);
  out += ",\"reason\":";
  append_text_or_null(out, review.reason);
  out += ",\"reviewer\":";
  write_json_string(out, review.reviewer);
  out += ",\"at\":";
  append_time(out, review.at_ms);
  out += '}';
}

class RecordFormat final : public DeliveryFormat {
  bool tells_provenance() const override { return true; }
  bool tells_dialogues() const override { return true; }

  Result<Outcome> write(const DeliveryTask& task, std::string& out) override {
    // The task's part is the same for all its submissions.
    const std::size_t head = out.size();
    append_head(out, task);
    const std::size_t head_size = out.size() - head;
    std::int64_t written = 0;
    for (const DeliverySubmission& submission : task.submissions) {
      if (written == left()) break;
      ++written;
      if (&submission != &task.submissions.front()) out.append(out, head, head_size);
      append_submission(out, submission);
      out += ",\"presentation\":";
      append_one_line(out, submission.presentation.empty() ? "null" : submission.presentation);
      out += ",\"guidelines_version\":";
      append_number(out, submission.guidelines_version);
      out += ",\"template_version\":";
      append_number(out, submission.template_version);
      if (submission.review) append_review(out, *submission.review);
      if (!submission.gold.empty()) {
        out += ",\"gold\":";
        append_one_line(out, submission.gold);
      }
      out += "}\n";
    }
    return lines(written);
  }

  static void append_head(std::string& out, const DeliveryTask& task) {
    out += "{\"task\":{\"id\":";
    write_json_string(out, task.task_id);
    out += ",\"key\":";
    append_text_or_null(out, task.key);
    out += ",\"batch\":";
    append_text_or_null(out, task.batch);
    out += ",\"data\":";
    append_one_line(out, task.data.text());
    if (task.posterior) append_posterior(out, *task.posterior);
    append_member(out, "origin", task.origin);
    out += "},\"submission\":{\"id\":";
  }

  static void append_member(std::string& out, std::string_view name, std::string_view json) {
    if (json.empty()) return;
    out += ",\"";
    out += name;
    out += "\":";
    append_one_line(out, json);
  }

  static void append_posterior(std::string& out, const DeliveryPosterior& posterior) {
    out += ",\"posterior\":{\"question\":";
    write_json_string(out, posterior.question);
    out += ",\"label\":";
    append_text_or_null(out, posterior.label);
    out += ",\"p\":";
    append_probability(out, posterior.p);
    out += '}';
  }

  static void append_submission(std::string& out, const DeliverySubmission& submission) {
    write_json_string(out, submission.id);
    out += ",\"revision\":";
    append_number(out, submission.revision);
    out += ",\"member\":";
    write_json_string(out, submission.member);
    out += ",\"vendor\":";
    append_text_or_null(out, submission.vendor);
    out += ",\"submitted_at\":";
    append_time(out, submission.submitted_at_ms);
    out += ",\"active_ms\":";
    append_number(out, submission.active_ms);
    out += ",\"answers\":";
    append_one_line(out, submission.answers.text());
    if (submission.state != "accepted") {
      out += ",\"state\":";
      write_json_string(out, submission.state);
    }
    if (submission.adjudicated) out += ",\"adjudicated\":true";
    append_member(out, "origin", submission.origin);
    append_member(out, "drafts", submission.drafts);
    if (!submission.dialogue.empty()) {
      out += ",\"dialogue\":";
      append_one_line(out, submission.dialogue.text());
    }
    out += '}';
  }
};

}  // namespace

std::unique_ptr<DeliveryFormat> make_record_format() { return std::make_unique<RecordFormat>(); }

}  // namespace guildhall::work
