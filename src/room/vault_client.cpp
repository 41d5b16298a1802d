#include "room/vault_client.h"

#include <unistd.h>

#include "base/limits.h"

namespace guildhall::room {
namespace {

std::unexpected<Error> gone() {
  return fail(Fault::unavailable, "vault-failed", "The vault does not answer.");
}

Result<void> check_size(std::string_view bytes) {
  if (bytes.size() <= kMaxContent) return {};
  return fail(Fault::too_large, "content-too-large", "A stored object may not exceed 16 MiB.");
}

}  // namespace

VaultClient::VaultClient(std::vector<int> channels)
    : free_(std::move(channels)), all_(free_.size()) {}

VaultClient::~VaultClient() {
  MutexLock lock(mutex_);
  while (free_.size() + broken_.size() < all_) freed_.wait(mutex_);
  for (int channel : free_) close(channel);
  for (int channel : broken_) close(channel);
}

int VaultClient::take() {
  MutexLock lock(mutex_);
  while (free_.empty() && broken_.size() < all_) freed_.wait(mutex_);
  if (free_.empty()) return -1;
  int channel = free_.back();
  free_.pop_back();
  return channel;
}

void VaultClient::give_back(int channel) {
  MutexLock lock(mutex_);
  free_.push_back(channel);
  freed_.notify_one();
}

Result<std::string_view> VaultClient::ask(vault::FrameWriter request, std::string& frame) {
  int channel = take();
  if (channel < 0) return gone();
  if (!vault::send_frame(channel, request.take()) || !vault::receive_frame(channel, frame)) {
    MutexLock lock(mutex_);  // what else comes on it would be the answer to this
    broken_.push_back(channel);
    freed_.notify_all();
    return gone();
  }
  give_back(channel);
  return vault::answer_fields(frame);
}

Result<std::vector<store::Sealed>> VaultClient::seal(std::span<const store::ToSeal> items) {
  vault::FrameWriter request(vault::Op::seal);
  request.u32(static_cast<std::uint32_t>(items.size()));
  for (const auto& item : items) {
    TRY(check_size(item.plain));
    request.context(item.context).bytes(item.plain);
  }
  std::string frame;
  vault::FrameReader in(TRY(ask(std::move(request), frame)));
  std::vector<store::Sealed> out;
  std::uint32_t count = in.count(4);
  for (std::uint32_t i = 0; i < count; ++i) out.push_back(as_sealed(in.bytes()));
  if (!in.done() || out.size() != items.size()) return gone();
  return out;
}

Result<std::vector<Plaintext>> VaultClient::open(std::span<const store::ToOpen> items,
                                                 const store::Opening& why) {
  MemberId member = why.member ? why.member : store::OpeningFor::current();
  vault::FrameWriter request(vault::Op::open);
  request.u8(static_cast<unsigned char>(why.reason)).i64(member.value);
  request.u32(static_cast<std::uint32_t>(items.size()));
  for (const auto& item : items) request.context(item.context).bytes(TRY(sealed_part(item.body)));
  std::string frame;
  vault::FrameReader in(TRY(ask(std::move(request), frame)));
  std::vector<Plaintext> out;
  std::uint32_t count = in.count(4);
  for (std::uint32_t i = 0; i < count; ++i) out.emplace_back(std::string(in.bytes()));
  if (!in.done() || out.size() != items.size()) return gone();
  return out;
}

}  // namespace guildhall::room
