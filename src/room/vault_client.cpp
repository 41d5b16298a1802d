#include "room/vault_client.h"

#include <unistd.h>

#include <algorithm>

#include "base/limits.h"

namespace guildhall::room {

std::unexpected<Error> vault_gone() {
  return fail(Fault::unavailable, "vault-failed", "The vault does not answer.");
}

VaultChannel::~VaultChannel() {
  if (fd_ >= 0) close(fd_);
}

Result<std::string_view> VaultChannel::ask(vault::FrameWriter request, std::string& frame) {
  broken_ = broken_ || !vault::send_frame(fd_, request.take()) || !vault::receive_frame(fd_, frame);
  if (broken_) return vault_gone();
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
  if (!channel) return vault_gone();
  auto answer = channel->ask(std::move(request), frame);
  give_back(*channel);
  return answer;
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
    if (!in.done() || count != part.size()) return vault_gone();
  } while (out.size() < members.size());
  return out;
}

Result<std::string> VaultClient::log_key() {
  std::string frame;
  vault::FrameReader in(TRY(ask(vault::FrameWriter(vault::Op::log_key), frame)));
  std::string key(in.bytes());
  if (!in.done()) return vault_gone();
  return key;
}

Result<void> VaultClient::shred(ProjectId project) {
  vault::FrameWriter request(vault::Op::shred);
  request.i64(project.value);
  std::string frame;
  TRY(ask(std::move(request), frame));
  return {};
}

}  // namespace guildhall::room
