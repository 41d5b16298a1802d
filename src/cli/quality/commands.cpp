#include "cli/quality/commands.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/quality/aggregate.h"
#include "cli/quality/agreement.h"
#include "cli/quality/anomalies.h"
#include "cli/quality/rank.h"
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

std::string list_of(const auto& methods) {
  std::string out = "Methods:\n";
  for (const auto& one : methods) out += fmt::format("  {:<22} {}\n", one.name, one.what);
  return out;
}

std::vector<std::string> names_of(const auto& methods) {
  std::vector<std::string> names;
  for (const auto& one : methods) names.emplace_back(one.name);
  return names;
}

void add_aggregate(CLI::App& quality, AggregateArgs& args) {
  auto* command = quality.add_subcommand("aggregate", "The right label of each item, and by whom");
  add_source(*command, args.source);
  command->add_option("--method", args.method, "How (default auto; listed below)")
      ->check(CLI::IsMember(names_of(quality::methods())))
      ->option_text("NAME");
  command->add_flag("--gold", args.gold,
                    "The stated truth is certain, not something to compare with");
  command->add_flag("--workers", args.workers, "The table of people instead of the items'");
  command->add_flag("--json", args.json, "Items with their whole posterior, and people, as JSON");
  command->add_option("--output,-o", args.output, "A file instead of standard output");
  command->footer(list_of(quality::methods()));
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

void add_rank(CLI::App& quality, RankArgs& args) {
  auto* command = quality.add_subcommand("rank", "Who is best, from comparisons of two");
  command
      ->add_option("file", args.source.path,
                   "CSV: left,right,winner[,worker]; or winner,loser; - for standard input")
      ->required();
  command->add_option("--columns", args.source.columns,
                      "Names of the columns, with commas, where the file has no header");
  command->add_option("--method", args.method, "How (default bradley-terry; listed below)")
      ->check(CLI::IsMember(names_of(rank_methods())))
      ->option_text("NAME");
  command
      ->add_option("--next", args.next,
                   "Instead: this many pairs that would tell most, were they asked about")
      ->check(CLI::Range(1, 1000));
  command->add_flag("--json", args.json, "As JSON, with the people's habits");
  command->add_option("--output,-o", args.output, "A file instead of standard output");
  command->footer(list_of(rank_methods()));
}

void add_anomalies(CLI::App& quality, AnomaliesArgs& args) {
  auto* command = quality.add_subcommand(
      "anomalies", "What a person should look at: copying, spam, speed, pasted texts");
  add_source(*command, args.source);
  command->add_option("--fdr", args.fdr, "Expected share of false findings (default 0.01)")
      ->check(CLI::Range(0.0001, 0.5));
  command->add_option("--output,-o", args.output, "A file instead of standard output");
  command->footer("A column 'seconds' adds speed, a column 'text' pasted texts.");
}

}  // namespace

struct QualityCommands::Parts {
  CLI::App* quality = nullptr;
  AggregateArgs aggregate;
  AgreementArgs agreement;
  RankArgs rank;
  AnomaliesArgs anomalies;
};

QualityCommands::QualityCommands(CLI::App& app) : parts_(std::make_unique<Parts>()) {
  parts_->quality = app.add_subcommand("quality", "Who is right and who is good, from a CSV file");
  parts_->quality->require_subcommand(1);
  add_aggregate(*parts_->quality, parts_->aggregate);
  add_agreement(*parts_->quality, parts_->agreement);
  add_rank(*parts_->quality, parts_->rank);
  add_anomalies(*parts_->quality, parts_->anomalies);
}

QualityCommands::~QualityCommands() = default;

bool QualityCommands::parsed() const { return parts_->quality->parsed(); }

int QualityCommands::run() const {
  auto parsed = [&](const char* name) { return parts_->quality->get_subcommand(name)->parsed(); };
  if (parsed("aggregate")) return aggregate(parts_->aggregate);
  if (parsed("agreement")) return agreement(parts_->agreement);
  if (parsed("rank")) return rank(parts_->rank);
  if (parsed("anomalies")) return anomalies(parts_->anomalies);
  return 2;
}

}  // namespace guildhall::cli
