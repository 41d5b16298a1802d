// The mock's routes: who may ask, which faults come before the answer, and when it is sent.
//
// Concurrency: any thread. Limits: kMaxMockBody; of prompts that fail a number of times
// kMaxMockCounts are remembered.
#pragma once

#include <unordered_map>

#include "base/mutex.h"
#include "mock_model/answer.h"
#include "mock_model/behaviour.h"
#include "mock_model/timer.h"
#include "net/http.h"

namespace guildhall::mock_model {

struct ServiceOptions {
  std::string key;  // empty: everybody may ask
  std::uint64_t seed = 0;
  Behaviour defaults;
};

class Service final : public net::App {
 public:
  Service(ServiceOptions options, Timer& timer) : options_(std::move(options)), timer_(timer) {}

  net::Admission admit(net::Method method, std::string_view path) const override;
  net::Reply handle(net::Request& request) override;

 private:
  bool may_ask(const net::Request& request) const;
  net::Reply models(const net::Request& request) const;
  net::Reply embeddings(const net::Request& request);
  net::Reply generate(Dialect dialect, const net::Request& request);
  net::Reply count(const net::Request& request);
  // The fault that comes instead of an answer, if there is one.
  std::optional<net::Reply> fault(Dialect dialect, const Behaviour& behaviour,
                                  std::string_view body);
  bool fails_still(const Behaviour& behaviour, std::string_view body);
  net::Reply body_reply(std::string body, const Behaviour& behaviour, std::int64_t wait_ms);
  net::Reply after(std::int64_t wait_ms, net::Reply reply);

  const ServiceOptions options_;
  Timer& timer_;
  Mutex mutex_;
  std::unordered_map<std::uint64_t, std::int64_t> failures_ GUARDED_BY(mutex_);
};

}  // namespace guildhall::mock_model
