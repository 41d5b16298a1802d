// Files, sealed and opened part by part; crypto/chunked.h has the format.
#include "base/limits.h"
#include "crypto/chunked.h"
#include "crypto/equal.h"
#include "crypto/hmac.h"
#include "vault/leaf.h"
#include "vault/vault.h"

namespace guildhall::vault {
namespace {

Result<void> check_part(std::uint64_t first, std::size_t bytes, std::size_t most) {
  if (bytes <= most && first < crypto::kMaxChunks) return {};
  return fail(Fault::too_large, "too-many-items", "A part of a file is too large.");
}

std::unexpected<Error> broken() {
  return fail(Fault::internal, "seal-broken", "A stored file does not open.");
}

}  // namespace

std::string Vault::ticket_of(const ContentContext& context, std::string_view head) const {
  auto mac = crypto::hmac_sha256(ticket_key_.expose(), {encode_context(context), head});
  return std::string(crypto::view(mac));
}

Result<std::string> Vault::begin_file(FrameReader& in) {
  auto context = in.context();
  TRY(in.done());
  auto key = TRY(key_for(context));
  auto head = TRY(crypto::make_chunked_head(key->expose(), encode_context(context), ports_.random));
  auto out = good_answer();
  out.bytes(head.bytes).bytes(ticket_of(context, head.bytes));
  return out.take();
}

Result<std::string> Vault::seal_part(FrameReader& in) {
  auto context = in.context();
  auto head = in.bytes();
  auto ticket = in.bytes();
  auto first = static_cast<std::uint64_t>(in.i64());
  auto plain = in.bytes();
  TRY(in.done());
  TRY(check_part(first, plain.size(), kFilePart));
  if (!crypto::equal_constant_time(ticket_of(context, head), ticket)) {
    return fail(Fault::invalid, "bad-frame", "This vault did not begin this file.");
  }
  auto key = TRY(key_for(context));
  auto cipher = TRY(crypto::open_chunked_head(key->expose(), encode_context(context), head));
  std::string sealed;
  crypto::seal_chunks(cipher, first, plain, sealed);
  auto out = good_answer();
  out.bytes(sealed);
  return out.take();
}

Result<std::string> Vault::open_part(FrameReader& in) {
  auto reason = static_cast<OpenReason>(in.u8());
  MemberId member{in.i64()};
  auto context = in.context();
  auto head = in.bytes();
  auto first = static_cast<std::uint64_t>(in.i64());
  auto sealed = in.bytes();
  TRY(in.done());
  TRY(check_part(first, sealed.size(),
                 kFilePart / crypto::kChunkBytes * crypto::kSealedChunkBytes));
  auto person = TRY(person_key());
  TimeMs now = ports_.clock.now_ms();
  TRY(budget_.take(member, reason, 1, now));
  auto key = TRY(key_for(context));
  auto cipher = crypto::open_chunked_head(key->expose(), encode_context(context), head);
  if (!cipher) return broken();
  auto plain = crypto::open_chunks(*cipher, first, sealed);
  if (!plain) return broken();
  auto hash = crypto::sha256(sealed);
  Leaf leaf;
  leaf.at = now;
  leaf.verb = "content.open";
  leaf.who = member;
  leaf.project = context.project;
  leaf.object = context.object;
  leaf.version = static_cast<std::int64_t>(first);
  leaf.detail = 1;
  leaf.hash = crypto::view(hash);
  std::string line = opening_leaf(leaf, reason, {&context, 1}, person, ports_.random);
  TRY(ports_.log.append({&line, 1}, {}));
  TRY(key_for(context));  // the lease may have ended while the disk was waited for
  auto out = good_answer();
  out.bytes(*plain);
  return out.take();
}

}  // namespace guildhall::vault
