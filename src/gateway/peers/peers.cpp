#include "gateway/peers/peers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "base/limits.h"
#include "base/mail_address.h"
#include "tlog/note.h"

namespace guildhall::gateway {
namespace {

constexpr std::string_view kTitle = "guildhall peers v1";
constexpr std::string_view kKinds[] = {"model", "webhook", "traces", "mail"};

struct Scheme {
  std::string_view begins;
  int port;
  bool mail;
  bool tls;
  bool starttls;
};
constexpr Scheme kSchemes[] = {
    {"https://", 443, false, true, false},
    {"http://", 80, false, false, false},
    {"smtps://", 465, true, true, false},
    {"smtp://", 587, true, true, true},
};

std::unexpected<Error> bad_peer(std::string detail, std::string field) {
  return fail(Fault::invalid, "bad-peer", std::move(detail), std::move(field));
}

std::unexpected<Error> bad_peers() {
  return fail(Fault::malformed, "bad-peers", "The list of peers is not well formed.");
}

bool is_peer_name(std::string_view name) {
  auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= kMaxPeerName && std::ranges::all_of(name, fits);
}

// Host and port of `host`, `host:1`, `[::1]:1`.
Result<void> split_host(Peer& peer, std::string_view text, int port) {
  std::string_view digits;
  auto end = text.starts_with('[') ? text.find(']') : text.find(':');
  if (text.starts_with('[')) {
    if (end == std::string_view::npos) return bad_peer("The address has no ].", "url");
    peer.host = text.substr(1, end - 1);
    ++end;
  } else {
    peer.host = text.substr(0, end);
  }
  if (end < text.size()) {
    if (text[end] != ':') return bad_peer("After the host comes a colon and the port.", "url");
    digits = text.substr(end + 1);
  }
  auto of_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == ':';
  };
  if (peer.host.empty() || peer.host.size() > 253 || !std::ranges::all_of(peer.host, of_name)) {
    return bad_peer("The host is a name or an address.", "url");
  }
  peer.port = port;
  if (digits.empty()) return {};
  auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), peer.port);
  bool whole = error == std::errc() && last == digits.data() + digits.size();
  if (!whole || peer.port < 1 || peer.port > 65'535) return bad_peer("The port is none.", "url");
  return {};
}

// As the vendors' clients have it: OpenAI's base ends in /v1, Anthropic's does not.
void settle_path(Peer& peer) {
  if (peer.kind == PeerKind::webhook) {
    if (peer.path.empty()) peer.path = "/";
    return;
  }
  while (peer.path.ends_with('/')) peer.path.pop_back();
  if (peer.kind != PeerKind::model) return;
  if (peer.dialect == Vendor::openai && peer.path.empty()) peer.path = "/v1";
  if (peer.dialect == Vendor::anthropic && peer.path.empty()) peer.path = "/v1";
}

Result<Scheme> scheme_of(const Peer& peer) {
  bool mail = peer.kind == PeerKind::mail;
  for (const auto& scheme : kSchemes) {
    if (scheme.mail == mail && peer.url.starts_with(scheme.begins)) return scheme;
  }
  if (mail) {
    return bad_peer("A relay's URL begins with smtps://, or smtp:// where TLS comes by STARTTLS.",
                    "url");
  }
  return bad_peer("The URL begins with https://, or http:// in a network of one's own.", "url");
}

Result<void> check_mail(const Peer& peer) {
  bool mail = peer.kind == PeerKind::mail;
  if (mail && !peer.path.empty()) return bad_peer("A relay's URL has no path.", "url");
  if (mail && !is_mail_address(peer.from)) {
    return bad_peer("A relay's mail comes from one address.", "from");
  }
  if (!mail && !peer.from.empty()) return bad_peer("Only a relay's mail has a sender.", "from");
  return {};
}

Result<Peer> read_peer(const json::value& from) {
  Peer out;
  auto text = [&](std::string_view name) {
    const auto* value = find_string(from, name);
    return value ? std::string(view(*value)) : std::string();
  };
  out.name = text("name");
  out.url = text("url");
  out.pin = text("pin");
  out.ca = text("ca");
  out.from = text("from");
  auto kind = peer_kind_of(text("kind"));
  if (!kind) return bad_peer("The kind is model, webhook, traces or mail.", "kind");
  out.kind = *kind;
  auto dialect = text("dialect");
  if (dialect != "openai" && dialect != "anthropic") {
    return bad_peer("The dialect is openai or anthropic.", "dialect");
  }
  if (dialect == "anthropic") out.dialect = Vendor::anthropic;
  if (const auto* bytes = find(from, "bytes_per_day")) {
    out.bytes_per_day = as_int(*bytes).value_or(-1);
  }
  if (const auto* allow = find_array(from, "allow")) {
    for (const auto& block : *allow) {
      if (!block.is_string()) return bad_peer("An address block is a text.", "allow");
      out.allow.emplace_back(view(block.get_string()));
    }
  }
  TRY(complete_peer(out));
  return out;
}

// `word NUMBER` and its newline, from the front of `text`.
Result<std::int64_t> take_number(std::string_view& text, std::string_view word) {
  auto end = text.find('\n');
  auto line = text.substr(0, end);
  if (end == std::string_view::npos || !line.starts_with(word)) return bad_peers();
  line.remove_prefix(word.size());
  std::int64_t value = 0;
  auto [last, error] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (error != std::errc() || last != line.data() + line.size() || value < 0) return bad_peers();
  text.remove_prefix(end + 1);
  return value;
}

Result<PeerList> read_list(std::string_view rest) {
  if (!rest.starts_with(kTitle) || !rest.substr(kTitle.size()).starts_with('\n')) {
    return bad_peers();
  }
  rest.remove_prefix(kTitle.size() + 1);
  PeerList out;
  out.room = RoomId { TRY(take_number(rest, "room ")) };
  out.serial = TRY(take_number(rest, "serial "));
  auto body = TRY(parse_json(rest));
  const auto* peers = find_array(body, "peers");
  if (!peers || peers->size() > kMaxPeers) return bad_peers();
  for (const auto& one : *peers) {
    auto peer = TRY(read_peer(one));
    if (out.find(peer.name)) return bad_peer("Two peers have one name.", "name");
    out.peers.push_back(std::move(peer));
  }
  return out;
}

}  // namespace

std::string_view word(PeerKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<PeerKind> peer_kind_of(std::string_view text) {
  const auto* kind = std::ranges::find(kKinds, text);
  if (kind == std::end(kKinds)) return std::nullopt;
  return static_cast<PeerKind>(kind - kKinds);
}

std::string Peer::to_json_text() const {
  JsonWriter out;
  out.begin_object()
      .field("name", name)
      .field("kind", word(kind))
      .field("url", url)
      .field("dialect", dialect == Vendor::anthropic ? "anthropic" : "openai");
  if (!allow.empty()) {
    out.key("allow").begin_array();
    for (const auto& block : allow) out.string(block);
    out.end_array();
  }
  if (!pin.empty()) out.field("pin", pin);
  if (!ca.empty()) out.field("ca", ca);
  if (!from.empty()) out.field("from", from);
  out.field("bytes_per_day", bytes_per_day).end_object();
  return out.take();
}

const Peer* PeerList::find(std::string_view name) const {
  auto at = std::ranges::find(peers, name, &Peer::name);
  return at == peers.end() ? nullptr : &*at;
}

Result<void> complete_peer(Peer& peer) {
  if (!is_peer_name(peer.name)) {
    return bad_peer("A peer's name has small letters, digits, - and _.", "name");
  }
  const auto scheme = TRY(scheme_of(peer));
  peer.tls = scheme.tls;
  peer.starttls = scheme.starttls;
  auto rest = std::string_view(peer.url).substr(scheme.begins.size());
  auto slash = rest.find('/');
  peer.path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  bool plain = std::ranges::none_of(peer.path, [](char c) {
    return c <= ' ' || c == '?' || c == '#' || c == '@' || static_cast<unsigned char>(c) > 126;
  });
  if (!plain) return bad_peer("The URL has no user, query or fragment.", "url");
  TRY(split_host(peer, rest.substr(0, slash), scheme.port));
  settle_path(peer);
  TRY(check_mail(peer));
  peer.blocks.clear();
  for (const auto& block : peer.allow) peer.blocks.push_back(TRY(parse_block(block)));
  if (!peer.tls && peer.blocks.empty()) {
    return bad_peer("Without TLS a peer is in a network of one's own: name its addresses.",
                    "allow");
  }
  if (!peer.pin.empty() && !peer.pin.starts_with("sha256//")) {
    return bad_peer("A pin reads sha256//BASE64.", "pin");
  }
  if (peer.bytes_per_day <= 0) {
    return bad_peer("How many bytes may go to it in a day is a positive number.", "bytes_per_day");
  }
  return {};
}

std::string unsigned_peers(const PeerList& list) {
  std::string out =
      fmt::format("{}\nroom {}\nserial {}\n{{\"peers\":[", kTitle, list.room.value, list.serial);
  for (std::size_t i = 0; i < list.peers.size(); ++i) {
    if (i > 0) out += ',';
    out += list.peers[i].to_json_text();
  }
  return out + "]}\n";
}

Result<std::string> sign_peers(const PeerList& list, const crypto::SigningKey& key) {
  if (list.peers.size() > kMaxPeers) {
    return fail(Fault::too_large, "too-many-peers", "A room has too many peers.");
  }
  return sign_peers_text(unsigned_peers(list), key);
}

Result<std::string> sign_peers_text(std::string_view text, const crypto::SigningKey& key) {
  TRY(read_list(text));
  auto signature = tlog::sign_note(text, kPeersSigner, key);
  return fmt::format("{}\n{}", text, tlog::signature_line(signature));
}

Result<PeerList> read_unsigned_peers(std::string_view text) { return read_list(text); }

Result<PeerList> open_peers(std::string_view text, std::span<const std::string> keys) {
  if (text.size() > kMaxPeersFile) return bad_peers();
  auto note = TRY(tlog::parse_note(text));
  std::vector<tlog::VerifierKey> known;
  for (const auto& key : keys) {
    known.push_back({std::string(kPeersSigner), tlog::KeyType::ed25519, key});
  }
  auto signers = tlog::verify_note(note, known);
  if (!signers || signers->empty()) {
    return fail(Fault::forbidden, "peers-unsigned",
                "The list of peers is not signed by the keeper or the owner's key.");
  }
  return read_list(note.text);
}

}  // namespace guildhall::gateway
