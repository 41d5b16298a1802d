// The recovery kit, printed, taken back, and used by another keeper: commands of commands.h.
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <optional>

#include "base/clock.h"
#include "base/files.h"
#include "base/limits.h"
#include "crypto/share_text.h"
#include "keeper/command_keys.h"
#include "keeper/commands.h"
#include "keeper/witness_file.h"

namespace guildhall::keeper {
namespace {

Result<std::pair<int, int>> parse_shares(std::string_view text) {
  int needed = 0, all = 0;
  const char* end = text.data() + text.size();
  auto first = std::from_chars(text.data(), end, needed);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == '/') {
    auto second = std::from_chars(first.ptr + 1, end, all);
    if (second.ec == std::errc() && second.ptr == end) return std::pair(needed, all);
  }
  return fail(Fault::invalid, "bad-shares", "--shares is M/N, for instance 2/3.");
}

// One line of standard input; nothing at its end.
std::optional<Secret> read_line() {
  std::string line;
  line.reserve(kMaxPasswordBytes * 4);
  int letter = 0;
  while ((letter = std::getchar()) != EOF && letter != '\n') line += static_cast<char>(letter);
  if (letter == EOF && line.empty()) return std::nullopt;
  return Secret(std::move(line));
}

// Shares until they give the secret.
Result<Secret> gather() {
  std::vector<crypto::Share> shares;
  fmt::print(stderr, "Shares, one a line:\n");
  while (auto line = read_line()) {
    if (line->expose().find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto share = crypto::read_share(line->expose());
    if (!share) {  // says which letter; the line can be typed again
      fmt::print(stderr, "guildhall: {}\n", share.error().detail);
      continue;
    }
    shares.push_back(std::move(*share));
    auto secret = crypto::combine(shares);
    if (secret || secret.error().type != "too-few-shares") return secret;
  }
  return crypto::combine(shares);
}

}  // namespace

int run_kit(const KeyOptions& options, const std::string& shares) {
  auto printed = [&]() -> Result<void> {
    auto [needed, all] = TRY(parse_shares(shares));
    auto keys = TRY(open_keyring(options));
    auto made = TRY(crypto::split(keys.root(), needed, all));
    fmt::print("Recovery kit of the keeper {}\n{}\n\n", vault::keeper_id_text(keys.id()),
               rfc3339(system_clock().now_ms()));
    fmt::print("Any {} of these {} shares, with a copy of keys.box, rebuild it:\n", needed, all);
    fmt::print("  guildhall keeper recover DIR --box keys.box\n\n");
    fmt::print("Give each share to another person. Copy keys.box after each new project.\n");
    for (const auto& share : made) {
      fmt::print("\nShare {} of {}:\n{}\n", share.index, all, crypto::share_text(share).expose());
    }
    return {};
  }();
  return printed ? 0 : report(printed.error());
}

int run_take_keys(const KeyOptions& options, const std::string& box) {
  auto taken = [&]() -> Result<std::size_t> {
    if (is_served(options.dir)) return keeper_runs();
    auto own = TRY(open_keyring(options));
    auto bytes = TRY(read_file(box, kMaxKeyFileBytes));
    return own.take_from(TRY(gather()), bytes);
  }();
  if (!taken) return report(taken.error());
  fmt::print("{} keys are new to the keeper in {}. Copy keys.box again.\n", *taken, options.dir);
  return 0;
}

int run_recover(const KeyOptions& options, const std::string& box, Rebuilt as) {
  auto rebuilt = [&]() -> Result<Keyring> {
    auto bytes = TRY(read_file(box, kMaxKeyFileBytes));
    auto root = TRY(gather());
    auto secret = TRY(chosen_secret(options));
    return Keyring::recover(options.dir, root, bytes, secret, as, chosen_token(options));
  }();
  if (!rebuilt) return report(rebuilt.error());
  // A new signing key has cosigned nothing yet; any other may have forgotten what it did.
  WitnessFile witness(options.dir);
  auto known = as == Rebuilt::second ? witness.create(rebuilt->id().public_key)
                                     : witness.create_unknowing(rebuilt->id().public_key);
  if (!known) return report(known.error());
  fmt::print("The keeper is rebuilt in {}, with {} keys:\n\n  {}\n\nAdd its rooms anew",
             options.dir, rebuilt->size(), vault::keeper_id_text(rebuilt->id()));
  switch (as) {
    case Rebuilt::same: fmt::print(", and withdraw again what was withdrawn.\n"); break;
    case Rebuilt::next_epoch: fmt::print(", and tell them of it in the old one's place.\n"); break;
    case Rebuilt::second: fmt::print(", and tell them of it beside the first.\n"); break;
  }
  return 0;
}

}  // namespace guildhall::keeper
