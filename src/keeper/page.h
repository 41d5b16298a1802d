// The keeper's page on loopback: its rooms as they are, and two buttons, Withdraw and Restore.
// Withdrawing asks for nothing; restoring takes the passphrase, or the token's PIN, where the
// keeper has one. What is pressed goes the way of the commands, through the state file (orders.h),
// and what is shown is what they show: the state file and the running keeper's status.
//
//   GET  /             the page; page.js, page.css
//   POST /enter        {"token"} → {"word"} and the cookie (page_gate.h)
//   GET  /status       {"asks", "now_ms", "rooms": [{"url", "term_ms", "others", "orders",
//   "live"}]};
//                      what restoring asks for: "passphrase", "pin" or ""; the addresses of the
//                      same room's other nodes
//   POST /withdraw     {"room"?, "project"?}
//   POST /restore      {"room"?, "project"?, "passphrase"? or "pin"?}
//
// Concurrency: any thread; one passphrase or PIN is checked at a time.
// Limits: kPageBody, kPageConnections, kPagePassphrases in kPagePassphraseMs.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/secret.h"
#include "keeper/page_gate.h"
#include "keeper/root_file.h"
#include "keeper/state.h"
#include "net/server.h"

namespace guildhall::keeper {

class Page final : public net::App {
 public:
  struct Ports {
    StateStore& store;
    Random& random;
    std::function<std::int64_t()> now_ms;  // measures
    // The running keeper's status, as JSON.
    std::function<Result<std::string>()> status;
    // What the keys are under; and whether this opens it: error "bad-passphrase" or "bad-pin".
    std::function<Result<Cover>()> cover;
    std::function<Result<void>(const Secret&)> check_secret;
    // The address that opens the page was used: here is the next one.
    std::function<void(const std::string&)> on_address;
  };
  Page(int port, Ports ports) : gate_(port, ports.random), ports_(std::move(ports)) {}

  std::string address() const { return gate_.address(); }
  net::Admission admit(net::Method, std::string_view) const override;
  net::Reply handle(net::Request& request) override;

 private:
  Result<net::Reply> answer(net::Request& request);
  Result<net::Reply> enter(const net::Request& request);
  Result<std::string> status() const;
  Result<void> order(const net::Request& request, bool withdrawn);
  Result<void> check(const Secret& secret) EXCLUDES(mutex_);

  PageGate gate_;
  const Ports ports_;
  Mutex mutex_;
  bool checking_ GUARDED_BY(mutex_) = false;
  std::deque<TimeMs> wrong_ GUARDED_BY(mutex_);  // when, of late
};

// The page of the keeper in `dir`, served until it is destroyed.
class PageServer {
 public:
  // `module`: of the token, in place of the folder's own. Prints the address. Errors: those of
  // listen_on and net::Server::start.
  static Result<std::unique_ptr<PageServer>> start(const std::filesystem::path& dir, int port,
                                                   const std::string& module);
  ~PageServer();
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

 private:
  PageServer() = default;
  int fd_ = -1;
  std::unique_ptr<StateStore> store_;
  std::unique_ptr<Page> page_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace guildhall::keeper
