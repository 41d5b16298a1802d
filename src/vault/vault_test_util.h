// A vault with keys and a log of its own, asked by frames.
//
// Concurrency: one thread. Limits: none.
#pragma once

#include <functional>

#include "vault/vault.h"

namespace guildhall::vault {

inline constexpr RoomId kTestRoom{7};

// A key for every project, until it is told to stop.
class OwnKeys final : public KeySource {
 public:
  bool leased(ProjectId) const override { return leased_; }
  Result<void> shred(ProjectId) override { return {}; }
  Result<void> want(ProjectId project) override {
    if (leased_) ring->hold(project, crypto::LockedKey::generate(system_random()));
    return {};
  }
  Keyring* ring = nullptr;
  bool leased_ = true;
};

class OwnLog final : public LeafLog {
 public:
  Result<void> append(std::span<const std::string> more, std::string_view) override {
    if (on_append) on_append();
    if (full) return fail(Fault::no_space, "disk-full", "Full.");
    leaves.insert(leaves.end(), more.begin(), more.end());
    return {};
  }
  Result<std::string> mark() const override { return std::string(); }
  std::vector<std::string> leaves;
  bool full = false;
  std::function<void()> on_append;
};

struct VaultFixture {
  VaultFixture() { source.ring = &keys; }
  explicit VaultFixture(BudgetLimits limits) : limits(limits) { source.ring = &keys; }

  Result<std::string> ask(FrameWriter request) {
    frame = vault.answer(std::string_view(request.take()).substr(4));
    std::string fields(TRY(answer_fields(std::string_view(frame).substr(4))));
    return fields;
  }
  static ContentContext task(std::int64_t object, ProjectId project = ProjectId{1}) {
    return {kTestRoom, project, ContentType::task, object, 1};
  }
  Result<std::string> seal(const ContentContext& context, std::string_view plain) {
    FrameWriter request(Op::seal);
    request.u32(1).context(context).bytes(plain);
    std::string fields = TRY(ask(std::move(request)));
    FrameReader in(fields);
    if (in.count(4) != 1) return fail(Fault::internal, "test", "not one");
    return std::string(in.bytes());
  }
  Result<std::string> open(const ContentContext& context, std::string_view sealed,
                           MemberId member = MemberId{5}) {
    FrameWriter request(Op::open);
    request.u8(static_cast<unsigned char>(OpenReason::work)).i64(member.value);
    request.u32(1).context(context).bytes(sealed);
    std::string fields = TRY(ask(std::move(request)));
    FrameReader in(fields);
    if (in.count(4) != 1) return fail(Fault::internal, "test", "not one");
    return std::string(in.bytes());
  }

  BudgetLimits limits;
  OwnKeys source;
  Keyring keys{source};
  OwnLog log;
  FakeClock clock;
  std::string frame;
  crypto::SigningKey log_key = crypto::SigningKey::generate(system_random());
  KeeperDesk desk{{kTestRoom, log_key, log, clock, system_random()}, "file"};
  Vault vault{kTestRoom, {keys, log, desk, true, clock, system_random()}, limits};
};

}  // namespace guildhall::vault
