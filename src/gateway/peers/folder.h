// The folder of a room's peers, ROOM/peers, which the room's own process may not write:
//
//   peers.note   the signed list           NAME.key    a peer's credential, one line, 0600
//   peers.wish   a list that the keeper is to sign
//   owner.key    what signs the list where there is no keeper, 0600; owner.pub its public half
//   NAME.spent   how much was sent today (dialler/account.h)
//
// Concurrency: free functions. Limits: kMaxPeersFile, kMaxCredential.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"
#include "gateway/peers/peers.h"

namespace guildhall::gateway {

std::filesystem::path peers_folder(const std::filesystem::path& room_dir);
std::filesystem::path peers_note(const std::filesystem::path& room_dir);
std::filesystem::path peers_wish(const std::filesystem::path& room_dir);

// Who may sign the list: the room's keepers, or else its owner's key. Raw public keys. Error:
// not_found/"no-peers" where there is neither.
Result<std::vector<std::string>> peer_signers(const std::filesystem::path& room_dir);
// An empty list where there is none yet. Errors: those of open_peers; forbidden/"other-room".
Result<PeerList> read_peers(const std::filesystem::path& room_dir);

// Writes it with a serial one higher: signed by the owner's key, which is made where there is none;
// or, where the room has a keeper, as the wish that the keeper signs (`guildhall keeper
// sign-peers`). Whether it is in force.
Result<bool> write_peers(const std::filesystem::path& room_dir, PeerList list);
// An empty one removes it.
Result<void> write_credential(const std::filesystem::path& room_dir, std::string_view peer,
                              const Secret& credential);

}  // namespace guildhall::gateway
