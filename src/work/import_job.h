// An import: a file of tasks, fed as its bytes come in, checked line by line against the project's
// form, and written in short transactions. Bad lines are reported by number; a key that is there
// already, in the project or earlier in the file, is a duplicate and no error.
//
// skip (the default): good lines are kept as they come. refuse: the whole file is checked first
// (it waits in a scratch file under a key that only this object holds) and written only if no line
// was bad; else nothing stays. A failure of the store half way through the second pass leaves what
// was written by then; sending the file again is safe where lines have keys.
//
// Form and settings are those of the moment when the first bytes came.
//
// Concurrency: one thread calls; several jobs may run at once.
// Limits: kMaxImportLine, kMaxImportErrors, kImportChunkLines, kImportChunkBytes. Memory is
// constant whatever the file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "work/import/record_reader.h"
#include "work/import_spool.h"
#include "work/import_writer.h"

namespace guildhall::work {

struct ImportOptions {
  BatchId batch;  // for lines that name none; 0: the project's own
  bool refuse_on_error = false;
  std::string content_type;
};

struct ImportError {
  std::int64_t line = 0;  // 1-based
  std::string_view type;
  std::string reason;
  std::string field;
};

struct ImportReport {
  std::int64_t imported = 0;
  std::int64_t duplicate = 0;
  std::int64_t rejected = 0;
  std::vector<ImportError> errors;  // the first kMaxImportErrors
};

class ImportJob {
 public:
  ImportJob(const Context& ctx, const Actor& actor, ProjectId project, ImportOptions options);
  ~ImportJob();

  // Error: unsupported/"unsupported-media-type", not_found/"no-project" or "no-batch", or the
  // store's. After an error every later call gives it again.
  Result<void> feed(std::string_view chunk);
  // After the last byte. Error: invalid/"import-refused"; report() then says why.
  Result<ImportReport> finish();
  // Instead of finish() when the upload broke off: skip keeps the whole lines so far, refuse keeps
  // nothing.
  Result<ImportReport> break_off();

  ImportReport report() const;

 private:
  enum class Pass : unsigned char { both, check, write };

  Result<void> start(std::string_view first_bytes);
  Result<void> failed_or(Result<void> result);
  Result<void> second_pass();
  void take(Record& record);
  void reject(std::int64_t line, Error error);
  Result<void> take_line(Record& record);

  const Context& ctx_;
  Actor actor_;
  ProjectId project_id_;
  ImportOptions options_;
  Pass pass_;
  Project project_;
  std::unique_ptr<RecordReader> reader_;
  std::unique_ptr<ImportWriter> writer_;
  ImportSpool spool_;
  std::int64_t rejected_ = 0;
  std::vector<ImportError> errors_;
  Result<void> failure_;  // of the store or the disk: ends the job
  bool over_ = false;
};

std::string import_report_json(const ImportReport& report);

}  // namespace guildhall::work
