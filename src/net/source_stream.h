// The stream of a BodySource: pulled piece by piece, as fast as the socket takes it. Internal to
// src/net.
//
// Concurrency: raw_stream.h's. Limits: kBatchBytes and one piece are held.
#pragma once

#include "net/raw_stream.h"

namespace guildhall::net {

class SourceStream final : public RawStream {
 public:
  SourceStream(RawStreams& owner, std::shared_ptr<Exchange> exchange, std::uint64_t id, int fd)
      : RawStream(owner, std::move(exchange), id, fd) {}
  RawKind kind() const override { return RawKind::source; }

 private:
  Fed feed() override;
};

}  // namespace guildhall::net
