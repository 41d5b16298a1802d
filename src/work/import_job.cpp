#include "work/import_job.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "work/batches.h"
#include "work/import/import_line.h"

namespace guildhall::work {
namespace {

// An answers' error, with its field said as the line has it.
Error at_field(Error error, std::string_view prefix, std::string_view strip) {
  std::string_view field = error.field;
  if (field.starts_with(strip)) field.remove_prefix(strip.size());
  error.field = fmt::format("{}{}", prefix, field);
  return error;
}

Result<void> check_brought(const Template& form, const json::array* items, std::string_view name,
                           const json::value& data) {
  if (items == nullptr) return {};
  for (std::size_t i = 0; i < items->size(); ++i) {
    const json::value* answers = find((*items)[i], "answers");
    auto checked = form.check_answers(*answers, data, false);
    if (!checked) {
      return std::unexpected(
          at_field(std::move(checked).error(), fmt::format("/{}/{}/answers", name, i), "/answers"));
    }
  }
  return {};
}

Result<void> check_line(const Template& form, const json::value& value, const ImportLine& line) {
  if (line.key && line.key->find('\0') != std::string::npos) {
    return fail(Fault::invalid, "invalid-line", "A key may not hold a NUL.", "/key");
  }
  TRY(form.check_data(*line.data));
  if (line.gold != nullptr) {
    auto checked = form.check_gold(*line.gold, *line.data);
    bool bare = find(value, "gold") == line.gold;
    if (!checked) {
      return std::unexpected(
          at_field(std::move(checked).error(), bare ? "/gold" : "/gold/answers", "/answers"));
    }
  }
  TRY(check_brought(form, line.suggestions, "suggestions", *line.data));
  return check_brought(form, line.submissions, "submissions", *line.data);
}

std::string extra_body(const ImportLine& line) {
  if (line.suggestions == nullptr && line.submissions == nullptr) return {};
  std::string out = "{";
  auto add = [&](std::string_view name, const json::array* items) {
    if (items == nullptr) return;
    if (out.size() > 1) out += ',';
    write_json_string(out, name);
    out += ":[";
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i > 0) out += ',';
      write_json(out, (*items)[i]);
    }
    out += ']';
  };
  add("suggestions", line.suggestions);
  add("submissions", line.submissions);
  return out + "}";
}

Result<CheckedLine> prepare(const Context& ctx, ProjectId project, const ImportLine& line) {
  CheckedLine out;
  out.keyed = line.key.has_value();
  if (out.keyed) out.digest = task_key_digest(ctx.index_key, project, *line.key);
  out.priority = line.priority;
  if (line.batch) out.batch_name = *line.batch;
  out.body = make_task_body(line.key ? *line.key : std::string_view{}, line.data_raw());
  if (line.gold != nullptr) {
    std::string reason;
    if (line.gold_reason != nullptr) reason = view(*line.gold_reason);
    out.gold = make_gold_body(line.gold_raw(), line.gold_reason ? &reason : nullptr);
  }
  out.extra = extra_body(line);
  if (std::max({out.body.size(), out.gold.size(), out.extra.size()}) > kMaxContent) {
    return fail(Fault::too_large, "content-too-large", "A stored object may not exceed 16 MiB.");
  }
  return out;
}

}  // namespace

ImportJob::ImportJob(const Context& ctx, const Actor& actor, ProjectId project,
                     ImportOptions options)
    : ctx_(ctx),
      actor_(actor),
      project_id_(project),
      options_(std::move(options)),
      pass_(options_.refuse_on_error ? Pass::check : Pass::both),
      spool_(ctx.blob_dir, ctx.random) {}

ImportJob::~ImportJob() = default;

Result<void> ImportJob::start(std::string_view first_bytes) {
  if (reader_ != nullptr) return {};
  reader_ = TRY(make_reader(options_.content_type, first_bytes));
  if (writer_ != nullptr) return {};  // the second pass
  TRY(ctx_.db.read([&](store::Tx& tx) -> Result<void> {
    project_ = TRY(ctx_.projects.find(tx, project_id_));
    if (options_.batch) TRY(require_batch(tx, ctx_.room, project_id_, options_.batch));
    return {};
  }));
  writer_ = std::make_unique<ImportWriter>(ctx_, actor_, project_, options_.batch);
  return {};
}

Result<void> ImportJob::failed_or(Result<void> result) {
  if (!result && failure_) failure_ = result;
  return failure_;
}

void ImportJob::reject(std::int64_t line, Error error) {
  ++rejected_;
  if (errors_.size() < kMaxImportErrors) {
    errors_.push_back({line, error.type, std::move(error.detail), std::move(error.field)});
  }
}

Result<void> ImportJob::take_line(Record& record) {
  if (!record.value) {
    reject(record.line, std::move(record.value).error());
    return {};
  }
  auto line = parse_import_line(*record.value, record.raw);
  if (!line) {
    reject(record.line, std::move(line).error());
    return {};
  }
  if (pass_ != Pass::write) {
    if (auto checked = check_line(*project_.form, *record.value, *line); !checked) {
      reject(record.line, std::move(checked).error());
      return {};
    }
  }
  auto prepared = prepare(ctx_, project_id_, *line);
  if (!prepared) {
    reject(record.line, std::move(prepared).error());
    return {};
  }
  if (pass_ == Pass::check) return {};
  return writer_->add(*std::move(prepared));
}

void ImportJob::take(Record& record) {
  if (!failure_) return;
  auto taken = take_line(record);
  if (!taken) failure_ = std::move(taken);
}

Result<void> ImportJob::feed(std::string_view chunk) {
  TRY(Result<void>(failure_));
  if (over_) return fail(Fault::internal, "import-over", "This import has ended.");
  if (chunk.empty()) return {};
  TRY(failed_or(start(chunk)));
  reader_->feed(chunk, [this](Record& record) { take(record); });
  if (pass_ == Pass::check && failure_) {
    // Once a line is bad there is no second pass: the rest is only checked.
    TRY(failed_or(rejected_ == 0 ? spool_.append(chunk) : Result<void>{}));
    if (rejected_ > 0) spool_.drop();
  }
  return failure_;
}

Result<void> ImportJob::second_pass() {
  pass_ = Pass::write;
  reader_ = nullptr;
  TRY(spool_.replay([this](std::string_view piece) -> Result<void> {
    TRY(start(piece));
    reader_->feed(piece, [this](Record& record) { take(record); });
    return failure_;
  }));
  if (reader_ != nullptr) reader_->finish([this](Record& record) { take(record); });
  return failure_;
}

Result<ImportReport> ImportJob::finish() {
  TRY(Result<void>(failure_));
  if (over_) return fail(Fault::internal, "import-over", "This import has ended.");
  over_ = true;
  TRY(failed_or(start({})));
  reader_->finish([this](Record& record) { take(record); });
  TRY(Result<void>(failure_));
  if (pass_ == Pass::check) {
    if (rejected_ > 0) {
      return fail(Fault::invalid, "import-refused",
                  fmt::format("{} of the lines cannot be taken; nothing was imported.", rejected_));
    }
    TRY(failed_or(second_pass()));
  }
  TRY(failed_or(writer_->flush()));
  return report();
}

Result<ImportReport> ImportJob::break_off() {
  TRY(Result<void>(failure_));
  over_ = true;
  spool_.drop();
  if (pass_ == Pass::both && writer_ != nullptr) TRY(failed_or(writer_->flush()));
  return report();
}

ImportReport ImportJob::report() const {
  ImportReport out{.rejected = rejected_, .errors = errors_};
  if (writer_ != nullptr) {
    out.imported = writer_->imported();
    out.duplicate = writer_->duplicate();
  }
  return out;
}

std::string import_report_json(const ImportReport& report) {
  JsonWriter out;
  out.begin_object()
      .field("imported", report.imported)
      .field("duplicate", report.duplicate)
      .field("rejected", report.rejected)
      .key("errors")
      .begin_array();
  for (const auto& error : report.errors) {
    out.begin_object()
        .field("line", error.line)
        .field("type", error.type)
        .field("reason", error.reason)
        .field("field", error.field)
        .end_object();
  }
  out.end_array().end_object();
  return out.take();
}

}  // namespace guildhall::work
