// HTTP/1.1, or SMTP, to one peer, over descriptors that somebody else connected: libcurl's multi
// interface, driven by the caller's loop. It resolves nothing, opens no socket, follows no
// redirect, reads no environment and no file; its authorities come as text.
//
// A transfer begins when a connection is free for it or a descriptor is there; else one is asked
// for (PeerPort::want_descriptor), once for each transfer that waits. The caller's `on_data` may
// refuse bytes: the transfer then stands still until resume(), and so does the peer.
//
// Concurrency: one thread; the port is called inside the calls here.
// Limits: PeerClientOptions; kMaxPeerHead of a reply's header.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace guildhall::net {

struct PeerClientOptions {
  bool tls = true;
  bool mail = false;      // SMTP
  bool starttls = false;  // of SMTP; where it is not to be had, nothing is sent
  std::string host;
  int port = 443;
  std::string authorities;  // PEM
  std::string pin;          // sha256//BASE64 of the public key; empty: none
  std::size_t keep = 256;   // idle connections
};

struct PeerMail {
  std::string from;
  std::string to;
  std::string domain;  // that it is said to come from
  Secret user;         // empty: nobody signs in
  Secret password;
};

struct PeerRequest {
  bool post = true;
  std::string path;                 // with its first slash
  std::vector<std::string> header;  // lines, `Name: value`
  std::string body;
  std::optional<PeerMail> mail;  // instead of method, path and header
};

enum class PeerEnd : unsigned char { complete, connect_failed, tls_failed, broken, malformed };

using PeerHeaders = std::vector<std::pair<std::string, std::string>>;  // names in small letters

class PeerPort {
 public:
  virtual ~PeerPort() = default;
  // Watches a descriptor of a connection for these (EPOLLIN, EPOLLOUT; 0: not any more).
  virtual void watch(int fd, std::uint32_t events) = 0;
  virtual void want_descriptor() = 0;
  // Of a mail the relay's last word: 250, or why not (RFC 5321).
  virtual void on_head(std::uint32_t id, int status, PeerHeaders headers) = 0;
  // False: not now, and it will be given again after resume().
  virtual bool on_data(std::uint32_t id, std::string_view bytes) = 0;
  // The last word of a transfer, but not inside of cancel(), and the port may not start one here.
  virtual void on_end(std::uint32_t id, PeerEnd end) = 0;
};

class PeerClient {
 public:
  // Error: unavailable/"http-client" where libcurl does not start.
  static Result<std::unique_ptr<PeerClient>> open(PeerClientOptions options, PeerPort& port);
  virtual ~PeerClient() = default;

  virtual void start(std::uint32_t id, PeerRequest request) = 0;
  virtual void cancel(std::uint32_t id) = 0;
  virtual void resume(std::uint32_t id) = 0;
  // Connected to the peer; it is the client's now.
  virtual void add_descriptor(int fd) = 0;
  // None could be had: one of those that wait ends with connect_failed.
  virtual void no_descriptor() = 0;

  virtual void on_ready(int fd, std::uint32_t events) = 0;
  // What is due now; gives the milliseconds until the next call, -1: none is needed.
  virtual std::int64_t on_time() = 0;
};

}  // namespace guildhall::net
