// A malicious library in a role of the connector (guildhall-dialler-thief and the others): it is
// there before the box is, and acts when a request goes through the role. Which way out it tries is
// in its peer's name, `try-WAY`; what it takes is every word that was planted for it (CANARY-…) in
// what it can see.
//
// Concurrency: the role's one thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace guildhall::incident {

// Where the sink listens, on every address (run.py); and the folder of what is planted.
inline constexpr std::uint16_t kSink = 8080, kSinkUdp = 9999, kDns = 53, kWeb = 80;
inline constexpr std::uint16_t kPlainPeer = 7001, kTlsPeer = 7004;  // on loopback
inline constexpr const char* kElsewhere = "10.66.0.1";
inline constexpr const char* kMetadata = "169.254.169.254";
inline constexpr const char* kSinkSocket = "/run/incident/stream.sock";
inline constexpr const char* kAbstract = "guildhall-incident-sink";
inline constexpr const char* kPlanted[] = {
    "/run/incident/home/.env",
    "/run/incident/home/.aws/credentials",
    "/run/incident/home/.ssh/id_ed25519",
    "/run/incident/home/.config/gcloud/credentials.db",
    "/run/incident/home/.kube/config",
    "/run/secrets/kubernetes.io/serviceaccount/token",
    "/run/incident/room/room.key",
    "/etc/cron.d/planted",
    "/proc/self/environ",
    "/proc/1/environ",
};

struct Loot {
  std::string role;
  std::string way;
  std::set<std::string, std::less<>> words;

  void take(std::string_view bytes);  // the planted words in them
  std::string text() const;           // what is sent out: role, way and words
};

// Files, the environment, other processes: whatever can be read.
void harvest(Loot& loot);
// Tries the way of this name. One that gets through sends the loot to the sink, or to whom it is
// for.
void try_way(const Loot& loot);

}  // namespace guildhall::incident
