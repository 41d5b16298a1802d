// The shim of one peer: TLS and HTTP, and nothing above. It holds that peer's credential and the
// descriptors that the dialler connected; what it is asked comes from the translator, in frames.
//
// It sends only what is on the closed list of endpoints, under a header that it makes itself, and
// follows nothing that the peer says. Each exchange has its times and its largest reply; a reply is
// passed on against credit, so a slow reader holds the peer up and not this process.
//
// Concurrency: one thread.
// Limits: kMaxModelExchanges, kMaxModelBody, kModelWindow; those that `begin` says.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "connector/endpoints.h"
#include "connector/loop.h"
#include "gateway/descriptors.h"
#include "gateway/frame_pipe.h"
#include "gateway/peers/peers.h"
#include "net/peer_client.h"

namespace guildhall::connector {

class Shim final : public net::PeerPort {
 public:
  // Error: unavailable/"http-client".
  static Result<std::unique_ptr<Shim>> open(gateway::Peer peer, Secret credential,
                                            std::string authorities, gateway::Descriptor translator,
                                            gateway::Descriptor dialler, Loop& loop);
  ~Shim() override;

  void watch(int fd, std::uint32_t events) override;
  void want_descriptor() override;
  void on_head(std::uint32_t id, int status, net::PeerHeaders headers) override;
  bool on_data(std::uint32_t id, std::string_view bytes) override;
  void on_end(std::uint32_t id, net::PeerEnd end) override;

 private:
  struct Exchange {
    gateway::Begin begin;
    std::string body;
    bool sent = false;
    bool headed = false;
    std::uint64_t reply_bytes = 0;
    std::int64_t credit = 0;
    std::int64_t begun_ms = 0;
    std::int64_t last_ms = 0;  // of the last piece
    gateway::Ending over =
        gateway::Ending::none;  // decided inside a callback: ended in the next round
  };
  using Exchanges = std::unordered_map<std::uint32_t, Exchange>;

  Shim(gateway::Peer peer, Secret credential, gateway::Descriptor translator,
       gateway::Descriptor dialler, Loop& loop);
  void on_pipe(std::uint32_t events);
  void ask_dialler();
  void on_dialler();
  Result<void> on_frame(const gateway::Frame& frame);
  Result<void> begin(const gateway::Frame& frame);
  void send(std::uint32_t id, Exchange& exchange);
  // Errors: forbidden/"no-endpoint"; those of request_header and mail_request.
  Result<net::PeerRequest> request_of(Exchange& exchange) const;
  void end(std::uint32_t id, gateway::Ending ending);
  gateway::Ending run_out(const Exchange& exchange, std::int64_t now_ms) const;
  std::int64_t on_round();
  void flush();

  const gateway::Peer peer_;
  const Secret credential_;
  gateway::FramePipe pipe_;
  const gateway::Descriptor dialler_;
  Loop& loop_;
  std::unique_ptr<net::PeerClient> client_;
  Exchanges exchanges_;
  std::vector<std::uint32_t> over_;  // exchanges that have an Exchange::over
  std::size_t wanted_ = 0;           // connections, not asked for yet
  std::size_t asked_ = 0;            // of the dialler, not answered yet
  std::string_view refusal_;         // the dialler's last
  std::int64_t checked_ms_ = 0;
};

}  // namespace guildhall::connector
