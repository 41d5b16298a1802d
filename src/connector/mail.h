// A mail as the room may have one sent: plain text, to one address, from the one of the relay's
// signed entry. The room gives address, id and text, whose first line is the subject; every line of
// the header is written here, so that it can add none (RFC 5322; the subject after RFC 2047).
//
//   mail-to   the address
//   mail-id   what the relay may tell two mails by: letters and digits
//
// Concurrency: pure. Limits: kMaxMailBytes of text.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "gateway/frames.h"
#include "gateway/peers/peers.h"
#include "net/peer_client.h"

namespace guildhall::connector {

// `credential`: USER:PASSWORD, or empty. Error: invalid/"bad-mail".
Result<net::PeerRequest> mail_request(const gateway::Peer& relay, const Secret& credential,
                                      const gateway::HeaderList& asked, std::string_view text,
                                      TimeMs now);

}  // namespace guildhall::connector
