// The room's side of its vault: seals and opens through the channels that the supervisor made.
// Each channel carries one request at a time; who finds none free waits for one.
//
// Concurrency: any thread. When the vault is gone every call fails with unavailable/"vault-failed":
// the supervisor then starts both processes anew.
// Limits: kVaultChannels, kMaxVaultFrame, kMaxSealBatch.
#pragma once

#include <vector>

#include "base/mutex.h"
#include "store/sealer.h"
#include "vault/wire.h"

namespace guildhall::room {

class VaultClient final : public store::Sealer {
 public:
  explicit VaultClient(std::vector<int> channels);  // owns the descriptors
  ~VaultClient() override;
  VaultClient(const VaultClient&) = delete;
  VaultClient& operator=(const VaultClient&) = delete;

  using Sealer::open;
  using Sealer::seal;
  Result<std::vector<store::Sealed>> seal(std::span<const store::ToSeal> items) override;
  Result<std::vector<Plaintext>> open(std::span<const store::ToOpen> items,
                                      const store::Opening& why) override;

  // Any other request: the answer's fields, in `frame`.
  Result<std::string_view> ask(vault::FrameWriter request, std::string& frame) EXCLUDES(mutex_);

 private:
  int take() EXCLUDES(mutex_);
  void give_back(int channel) EXCLUDES(mutex_);

  Mutex mutex_;
  CondVar freed_;
  std::vector<int> free_ GUARDED_BY(mutex_);
  std::vector<int> broken_ GUARDED_BY(mutex_);
  std::size_t all_;
};

}  // namespace guildhall::room
