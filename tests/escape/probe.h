// Ways out of a role's sandbox, one small function each. A probe does what a malicious library in
// that role would do, and says how far it came. Where it sends, it sends the marker of its run,
// which a sink outside looks for: what a probe says is one witness, the sink another.
//
// Concurrency: each probe runs in a process of its own.
#pragma once

#include <netinet/in.h>
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace guildhall::escape {

// Where the sink listens, on every address; told to tests/escape/run.py by `escape-probes list`.
inline constexpr std::uint16_t kSinkTcp = 8080, kSinkUdp = 9999, kDns = 53, kWeb = 80;
inline constexpr const char* kMetadata = "169.254.169.254";
inline constexpr const char* kAbstractName = "guildhall-escape-sink";
inline constexpr std::string_view kSecretStart = "GUILDHALL-SECRET-";  // of every planted secret

inline constexpr int kResult = 3;     // the descriptor a probe answers on
inline constexpr int kFirstHeld = 4;  // those of the role
inline constexpr int kLastHeld = 64;

struct World {
  std::string marker;
  std::string folder;         // holds data/ (the role's, if any) and outside/
  pid_t outer = 0;            // the launcher, outside
  std::uintptr_t secret = 0;  // where it holds a secret in its memory
  int secret_fd = -1;         // and its descriptor of a file that holds one
  int shared_memory = -1;     // and a System V segment
  int planned = 0;            // descriptors that the role is meant to hold, from kFirstHeld on

  std::string data(std::string_view name) const { return folder + "/data/" + std::string(name); }
  std::string outside(std::string_view name) const {
    return folder + "/outside/" + std::string(name);
  }
};

enum class Ended : unsigned char {
  through,  // it did what it set out to do
  blocked,
  nothing,  // this role holds nothing to try it with
};

struct Outcome {
  Ended ended = Ended::blocked;
  std::string detail;
};

Outcome through(std::string detail);
Outcome blocked(std::string_view call);  // with errno
Outcome nothing();
// Of a call that gives -1 on failure.
Outcome judged(long result, std::string_view call);

// How its being blocked must show.
enum class Show : unsigned char {
  loud,   // a line in the log, or its death
  quiet,  // what it looks for is not there, or a call that honest libraries try: no line
};

struct Probe {
  const char* name;
  Show show;
  bool sends;  // the marker
  bool dials;  // what the dialler is for: it is expected to get through there
  Outcome (*run)(const World&);
};

std::span<const Probe> network_probes();
std::span<const Probe> descriptor_probes();
std::span<const Probe> file_probes();
std::span<const Probe> process_probes();
std::span<const Probe> kernel_probes();

// Shared: an address of the sink, and sending the marker.
sockaddr_in to_v4(const char* address, std::uint16_t port);
Outcome connect_and_send(int fd, const sockaddr* address, socklen_t size, const World& world);
Outcome send_marker(int fd, const World& world);
std::string read_some(int fd);

}  // namespace guildhall::escape
