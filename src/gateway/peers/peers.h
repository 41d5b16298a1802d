// The peers of a room: the servers that it may reach, and how. A signed note (C2SP signed-note), so
// that the processes of the room cannot add one:
//
//   guildhall peers v1
//   room NUMBER
//   serial NUMBER
//   {"peers":[{"name":…,"kind":"model"|"webhook"|"traces"|"mail","url":…,"dialect":"openai"|
//   "anthropic",…}]}
//
//   — guildhall-peers+… signature of the keeper, or of the owner's key beside the room
//
// Concurrency: values. Limits: kMaxPeers, kMaxPeersFile.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "crypto/sign.h"
#include "gateway/peers/addresses.h"
#include "gateway/vendor.h"

namespace guildhall::gateway {

enum class PeerKind : unsigned char { model, webhook, traces, mail };

struct Peer {
  std::string name;  // as a path's part may be: letters, digits, - and _
  PeerKind kind = PeerKind::model;
  std::string url;  // as it was given
  Vendor dialect = Vendor::openai;
  std::vector<std::string> allow;  // blocks of addresses that are not public
  std::string pin;                 // sha256//… of its public key; empty: none
  std::string ca;                  // PEM, instead of the system's authorities
  std::string from;                // a mail relay's: the only address that mail comes from
  std::int64_t bytes_per_day = 0;  // to it

  // Of the URL.
  bool tls = false;
  bool starttls = false;  // it begins without, and goes no further so
  std::string host;
  int port = 0;
  // A webhook's whole; others': in front of an endpoint's, without the last slash.
  std::string path;
  std::vector<Block> blocks;

  bool operator==(const Peer& other) const { return to_json_text() == other.to_json_text(); }
  std::string to_json_text() const;
};

std::string_view word(PeerKind kind);
std::optional<PeerKind> peer_kind_of(std::string_view word);

struct PeerList {
  RoomId room;
  std::int64_t serial = 0;  // higher than of the list before
  std::vector<Peer> peers;

  const Peer* find(std::string_view name) const;
};

inline constexpr std::string_view kPeersSigner = "guildhall-peers";

// Checks and fills what is of the URL. Errors: invalid/"bad-peer", "bad-address", naming the field.
Result<void> complete_peer(Peer& peer);
// The note's text, as it is signed.
std::string unsigned_peers(const PeerList& list);
// Errors: malformed/"bad-peers"; those of complete_peer.
Result<PeerList> read_unsigned_peers(std::string_view text);
Result<std::string> sign_peers(const PeerList& list, const crypto::SigningKey& key);
// The same of a text as unsigned_peers gives it. Error: malformed/"bad-peers" for any other.
Result<std::string> sign_peers_text(std::string_view text, const crypto::SigningKey& key);
// `keys`: raw Ed25519 public keys, any of which may have signed. Errors: malformed/"bad-note",
// "bad-peers"; forbidden/"peers-unsigned" by none of them; those of complete_peer.
Result<PeerList> open_peers(std::string_view note, std::span<const std::string> keys);

}  // namespace guildhall::gateway
