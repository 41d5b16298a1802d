// The store on a PostgreSQL server, shared by several processes.
//
// Ticks are transaction ids plus a base. When data is restored into a new cluster its ids begin
// anew: the cluster is known by its system identifier, and each new one gets a base that lies
// kClusterStride further on, which no cluster's ids ever reach.
//
// Concurrency: as Database says; no threads of its own. The schema is brought up to date under an
// advisory lock.
// Limits: OpenOptions::write_connections and read_connections; kReadWaitMs.
#pragma once

#include <memory>
#include <string>

#include "store/database.h"

namespace guildhall::store::postgres {

Result<std::unique_ptr<Database>> open(const std::string& url, const OpenOptions& options);

}  // namespace guildhall::store::postgres
