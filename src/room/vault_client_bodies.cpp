// The vault client's requests for bodies: sealed and opened in batches. Apart, so that a benchmark
// can put others in their place (bench/unsealed/bodies.cpp).
#include "base/limits.h"
#include "room/vault_client.h"

namespace guildhall::room {
namespace {

Result<void> check_size(std::string_view bytes) {
  if (bytes.size() <= kMaxContent) return {};
  return fail(Fault::too_large, "content-too-large", "A stored object may not exceed 16 MiB.");
}

}  // namespace

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
  if (!in.done() || out.size() != items.size()) return vault_gone();
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
  if (!in.done() || out.size() != items.size()) return vault_gone();
  return out;
}

}  // namespace guildhall::room
