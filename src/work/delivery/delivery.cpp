#include "work/delivery/delivery.h"

#include <algorithm>
#include <charconv>

#include "work/delivery/formats.h"

namespace guildhall::work {
namespace {

constexpr std::string_view kNdjson = "application/x-ndjson";
constexpr std::array<std::string_view, 2> kPreference = {"preference", "dialogue"};
constexpr std::array<std::string_view, 5> kWritten = {"preference", "demonstration", "authoring",
                                                      "trajectory", "dialogue"};
constexpr std::array<std::string_view, 1> kSteps = {"steps"};
constexpr std::array<std::string_view, 2> kRubrics = {"rubric", "authoring"};

constexpr std::array<DeliveryFormatInfo, 9> kFormats = {{
    {"guildhall", kNdjson, "jsonl", {}},
    {"trl-preference", kNdjson, "jsonl", kPreference},
    {"trl-sft", kNdjson, "jsonl", kWritten},
    {"trl-stepwise", kNdjson, "jsonl", kSteps},
    {"openai-sft", kNdjson, "jsonl", kWritten},
    {"openai-preference", kNdjson, "jsonl", kPreference},
    {"openai-rft", kNdjson, "jsonl", kRubrics},
    {"healthbench", kNdjson, "jsonl", kRubrics},
    {"csv", "text/csv; charset=utf-8", "csv", {}},
}};

std::unique_ptr<DeliveryFormat> make(std::string_view name, std::string_view template_kind) {
  if (name == "guildhall") return make_record_format();
  if (name == "trl-preference") return make_preference_format(Dialect::trl);
  if (name == "trl-sft") return make_sft_format(Dialect::trl);
  if (name == "trl-stepwise") return make_stepwise_format();
  if (name == "openai-sft") return make_sft_format(Dialect::openai);
  if (name == "openai-preference") return make_preference_format(Dialect::openai);
  if (name == "openai-rft") return make_rft_format();
  if (name == "healthbench") return make_healthbench_format();
  return make_csv_format(template_kind);
}

}  // namespace

Result<const json::value*> LazyJson::value() const {
  if (!value_) {
    auto parsed = parse_json(text(), pool_);
    if (!parsed) return fail(Fault::internal, "internal", "Kept content is not JSON.");
    value_.emplace(*std::move(parsed), pool_);
  }
  return &*value_;
}

std::string_view word(Drop reason) {
  switch (reason) {
    case Drop::tie: return "tie";
    case Drop::both_bad: return "both_bad";
    case Drop::no_majority: return "no_majority";
    case Drop::failed_run: return "failed_run";
    case Drop::not_applicable: return "not_applicable";
    case Drop::unsure: return "unsure";
  }
  return "not_applicable";
}

std::string DeliveryCounts::dropped_json() const {
  JsonWriter writer;
  writer.begin_object();
  for (std::size_t i = 0; i < kDropReasons; ++i) {
    writer.field(word(static_cast<Drop>(i)), dropped[i]);
  }
  return writer.end_object().take();
}

void DeliveryFormat::header(std::string& /*out*/) const {}

Result<> DeliveryFormat::append(const DeliveryTask& task, std::string& out) {
  if (task.submissions.empty()) return {};
  const std::size_t before = out.size();
  auto outcome = write(task, out);
  if (!outcome || outcome->dropped) out.resize(before);
  if (!outcome) return std::unexpected(std::move(outcome).error());
  ++counts_.tasks;
  counts_.submissions += static_cast<std::int64_t>(task.submissions.size());
  counts_.records += outcome->records;
  if (outcome->dropped) ++counts_.dropped[static_cast<std::size_t>(*outcome->dropped)];
  return {};
}

void DeliveryFormat::leave_out(Drop reason, std::size_t submissions) {
  ++counts_.tasks;
  counts_.submissions += static_cast<std::int64_t>(submissions);
  ++counts_.dropped[static_cast<std::size_t>(reason)];
}

std::span<const DeliveryFormatInfo> delivery_formats() { return kFormats; }

Result<std::unique_ptr<DeliveryFormat>> make_delivery_format(std::string_view name,
                                                             std::string_view template_kind) {
  const auto* info = std::ranges::find(kFormats, name, &DeliveryFormatInfo::name);
  if (info == kFormats.end()) {
    return fail(Fault::malformed, "unknown-format", "There is no such format.", "/format");
  }
  const auto& templates = info->templates;
  if (!templates.empty() && std::ranges::find(templates, template_kind) == templates.end()) {
    std::string detail = std::string(name) + " is made from projects of the template";
    for (std::size_t i = 0; i < templates.size(); ++i) {
      detail += (i == 0 ? " " : " or ") + std::string(templates[i]);
    }
    return fail(Fault::malformed, "format-not-for-template", detail + ".", "/format");
  }
  return make(name, template_kind);
}

void append_probability(std::string& out, double p) {
  char digits[16];
  auto end = std::to_chars(digits, digits + sizeof digits, std::clamp(p, 0.0, 1.0),
                           std::chars_format::fixed, 4);
  out.append(digits, end.ptr);
}

void append_one_line(std::string& out, std::string_view json_text) {
  const std::size_t from = out.size();
  out += json_text;
  // Two searches for one character each are much faster than one for either.
  if (json_text.find('\n') == json_text.npos && json_text.find('\r') == json_text.npos) return;
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(from), out.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
}

}  // namespace guildhall::work
