#include "net/core.h"

#include "net/parking.h"
#include "net/raw_streams.h"
#include "net/topics.h"

namespace guildhall::net {

Core::Core(ServerOptions with, App& to, ProxyRules rules)
    : options(std::move(with)),
      app(to),
      proxies(std::move(rules)),
      watch(std::make_unique<Watch>()),
      topics(std::make_unique<Topics>(*watch)),
      streams(std::make_unique<RawStreams>(*this)),
      parking(std::make_unique<Parking>(*this)) {}

Core::~Core() = default;

}  // namespace guildhall::net
