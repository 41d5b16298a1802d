// For tests and benchmarks only: seals for real, under a key of its own, in this process; opens
// without a budget and logs nothing. It counts, so that a test can say how often was opened.
//
// Concurrency: any thread. Limits: those of Sealer.
#pragma once

#include <atomic>

#include "crypto/row.h"
#include "store/sealer.h"

namespace guildhall::store {

class LocalSealer final : public Sealer {
 public:
  LocalSealer() : key_(system_random().bytes(crypto::kRowKeyBytes)) {}

  using Sealer::open;
  using Sealer::seal;
  Result<std::vector<Sealed>> seal(std::span<const ToSeal> items) override {
    std::vector<Sealed> out;
    for (const auto& item : items) {
      out.push_back(as_sealed(crypto::seal_row(key_.expose(), encode_context(item.context),
                                               item.plain, system_random())));
    }
    return out;
  }
  Result<std::vector<Plaintext>> open(std::span<const ToOpen> items, const Opening&) override {
    std::vector<Plaintext> out;
    for (const auto& item : items) {
      out.push_back(TRY(crypto::open_row(key_.expose(), encode_context(item.context),
                                         TRY(sealed_part(item.body)))));
      ++opened;
    }
    return out;
  }

  std::atomic<std::int64_t> opened{0};

 private:
  Secret key_;
};

}  // namespace guildhall::store
