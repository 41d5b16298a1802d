// The closed list of what a room may ask of a peer, and which headers go with it. Of a model
// provider: a method and a path for each operation of a dialect. Of a webhook: POST on the one path
// of its URL. Of a collector of traces: POST on /v1/traces. A mail relay has none (mail.h).
//
// Concurrency: pure. Limits: kMaxModelHeaderBytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "gateway/frames.h"
#include "gateway/peers/peers.h"

namespace guildhall::connector {

struct Endpoint {
  bool post = true;
  std::string_view path;  // below the peer's own
};
// Nothing: this peer has no such endpoint.
std::optional<Endpoint> endpoint_of(const gateway::Peer& peer, const gateway::Begin& begin);

// Lines for the peer: its credential, ours alone; of `asked` only what is on a closed list. Error:
// invalid/"bad-header" for a value that does not belong into a line.
Result<std::vector<std::string>> request_header(const gateway::Peer& peer, const Secret& credential,
                                                const gateway::HeaderList& asked, bool stream);

// Of a reply's headers those that go further.
gateway::HeaderList reply_header(const gateway::HeaderList& from);

}  // namespace guildhall::connector
