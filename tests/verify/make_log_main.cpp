// A log to be verified, and what is known of it: verify-make-log DIR [--other] SIZE [SIZE...]
//
// `--other` gives its entries another history, under the same key. Makes the log in DIR grow to
// each size in turn, cosigned, keeps each checkpoint as DIR/at-SIZE and a proof of the entry in its
// middle as DIR/proof-SIZE, and prints the log's and the witness's verifier keys, a line each.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "base/files.h"
#include "tlog/log.h"
#include "tlog/published.h"

int main(int argc, char** argv) {
  namespace tlog = guildhall::tlog;
  using guildhall::crypto::SigningKey;
  const bool other = argc > 2 && std::string_view(argv[2]) == "--other";
  const int first = other ? 3 : 2;
  if (argc <= first) return 2;
  const std::filesystem::path dir = argv[1];
  const auto key = SigningKey::from_seed(guildhall::Secret(std::string(32, 'k'))).value();
  const auto witness = SigningKey::from_seed(guildhall::Secret(std::string(32, 'w'))).value();
  const tlog::VerifierKey cosigner{"witness.example", tlog::KeyType::cosignature,
                                   witness.public_key()};
  auto log = tlog::Log::open(dir, "example.com/log", key).value();
  for (int i = first; i < argc; ++i) {
    const std::uint64_t size = std::strtoull(argv[i], nullptr, 10);
    std::vector<std::string> entries;
    for (std::uint64_t n = log->size(); n < size; ++n)
      entries.push_back(fmt::format(R"({{"verb":"v{}","n":{}}})", n % 3, other ? n + 1 : n));
    log->append(entries).value();
    log->integrate().value();
    const std::string text = tlog::parse_note(log->checkpoint()).value().text;
    const std::vector lines{tlog::cosign_note(text, cosigner.name, witness, 1)};
    log->add_cosignatures(text, lines).value();
    guildhall::replace_file(dir / fmt::format("at-{}", argv[i]), log->checkpoint()).value();
    auto files = tlog::disk_files();
    auto published = tlog::PublishedLog::open(*files, dir / "log").value();
    const std::string proof = tlog::to_text(published.prove(size / 2).value());
    guildhall::replace_file(dir / fmt::format("proof-{}", argv[i]), proof).value();
  }
  fmt::print("{}\n{}\n", log->key().text(), cosigner.text());
  return 0;
}
