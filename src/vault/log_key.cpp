#include "vault/log_key.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/random.h"
#include "crypto/row.h"

namespace guildhall::vault {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHead = "guildhall log key 1\n";

Result<crypto::SigningKey> unwrap(std::string_view file, const std::string& origin,
                                  const Secret& machine) {
  if (machine.empty()) {
    return fail(Fault::forbidden, "other-machine",
                "The log's key is under a machine key, and room.json names none.");
  }
  auto seed = crypto::open_row(machine.expose(), origin, file.substr(kHead.size()));
  if (seed) return crypto::SigningKey::from_seed(Secret(std::string(seed->expose())));
  return fail(Fault::forbidden, "other-machine",
              "The log's key is under the key of another machine: bring that file along, or use"
              " `guildhall room restore`.");
}

Result<void> keep(const fs::path& folder, const std::string& origin, const Secret& machine,
                  const crypto::SigningKey& key) {
  tlog::VerifierKey vkey{.name = origin, .public_key = key.public_key()};
  TRY(replace_file(folder / "log.vkey", vkey.text() + "\n", 0644));
  if (machine.empty()) return replace_file(folder / "log.key", key.seed().expose());
  auto wrapped = crypto::seal_row(machine.expose(), origin, key.seed().expose(), system_random());
  return replace_file(folder / "log.key", std::string(kHead) + wrapped);
}

}  // namespace

Result<Secret> machine_key(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    fs::create_directories(file.parent_path(), error);
    fs::permissions(file.parent_path(), fs::perms::owner_all, error);
    // Two that make it at once agree on whose it is: a link does not replace.
    auto own = file.string() + fmt::format(".{}", system_random().below(1ULL << 40));
    TRY(replace_file(own, system_random().bytes(crypto::kRowKeyBytes)));
    fs::create_hard_link(own, file, error);
    fs::remove(own, error);
    TRY(sync_folder(file.parent_path()));
  }
  auto key = Secret(TRY(read_file(file)));
  if (key.size() == crypto::kRowKeyBytes) return key;
  return fail(Fault::invalid, "bad-key-file", fmt::format("{} is damaged.", file.string()));
}

Result<crypto::SigningKey> open_log_key(const fs::path& folder, const std::string& origin,
                                        const Secret& machine) {
  std::error_code error;
  if (!fs::exists(folder / "log.key", error)) {
    auto made = crypto::SigningKey::generate(system_random());
    TRY(keep(folder, origin, machine, made));
    return made;
  }
  auto file = TRY(read_file(folder / "log.key"));
  if (file.starts_with(kHead)) {
    auto key = TRY(unwrap(file, origin, machine));
    if (!fs::exists(folder / "log.vkey", error)) TRY(keep(folder, origin, machine, key));
    return key;
  }
  auto bare = TRY(crypto::SigningKey::from_seed(Secret(std::move(file))));
  if (!machine.empty() || !fs::exists(folder / "log.vkey", error)) {
    TRY(keep(folder, origin, machine, bare));
  }
  return bare;
}

Result<tlog::VerifierKey> read_log_vkey(const fs::path& folder) {
  auto text = TRY(read_file(folder / "log.vkey"));
  while (text.ends_with('\n')) text.pop_back();
  return tlog::VerifierKey::parse(text);
}

}  // namespace guildhall::vault
