// guildhall-verify: checks a log by its files and the public keys, prints what changed since the
// last time, and exits with the number of the fault (docs/verify.md).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "base/files.h"
#include "verify/verifier.h"

namespace guildhall::verify {
namespace {

struct Args {
  std::string log;
  std::string key;
  std::vector<std::string> witnesses;
  std::string since;
  std::string ca_file;
};

int tell(const Finding& finding) {
  fmt::print(stderr, "guildhall verify: {}\n", finding.sentence);
  return static_cast<int>(finding.kind);
}

Checked<Wanted> read_args(const Args& args) {
  auto log = tlog::VerifierKey::parse(args.key);
  if (!log) return found(Kind::usage, "--key: " + log.error().detail);
  if (log->type != tlog::KeyType::ed25519)
    return found(Kind::usage, "--key is a witness's key, not a log's.");
  Wanted wanted{*log, {}, {}};
  for (const std::string& text : args.witnesses) {
    auto witness = tlog::VerifierKey::parse(text);
    if (!witness) return found(Kind::usage, "--witness: " + witness.error().detail);
    if (witness->type != tlog::KeyType::cosignature)
      return found(Kind::usage, "--witness is a log's key, not a witness's.");
    wanted.witnesses.push_back(*witness);
  }
  if (args.since.empty()) return wanted;
  auto since = read_file(args.since);
  if (since) {
    wanted.since = *since;
  } else if (since.error().fault != Fault::not_found) {
    return found(Kind::bad_since, "--since: " + since.error().detail);
  }
  return wanted;
}

Checked<std::unique_ptr<Source>> open_source(const Args& args) {
  const bool is_url = args.log.starts_with("http://") || args.log.starts_with("https://");
  if (!is_url) return folder_source(args.log);
  auto source = url_source(args.log, args.ca_file);
  if (!source) return found(Kind::unreachable, source.error().detail);
  return std::move(*source);
}

// A log that is being written to is between two states for a moment: tiles come before their
// checkpoint, cosignatures after it. A fault of those kinds must last to be one.
bool may_pass(Kind kind) {
  return kind == Kind::unlisted_file || kind == Kind::no_witness || kind == Kind::missing_file ||
         kind == Kind::wrong_tile || kind == Kind::bad_entries;
}

constexpr int kAttempts = 3;
constexpr auto kPause = std::chrono::milliseconds(300);

Checked<Report> verify_settled(Source& source, const Wanted& wanted) {
  auto report = verify_log(source, wanted);
  for (int i = 1; i < kAttempts && !report && may_pass(report.error().kind); ++i) {
    std::this_thread::sleep_for(kPause);
    report = verify_log(source, wanted);
  }
  return report;
}

void print(const Report& report) {
  fmt::print("{}: {} entries, root {}\n", report.checkpoint.origin, report.checkpoint.size,
             tlog::hash_text(report.checkpoint.root));
  fmt::print("Signed by the log and {} of {} named witnesses. Every entry and tile is in place.\n",
             report.witnesses, report.witnesses);
  fmt::print("{} entries since the last time:\n", report.checkpoint.size - report.since_size);
  for (const auto& [verb, count] : report.verbs)
    fmt::print("  {:>10}  {}\n", count, verb.empty() ? "(others)" : verb);
}

int run(const Args& args) {
  auto wanted = read_args(args);
  if (!wanted) return tell(wanted.error());
  auto source = open_source(args);
  if (!source) return tell(source.error());
  auto report = verify_settled(**source, *wanted);
  if (!report) return tell(report.error());
  if (!args.since.empty()) {
    auto kept = replace_file(args.since, report->note, 0644);
    if (!kept) return tell({Kind::bad_since, "--since: " + kept.error().detail});
  }
  print(*report);
  return 0;
}

}  // namespace
}  // namespace guildhall::verify

int main(int argc, char** argv) {
  guildhall::verify::Args args;
  CLI::App app("Checks a transparency log by its files and the public keys");
  app.set_version_flag("--version", GUILDHALL_VERSION);
  app.add_option("--log", args.log, "The log's folder, or its address")->required();
  app.add_option("--key", args.key, "The log's verifier key: NAME+ID+KEY")->required();
  app.add_option("--witness", args.witnesses, "A witness's verifier key; each must have signed");
  app.add_option("--since", args.since,
                 "File with the checkpoint of the last time; rewritten after success");
  app.add_option("--ca-file", args.ca_file, "Authorities (PEM) for https");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(guildhall::verify::Kind::usage);
  }
  return guildhall::verify::run(args);
}
