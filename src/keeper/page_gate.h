// Who may use the keeper's page: a browser that was opened with the address printed at the keeper,
// and nothing that another page makes a browser send.
//
// The address has a token that is good once. Who brings it gets two halves: a cookie that no script
// reads, and a word that the page keeps for its tab and sends as a header. A browser sends a cookie
// of 127.0.0.1 to every port there; the word it sends nowhere by itself. The Host must be the
// page's own (else a foreign name that was pointed at 127.0.0.1 could be used), and so must an
// Origin.
//
// Concurrency: any thread. Limits: kPageSessions, the oldest goes.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/random.h"
#include "net/http.h"

namespace guildhall::keeper {

class PageGate {
 public:
  PageGate(int port, Random& random);

  struct Pass {
    std::string cookie;
    std::string word;
  };

  // The address to open; its token is the newest.
  std::string address() const EXCLUDES(mutex_);
  // Uses the token up and makes the next one.
  std::optional<Pass> enter(std::string_view token) EXCLUDES(mutex_);
  // Sent to this page's own address, by no other page.
  bool own(const net::Request& request) const;
  // With both halves of one pass.
  bool admits(const net::Request& request) const EXCLUDES(mutex_);
  // Names the port: several keepers on one machine do not throw one another out.
  const std::string& cookie_name() const { return cookie_name_; }

 private:
  const std::string host_;
  const std::string cookie_name_;
  Random& random_;
  mutable Mutex mutex_;
  std::string token_ GUARDED_BY(mutex_);
  std::deque<Pass> passes_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::keeper
