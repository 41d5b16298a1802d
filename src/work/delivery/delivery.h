// What a delivery is made of: one DeliveryTask after another goes in, lines of the chosen format
// come out. docs/formats.md shows every shape; a test compares it with the real output.
//
// Concurrency: a format belongs to one thread, a DeliveryTask to the thread that appends it.
// Limits: memory is one task's; the caller flushes `out` when it likes. Nothing is escaped that
// is JSON already: data, answers and presentations are spliced in as they are kept. Views in a
// DeliveryTask are into what its maker holds until it is appended.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace guildhall::work {

// JSON text that is parsed only when somebody looks inside.
class LazyJson {
 public:
  LazyJson() = default;
  LazyJson(std::string text) : own_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  LazyJson(const char* text) : own_(text) {}             // NOLINT(google-explicit-constructor)
  // Text that the caller keeps, parsed into `pool`: good as long as both.
  LazyJson(std::string_view text, json::storage_ptr pool) : kept_(text), pool_(std::move(pool)) {}

  bool empty() const { return text().empty(); }
  std::string_view text() const { return own_.empty() ? kept_ : own_; }
  Result<const json::value*> value() const;

 private:
  std::string own_;
  std::string_view kept_;
  json::storage_ptr pool_;
  mutable std::optional<json::value> value_;
};

struct DeliveryReview {
  std::string verdict;   // accept, fix, return, reject
  std::string reason;    // may be empty
  std::string reviewer;  // pseudonym
  TimeMs at_ms = 0;
};

struct DeliverySubmission {
  std::string id;
  std::int64_t revision = 1;
  std::string_view member;  // pseudonym
  std::string_view vendor;  // may be empty
  TimeMs submitted_at_ms = 0;
  std::int64_t active_ms = 0;
  LazyJson answers;
  std::string presentation;  // JSON; empty = null
  std::int64_t guidelines_version = 0;
  std::int64_t template_version = 0;
  std::optional<DeliveryReview> review;
  std::string gold;  // JSON object: the right answers, on a task that has them; may be empty
  bool adjudicated = false;  // the final answer where several differed
  std::string_view state = "accepted";
  std::string origin;  // JSON: of a model's answer, how it came about; empty: a person's
  std::string drafts;  // JSON array: what models had drafted for this person; empty: nothing
  LazyJson dialogue;   // where the form asks for one: work/dialogue/record.h
};

// What is right by all judgments together; there where the delivery asks for it.
struct DeliveryPosterior {
  std::string_view question;
  std::string_view label;  // empty: of a question with parts
  double p = 0;
};

struct DeliveryTask {
  std::string task_id;
  std::string_view key;    // may be empty
  std::string_view batch;  // may be empty
  LazyJson data;           // canonical; with model names where they were given
  std::string_view template_kind;
  std::optional<DeliveryPosterior> posterior;
  std::string origin;  // JSON: of a task that a model made up; empty: it was brought
  std::vector<DeliverySubmission> submissions;  // in the order they were made; none: no line
};

// Why a task gave no line.
enum class Drop : unsigned char {
  tie,
  both_bad,
  no_majority,     // the lead is shared, or nobody answered
  failed_run,      // a trajectory that did not reach its goal
  not_applicable,  // the format cannot say it
  unsure,          // what is right is less probable than the delivery asks for
};
inline constexpr std::size_t kDropReasons = 6;
std::string_view word(Drop reason);

struct DeliveryCounts {
  std::int64_t records = 0;  // lines
  std::int64_t tasks = 0;
  std::int64_t submissions = 0;
  std::array<std::int64_t, kDropReasons> dropped{};  // tasks, by reason
  std::int64_t drops(Drop reason) const { return dropped[static_cast<std::size_t>(reason)]; }
  // For the manifest: {"tie":0,"both_bad":0,…}
  std::string dropped_json() const;
};

class DeliveryFormat {
 public:
  virtual ~DeliveryFormat() = default;
  // Does it say how a submission came about (id, member, vendor, presentation, review, …)? If not,
  // a DeliverySubmission needs only its answers, its time and whether it is the adjudicated one.
  virtual bool tells_provenance() const { return false; }
  // Does it look into dialogues?
  virtual bool tells_dialogues() const { return false; }
  // What comes before the first record: CSV's header row, otherwise nothing.
  virtual void header(std::string& out) const;
  // Appends the task's lines, if any. On an error `out` is as before.
  Result<> append(const DeliveryTask& task, std::string& out);
  // Counts a task of so many submissions that is left out unread.
  void leave_out(Drop reason, std::size_t submissions);
  // Tasks come with their posterior: formats that have a place for it say it.
  void weigh() { weighed_ = true; }
  const DeliveryCounts& counts() const { return counts_; }
  // Ends after so many records, be it in the middle of a task's.
  void limit(std::int64_t records) { limit_ = records; }
  bool is_full() const { return counts_.records >= limit_; }

 protected:
  bool weighed() const { return weighed_; }
  // How many records may still be written.
  std::int64_t left() const { return limit_ - counts_.records; }
  // The lines appended, or why there are none.
  struct Outcome {
    std::int64_t records = 0;
    std::optional<Drop> dropped;
  };
  static Outcome lines(std::int64_t count) { return {count, std::nullopt}; }
  static Outcome drop(Drop reason) { return {0, reason}; }

 private:
  virtual Result<Outcome> write(const DeliveryTask& task, std::string& out) = 0;
  DeliveryCounts counts_;
  std::int64_t limit_ = INT64_MAX;
  bool weighed_ = false;
};

struct DeliveryFormatInfo {
  std::string_view name;
  std::string_view content_type;
  std::string_view extension;
  std::span<const std::string_view> templates;  // empty: any
};
std::span<const DeliveryFormatInfo> delivery_formats();

// Error: malformed/"unknown-format"; malformed/"format-not-for-template".
Result<std::unique_ptr<DeliveryFormat>> make_delivery_format(std::string_view name,
                                                             std::string_view template_kind);

// JSON Schema (draft-07) of one `guildhall` record.
std::string_view record_schema_json();

}  // namespace guildhall::work
