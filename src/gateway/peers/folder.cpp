#include "gateway/peers/folder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/random.h"
#include "vault/lease_frame.h"

namespace guildhall::gateway {
namespace {

namespace fs = std::filesystem;

Result<RoomId> room_of(const fs::path& dir) {
  auto text = read_file(dir / "room.json");
  auto value = text ? parse_json(*text) : Result<json::value>(std::unexpected(text.error()));
  const auto* room = value ? find(*value, "room") : nullptr;
  auto number = room ? as_int(*room) : std::nullopt;
  if (!number) {
    return fail(Fault::not_found, "no-room", fmt::format("There is no room in {}.", dir.string()));
  }
  return RoomId{*number};
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

Result<crypto::SigningKey> owner_key(const fs::path& dir) {
  auto path = peers_folder(dir) / "owner.key";
  if (!is_there(path)) {
    auto key = crypto::SigningKey::generate(system_random());
    TRY(replace_file(path, key.seed().expose()));
    TRY(replace_file(peers_folder(dir) / "owner.pub", key.public_key(), 0644));
    return key;
  }
  return crypto::SigningKey::from_seed(Secret(TRY(read_file(path, 64))));
}

}  // namespace

fs::path peers_folder(const fs::path& room_dir) { return room_dir / "peers"; }
fs::path peers_note(const fs::path& room_dir) { return peers_folder(room_dir) / "peers.note"; }
fs::path peers_wish(const fs::path& room_dir) { return peers_folder(room_dir) / "peers.wish"; }

Result<std::vector<std::string>> peer_signers(const fs::path& room_dir) {
  std::vector<std::string> out;
  auto keepers = read_file(room_dir / "room.keepers");
  if (!keepers) {
    auto owner = read_file(peers_folder(room_dir) / "owner.pub", 64);
    if (owner) out.push_back(std::move(*owner));
    if (!out.empty()) return out;
    return fail(Fault::not_found, "no-peers", "The room has no peers.");
  }
  std::string_view rest = *keepers;
  while (!rest.empty()) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!line.empty()) out.push_back(TRY(vault::parse_keeper_id(line)).public_key);
  }
  return out;
}

Result<PeerList> read_peers(const fs::path& room_dir) {
  auto room = TRY(room_of(room_dir));
  auto text = read_file(peers_note(room_dir), kMaxPeersFile);
  if (!text && text.error().type == "no-file") return PeerList{room, 0, {}};
  if (!text) return std::unexpected(text.error());
  auto list = TRY(open_peers(*text, TRY(peer_signers(room_dir))));
  if (list.room != room) {
    return fail(Fault::forbidden, "other-room", "The list of peers is another room's.");
  }
  return list;
}

Result<bool> write_peers(const fs::path& room_dir, PeerList list) {
  std::error_code error;
  fs::create_directories(peers_folder(room_dir), error);
  fs::permissions(peers_folder(room_dir), fs::perms::owner_all, error);
  ++list.serial;
  if (is_there(room_dir / "room.keepers")) {
    TRY(replace_file(peers_wish(room_dir), unsigned_peers(list)));
    return false;
  }
  TRY(replace_file(peers_note(room_dir), TRY(sign_peers(list, TRY(owner_key(room_dir))))));
  return true;
}

Result<void> write_credential(const fs::path& room_dir, std::string_view peer,
                              const Secret& credential) {
  auto path = peers_folder(room_dir) / fmt::format("{}.key", peer);
  if (!credential.empty()) return replace_file(path, credential.expose());
  std::error_code error;
  fs::remove(path, error);
  return {};
}

}  // namespace guildhall::gateway
