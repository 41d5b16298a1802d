#include "cli/quality/commands.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/quality/aggregate.h"
#include "cli/quality/agreement.h"
#include "quality/truth/methods.h"

namespace guildhall::cli {
namespace {

void add_source(CLI::App& command, JudgmentsSource& source) {
  command.add_option("file", source.path, "CSV: item,worker,label[,truth]; - for standard input")
      ->required();
  command.add_option("--columns", source.columns,
                     "Names of the columns, with commas, where the file has no header");
  command.add_option("--truth", source.truth, "A second CSV: item,truth");
}

std::string list_of_methods() {
  std::string out = "Methods:\n";
  for (const auto& one : quality::methods()) {
    out += fmt::format("  {:<22} {}\n", one.name, one.what);
  }
  return out;
}

void add_aggregate(CLI::App& quality, AggregateArgs& args) {
  auto* command = quality.add_subcommand("aggregate", "The right label of each item, and by whom");
  add_source(*command, args.source);
  std::vector<std::string> names;
  for (const auto& one : quality::methods()) names.emplace_back(one.name);
  command->add_option("--method", args.method, "How (default auto; listed below)")
      ->check(CLI::IsMember(names))
      ->option_text("NAME");
  command->add_flag("--gold", args.gold,
                    "The stated truth is certain, not something to compare with");
  command->add_flag("--workers", args.workers, "The table of people instead of the items'");
  command->add_flag("--json", args.json, "Items with their whole posterior, and people, as JSON");
  command->add_option("--output,-o", args.output, "A file instead of standard output");
  command->footer(list_of_methods());
}

void add_agreement(CLI::App& quality, AgreementArgs& args) {
  auto* command = quality.add_subcommand("agreement", "How far people agree, beyond chance");
  add_source(*command, args.source);
  command->add_flag(
      "--scale", args.scale,
      "Labels are steps of a scale: ordinal, interval and intraclass coefficients too");
  command->add_flag("--json", args.json,
                    "As JSON, with the reason where a coefficient has no value");
  command->add_option("--output,-o", args.output, "A file instead of standard output");
}

}  // namespace

struct QualityCommands::Parts {
  CLI::App* quality = nullptr;
  AggregateArgs aggregate;
  AgreementArgs agreement;
};

QualityCommands::QualityCommands(CLI::App& app) : parts_(std::make_unique<Parts>()) {
  parts_->quality = app.add_subcommand("quality", "Who is right and who is good, from a CSV file");
  parts_->quality->require_subcommand(1);
  add_aggregate(*parts_->quality, parts_->aggregate);
  add_agreement(*parts_->quality, parts_->agreement);
}

QualityCommands::~QualityCommands() = default;

bool QualityCommands::parsed() const { return parts_->quality->parsed(); }

int QualityCommands::run() const {
  auto parsed = [&](const char* name) { return parts_->quality->get_subcommand(name)->parsed(); };
  if (parsed("aggregate")) return aggregate(parts_->aggregate);
  if (parsed("agreement")) return agreement(parts_->agreement);
  return 2;
}

}  // namespace guildhall::cli
