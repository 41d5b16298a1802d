// The room's side of its vault: seals and opens through the channels that the supervisor made.
// Each channel carries one request at a time; who finds none free waits for one.
//
// Concurrency: any thread. When the vault is gone every call fails with unavailable/"vault-failed":
// the supervisor then starts both processes anew.
// Limits: kVaultChannels, kMaxVaultFrame, kMaxSealBatch.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "store/sealer.h"
#include "vault/wire.h"

namespace guildhall::room {

// One of the channels: a request, then its answer.
class VaultChannel {
 public:
  explicit VaultChannel(int fd) : fd_(fd) {}  // owns it
  ~VaultChannel();
  VaultChannel(VaultChannel&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  VaultChannel& operator=(VaultChannel&&) = delete;

  // The answer's fields, in `frame`; an error of the vault's, or unavailable/"vault-failed": then
  // what else comes on it would be the answer to this, and it must not be used again.
  Result<std::string_view> ask(vault::FrameWriter request, std::string& frame);
  bool is_broken() const { return broken_; }

 private:
  int fd_;
  bool broken_ = false;
};

// unavailable/"vault-failed".
std::unexpected<Error> vault_gone();

class VaultClient final : public store::Sealer {
 public:
  explicit VaultClient(const std::vector<int>& channels);  // owns the descriptors
  ~VaultClient() override;
  VaultClient(const VaultClient&) = delete;
  VaultClient& operator=(const VaultClient&) = delete;

  using Sealer::open;
  using Sealer::seal;
  Result<std::vector<store::Sealed>> seal(std::span<const store::ToSeal> items) override;
  Result<std::vector<Plaintext>> open(std::span<const store::ToOpen> items,
                                      const store::Opening& why) override;
  Result<std::vector<std::string>> mac(std::span<const std::string_view> rows) override;
  Result<std::vector<std::string>> find_keys(std::span<const store::ToFind> items) override;
  Result<store::FileSeal> begin_file(const ContentContext& context) override;
  Result<std::string> seal_part(const ContentContext& context, const store::FileSeal& seal,
                                const store::FilePart& part) override;
  Result<Plaintext> open_part(const ContentContext& context, std::string_view head,
                              const store::FilePart& part, const store::Opening& why) override;

  // How the log's leaves name these members. Error: locked/"locked".
  Result<std::vector<std::string>> commitments(std::span<const MemberId> members);
  // The verifier key of this vault's log; works while the room is locked.
  Result<std::string> log_key();

  // Destroys the key of a project of a room without a keeper. Errors: not_found/"no-key",
  // conflict/"not-here", "room-runs".
  Result<void> shred(ProjectId project);

  // Any other request: the answer's fields, in `frame`.
  Result<std::string_view> ask(vault::FrameWriter request, std::string& frame) EXCLUDES(mutex_);

 protected:
  Result<std::vector<bool>> check(std::span<const store::MarkedRow> rows) override;

 private:
  VaultChannel* take() EXCLUDES(mutex_);
  void give_back(VaultChannel& channel) EXCLUDES(mutex_);

  std::vector<VaultChannel> all_;
  Mutex mutex_;
  CondVar freed_;
  std::vector<VaultChannel*> free_ GUARDED_BY(mutex_);
  std::size_t broken_ GUARDED_BY(mutex_) = 0;
};

}  // namespace guildhall::room
