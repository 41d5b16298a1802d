// guildhall-verify: checks a log, or one proof, by the files and the public keys; and `log`, which
// asks a room who opened what and proves each line. It exits with the number of the fault
// (docs/verify.md).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/files.h"
#include "verify/log_command.h"
#include "verify/proof_check.h"
#include "verify/verifier.h"

namespace guildhall::verify {
namespace {

struct Args {
  std::string log;
  std::string proof;
  std::string key;
  std::vector<std::string> witnesses;
  std::string since;
  std::string ca_file;
};

int tell(const Finding& finding, std::string_view command = "verify") {
  fmt::print(stderr, "guildhall {}: {}\n", command, finding.sentence);
  return static_cast<int>(finding.kind);
}

Checked<tlog::VerifierKey> read_key(const std::string& text) {
  auto log = tlog::VerifierKey::parse(text);
  if (!log) return found(Kind::usage, "--key: " + log.error().detail);
  if (log->type != tlog::KeyType::ed25519)
    return found(Kind::usage, "--key is a witness's key, not a log's.");
  return *log;
}

Checked<std::vector<tlog::VerifierKey>> read_witnesses(const std::vector<std::string>& texts) {
  std::vector<tlog::VerifierKey> out;
  for (const std::string& text : texts) {
    auto witness = tlog::VerifierKey::parse(text);
    if (!witness) return found(Kind::usage, "--witness: " + witness.error().detail);
    if (witness->type != tlog::KeyType::cosignature)
      return found(Kind::usage, "--witness is a log's key, not a witness's.");
    out.push_back(*witness);
  }
  return out;
}

Checked<Wanted> read_args(const Args& args) {
  auto log = read_key(args.key);
  if (!log) return std::unexpected(std::move(log).error());
  auto witnesses = read_witnesses(args.witnesses);
  if (!witnesses) return std::unexpected(std::move(witnesses).error());
  Wanted wanted{*log, *witnesses, {}};
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

constexpr std::size_t kMaxProofFile = 1U << 20;
constexpr std::size_t kMaxTokenFile = 4U << 10;
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

int run_proof(const Args& args, const Wanted& wanted) {
  auto text = read_file(args.proof, kMaxProofFile);
  if (!text) return tell({Kind::unreachable, "--proof: " + text.error().detail});
  auto proven = check_proof(*text, wanted);
  if (!proven) return tell(proven.error());
  fmt::print("{}: entry {} of {}, root {}\n", proven->checkpoint.origin, proven->index,
             proven->checkpoint.size, tlog::hash_text(proven->checkpoint.root));
  fmt::print("Signed by the log and {} of {} named witnesses. The entry:\n{}\n",
             wanted.witnesses.size(), wanted.witnesses.size(), proven->entry);
  return 0;
}

int run(const Args& args) {
  auto wanted = read_args(args);
  if (!wanted) return tell(wanted.error());
  if (!args.proof.empty()) return run_proof(args, *wanted);
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

// ---- guildhall log

struct LogArgs {
  std::string room;
  std::string token_file;
  std::string ca_file;
  std::string id;
  std::string from;
  std::string to;
  std::vector<std::string> keys;
  std::vector<std::string> witnesses;
  bool json = false;
};

// One line of visible ASCII: it goes into a header.
Checked<std::string> read_token(const std::string& file) {
  std::string token;
  if (file.empty()) {
    const char* given = std::getenv("GUILDHALL_TOKEN");
    token = given ? given : "";
  } else {
    auto text = read_file(file, kMaxTokenFile);
    if (!text) return found(Kind::usage, "--token-file: " + text.error().detail);
    token = text->substr(0, text->find_first_of("\r\n"));
  }
  const bool fit = std::ranges::all_of(token, [](char c) { return c > ' ' && c < 127; });
  if (token.empty() || !fit)
    return found(Kind::usage, "A token is asked for: --token-file, or GUILDHALL_TOKEN.");
  return token;
}

Checked<LogQuery> read_query(const LogArgs& args, bool by_member) {
  LogQuery query;
  query.room = args.room;
  while (query.room.ends_with('/')) query.room.pop_back();
  query.ca_file = args.ca_file;
  query.json = args.json;
  query.params = by_member ? "member=" + escaped(args.id) : about(args.id);
  if (query.params.empty())
    return found(Kind::usage,
                 "Openings are asked by the id of a task, submission, project or member.");
  if (!args.from.empty()) query.params += "&from=" + escaped(args.from);
  if (!args.to.empty()) query.params += "&to=" + escaped(args.to);
  auto token = read_token(args.token_file);
  if (!token) return std::unexpected(std::move(token).error());
  query.token = *token;
  for (const std::string& text : args.keys) {
    auto key = read_key(text);
    if (!key) return std::unexpected(std::move(key).error());
    query.keys.push_back(*key);
  }
  auto witnesses = read_witnesses(args.witnesses);
  if (!witnesses) return std::unexpected(std::move(witnesses).error());
  query.witnesses = *witnesses;
  return query;
}

int run_log(const LogArgs& args, bool by_member) {
  auto query = read_query(args, by_member);
  if (!query) return tell(query.error(), "log");
  auto lines = print_openings(*query);
  if (!lines) return tell(lines.error(), "log");
  if (!args.json) fmt::print("{} openings, each proved.\n", *lines);
  return 0;
}

CLI::App* add_log_command(CLI::App& app, LogArgs& args, const char* name, const char* about,
                          const char* id) {
  auto* command = app.add_subcommand(name, about);
  command->add_option("id", args.id, id)->required();
  command->add_option("--room", args.room, "The room's URL")->required();
  command->add_option("--key", args.keys, "Its log's verifier key; one for each of its logs")
      ->required();
  command->add_option("--witness", args.witnesses, "A witness's; each must have signed");
  command->add_option("--token-file", args.token_file,
                      "Its first line is a token of an owner or auditor (or GUILDHALL_TOKEN)");
  command->add_option("--from", args.from, "Not before: a time of RFC 3339");
  command->add_option("--to", args.to, "Not after");
  command->add_option("--ca-file", args.ca_file, "Authorities (PEM) for https");
  command->add_flag("--json", args.json, "A JSON object a line");
  return command;
}

int log_main(int argc, char** argv) {
  LogArgs args;
  CLI::App app("Who opened what in a room, each line proved by its log", "guildhall log");
  app.require_subcommand(1);
  add_log_command(app, args, "who", "Who opened this",
                  "Of a task, a submission, a project, or a member (what is kept of them)");
  auto* by = add_log_command(app, args, "opened-by", "What a member opened", "The member's");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(Kind::usage);
  }
  return run_log(args, by->parsed());
}

}  // namespace
}  // namespace guildhall::verify

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "log") {
    return guildhall::verify::log_main(argc - 1, argv + 1);
  }
  guildhall::verify::Args args;
  CLI::App app("Checks a transparency log by its files and the public keys");
  app.set_version_flag("--version", GUILDHALL_VERSION);
  auto* what = app.add_option_group("what");
  what->add_option("--log", args.log, "The log's folder, or its address");
  what->add_option("--proof", args.proof, "One proof (tlog-proof) that holds its entry");
  what->require_option(1);
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
