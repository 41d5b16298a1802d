// The dialler of one peer: the only role that resolves names and connects. It hands connected
// descriptors over, and no byte of a conversation goes through it.
//
// Asked (one message `dial`), it answers with one message: `ok` and a connected descriptor, or why
// there is none. Answers come in any order: one descriptor is as good as another. The address is
// checked after resolving, and it is the checked address that is connected to: a name that resolves
// to something else the next moment gains nothing.
//
// What goes over them it counts (account.h): with the day's bytes spent it connects no more.
//
// Concurrency: one thread; resolving blocks it.
// Limits: kMaxDials at once, kResolvedMs, kMaxAddresses, kHttpConnectMs.
#pragma once

#include <deque>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "connector/dialler/account.h"
#include "connector/dialler/words.h"
#include "connector/loop.h"
#include "gateway/descriptors.h"
#include "gateway/peers/peers.h"
#include "sandbox/place.h"

namespace guildhall::connector {

class Dialler {
 public:
  // `resolve` gives the addresses of the peer's host; tests have their own.
  struct Resolved {
    std::string bytes;  // a sockaddr, without its port
    int family = 0;
  };
  using Resolve = std::function<std::vector<Resolved>(const std::string& host)>;

  struct Ports {
    gateway::Descriptor channel;  // to the shim
    Resolve resolve;
    const Clock& steady;
  };
  Dialler(gateway::Peer peer, Ports ports, Account account, Loop& loop);
  ~Dialler();

 private:
  struct Attempt {
    gateway::Descriptor socket;
    std::size_t next = 0;  // of the addresses
    std::int64_t until_ms = 0;
  };

  void on_channel();
  std::int64_t on_round();
  std::string_view look_up();
  void start();
  bool try_next(Attempt& attempt);
  void on_connected(std::list<Attempt>::iterator attempt);
  void over(std::list<Attempt>::iterator attempt);
  void hand_over(Attempt& attempt);
  void answer(std::string_view word, int fd = -1);

  const gateway::Peer peer_;
  const Ports ports_;
  Account account_;
  Loop& loop_;
  std::vector<std::string> addresses_;  // checked, with the port
  std::int64_t resolved_at_ms_ = 0;
  std::list<Attempt> attempts_;
  std::int64_t looked_at_ms_ = 0;
  std::size_t waiting_ = 0;  // asked for, and not begun
};

// By the system's resolver.
std::vector<Dialler::Resolved> resolve_host(const std::string& host);
// Those that it reads, as far as this machine has them.
std::vector<sandbox::Place> resolver_files();

}  // namespace guildhall::connector
