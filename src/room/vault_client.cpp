#include "room/vault_client.h"

#include <unistd.h>

#include <algorithm>

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

VaultChannel::~VaultChannel() {
  if (fd_ >= 0) close(fd_);
}

Result<std::string_view> VaultChannel::ask(vault::FrameWriter request, std::string& frame) {
  broken_ = broken_ || !vault::send_frame(fd_, request.take()) || !vault::receive_frame(fd_, frame);
  if (broken_) return gone();
  return vault::answer_fields(frame);
}

VaultClient::VaultClient(const std::vector<int>& channels) {
  all_.reserve(channels.size());
  for (int channel : channels) all_.emplace_back(channel);
  MutexLock lock(mutex_);
  for (auto& channel : all_) free_.push_back(&channel);
}

VaultClient::~VaultClient() {
  MutexLock lock(mutex_);
  while (free_.size() + broken_ < all_.size()) freed_.wait(mutex_);
}

VaultChannel* VaultClient::take() {
  MutexLock lock(mutex_);
  while (free_.empty() && broken_ < all_.size()) freed_.wait(mutex_);
  if (free_.empty()) return nullptr;
  auto* channel = free_.back();
  free_.pop_back();
  return channel;
}

void VaultClient::give_back(VaultChannel& channel) {
  MutexLock lock(mutex_);
  if (channel.is_broken()) {
    ++broken_;
    freed_.notify_all();
  } else {
    free_.push_back(&channel);
    freed_.notify_one();
  }
}

Result<std::string_view> VaultClient::ask(vault::FrameWriter request, std::string& frame) {
  auto* channel = take();
  if (!channel) return gone();
  auto answer = channel->ask(std::move(request), frame);
  give_back(*channel);
  return answer;
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

Result<std::vector<std::string>> VaultClient::commitments(std::span<const MemberId> members) {
  std::vector<std::string> out;
  do {  // also for nobody: a locked room says so
    auto part = members.subspan(out.size(), std::min(members.size() - out.size(), kMaxSealBatch));
    vault::FrameWriter request(vault::Op::commitment);
    request.u32(static_cast<std::uint32_t>(part.size()));
    for (MemberId member : part) request.i64(member.value);
    std::string frame;
    vault::FrameReader in(TRY(ask(std::move(request), frame)));
    std::uint32_t count = in.count(4);
    for (std::uint32_t i = 0; i < count; ++i) out.emplace_back(in.bytes());
    if (!in.done() || count != part.size()) return gone();
  } while (out.size() < members.size());
  return out;
}

Result<std::string> VaultClient::log_key() {
  std::string frame;
  vault::FrameReader in(TRY(ask(vault::FrameWriter(vault::Op::log_key), frame)));
  std::string key(in.bytes());
  if (!in.done()) return gone();
  return key;
}

}  // namespace guildhall::room
