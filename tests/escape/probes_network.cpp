// New sockets of every kind that the kernel has.

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "probe.h"

namespace guildhall::escape {
namespace {

constexpr const char* kLoopback = "127.0.0.1";

template <class Address>
const sockaddr* any(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Outcome to(int type, int protocol, const char* address, std::uint16_t port, const World& world) {
  const auto sink = to_v4(address, port);
  return connect_and_send(socket(AF_INET, type, protocol), any(sink), sizeof sink, world);
}

Outcome to_v6(int type, std::uint16_t port, const World& world) {
  sockaddr_in6 sink{};
  sink.sin6_family = AF_INET6;
  sink.sin6_port = htons(port);
  sink.sin6_addr = in6addr_loopback;
  return connect_and_send(socket(AF_INET6, type, 0), any(sink), sizeof sink, world);
}

Outcome tcp(const World& w) { return to(SOCK_STREAM, 0, kLoopback, kSinkTcp, w); }
Outcome tcp_v6(const World& w) { return to_v6(SOCK_STREAM, kSinkTcp, w); }
Outcome udp(const World& w) { return to(SOCK_DGRAM, 0, kLoopback, kSinkUdp, w); }
Outcome udp_v6(const World& w) { return to_v6(SOCK_DGRAM, kSinkUdp, w); }
Outcome mptcp(const World& w) { return to(SOCK_STREAM, 262, kLoopback, kSinkTcp, w); }
Outcome sctp(const World& w) { return to(SOCK_STREAM, IPPROTO_SCTP, kLoopback, kSinkTcp, w); }
Outcome dns_udp(const World& w) { return to(SOCK_DGRAM, 0, kLoopback, kDns, w); }
Outcome dns_tcp(const World& w) { return to(SOCK_STREAM, 0, kLoopback, kDns, w); }
Outcome metadata(const World& w) { return to(SOCK_STREAM, 0, kMetadata, kWeb, w); }

Outcome udp_sendto(const World& world) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return blocked("socket");
  const auto sink = to_v4(kLoopback, kSinkUdp);
  return judged(sendto(fd, world.marker.data(), world.marker.size(), 0, any(sink), sizeof sink),
                "sendto");
}

// A raw datagram that the sink's UDP socket would take.
Outcome raw_ip(const World& world) {
  const int fd = socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
  if (fd < 0) return blocked("socket");
  const auto sink = to_v4(kLoopback, 0);
  const auto size = static_cast<std::uint16_t>(8 + world.marker.size());
  const std::uint16_t header[4] = {htons(4'000), htons(kSinkUdp), htons(size), 0};
  std::string packet(reinterpret_cast<const char*>(header), sizeof header);
  packet += world.marker;
  return judged(sendto(fd, packet.data(), packet.size(), 0, any(sink), sizeof sink), "sendto");
}

Outcome icmp(int type, const World& world) {
  const int fd = socket(AF_INET, type, IPPROTO_ICMP);
  if (fd < 0) return blocked("socket");
  icmphdr echo{};
  echo.type = ICMP_ECHO;
  std::string packet(reinterpret_cast<const char*>(&echo), sizeof echo);
  packet += world.marker;
  const auto sink = to_v4(kLoopback, 0);
  return judged(sendto(fd, packet.data(), packet.size(), 0, any(sink), sizeof sink), "sendto");
}

Outcome icmp_raw(const World& w) { return icmp(SOCK_RAW, w); }
Outcome icmp_ping(const World& w) { return icmp(SOCK_DGRAM, w); }

Outcome packet(const World& world) {
  const int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP));
  if (fd < 0) return blocked("socket");
  sockaddr_ll sink{};
  sink.sll_family = AF_PACKET;
  sink.sll_ifindex = 1;  // lo
  sink.sll_protocol = htons(ETH_P_IP);
  sink.sll_halen = 6;
  return judged(sendto(fd, world.marker.data(), world.marker.size(), 0, any(sink), sizeof sink),
                "sendto");
}

Outcome netlink(const World&) {
  const int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  if (fd < 0) return blocked("socket");
  struct {
    nlmsghdr head;
    ifinfomsg link;
  } ask{};
  ask.head.nlmsg_len = sizeof ask;
  ask.head.nlmsg_type = RTM_GETLINK;
  ask.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  if (send(fd, &ask, sizeof ask, 0) < 0) return blocked("send");
  char answer[4'096];
  return judged(recv(fd, answer, sizeof answer, 0), "recv");
}

Outcome vsock(const World& world) {
  const int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_vm host{};
  host.svm_family = AF_VSOCK;
  host.svm_cid = VMADDR_CID_LOCAL;
  host.svm_port = kSinkTcp;
  return connect_and_send(fd, any(host), sizeof host, world);
}

Outcome to_unix(int type, const std::string& name, const World& world) {
  sockaddr_un sink{};
  sink.sun_family = AF_UNIX;
  std::memcpy(sink.sun_path, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  return connect_and_send(socket(AF_UNIX, type, 0), any(sink), size, world);
}

Outcome unix_path(const World& w) { return to_unix(SOCK_STREAM, w.outside("stream.sock"), w); }
Outcome unix_datagram(const World& w) { return to_unix(SOCK_DGRAM, w.outside("dgram.sock"), w); }
Outcome unix_abstract(const World& w) {
  return to_unix(SOCK_STREAM, '\0' + std::string(kAbstractName), w);
}

Outcome listens(const World&) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return blocked("socket");
  const auto all = to_v4("0.0.0.0", 0);
  if (bind(fd, any(all), sizeof all) != 0) return blocked("bind");
  return judged(listen(fd, 1), "listen");
}

// With data in the SYN, connect is not called at all.
Outcome fast_open(const World& world) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return blocked("socket");
  const auto sink = to_v4(kLoopback, kSinkTcp);
  return judged(
      sendto(fd, world.marker.data(), world.marker.size(), MSG_FASTOPEN, any(sink), sizeof sink),
      "sendto");
}

Outcome fast_open_connect(const World& world) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return blocked("socket");
  const int on = 1;
  if (setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof on) != 0) {
    return blocked("setsockopt");
  }
  const auto sink = to_v4(kLoopback, kSinkTcp);
  return connect_and_send(fd, any(sink), sizeof sink, world);
}

constexpr Probe kProbes[] = {
    {"tcp", Show::loud, true, true, tcp},
    {"tcp-v6", Show::loud, true, true, tcp_v6},
    {"udp", Show::loud, true, true, udp},
    {"udp-v6", Show::loud, true, true, udp_v6},
    {"udp-sendto", Show::loud, true, false, udp_sendto},
    {"mptcp", Show::loud, true, false, mptcp},
    {"sctp", Show::loud, true, false, sctp},
    {"raw-ip", Show::loud, true, false, raw_ip},
    {"icmp-raw", Show::loud, false, false, icmp_raw},
    {"icmp-ping", Show::loud, false, false, icmp_ping},
    {"packet", Show::loud, false, false, packet},
    {"netlink", Show::loud, false, false, netlink},
    {"vsock", Show::loud, true, false, vsock},
    {"unix-path", Show::loud, true, false, unix_path},
    {"unix-datagram", Show::loud, true, false, unix_datagram},
    {"unix-abstract", Show::loud, true, false, unix_abstract},
    {"dns-udp", Show::loud, true, true, dns_udp},
    {"dns-tcp", Show::loud, true, true, dns_tcp},
    {"metadata", Show::loud, true, true, metadata},
    {"listen", Show::loud, false, false, listens},
    {"fast-open", Show::loud, true, false, fast_open},
    {"fast-open-connect", Show::loud, true, false, fast_open_connect},
};

}  // namespace

std::span<const Probe> network_probes() { return kProbes; }

}  // namespace guildhall::escape
