#include "store/content.h"

#include "base/limits.h"

namespace guildhall::store {
namespace {

constexpr char kPlainFormat = 1;

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

std::uint64_t take_varint(std::string_view& in) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
    auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return UINT64_MAX;
}

Result<std::string_view> decode_content(const ContentContext& context, std::string_view body) {
  if (body.empty() || body.front() != kPlainFormat) {
    return fail(Fault::internal, "bad-content", "Stored content has an unknown format.");
  }
  body.remove_prefix(1);
  if (take_varint(body) != static_cast<std::uint64_t>(context.version)) {
    return fail(Fault::internal, "bad-content", "Stored content is of another version.");
  }
  return body;
}

}  // namespace

std::string encode_content(const ContentContext& context, std::string_view plain) {
  std::string body;
  body.reserve(plain.size() + 4);
  body += kPlainFormat;
  append_varint(body, static_cast<std::uint64_t>(context.version));
  body += plain;
  return body;
}

Result<void> put_content(Tx& tx, const ContentContext& context, ContentRef ref,
                         const Plaintext& plain) {
  if (plain.size() > kMaxContent) {
    return fail(Fault::too_large, "content-too-large", "A stored object may not exceed 16 MiB.");
  }
  std::string body = encode_content(context, plain.expose());
  TRY(tx.put("INSERT INTO content (room, project, ref, body) VALUES ($1, $2, $3, $4)",
             {context.room, context.project, ref, Blob{body}}));
  return {};
}

Result<void> replace_content(Tx& tx, const ContentContext& context, ContentRef ref,
                             const Plaintext& plain) {
  std::string body = encode_content(context, plain.expose());
  TRY(tx.exec("UPDATE content SET body = $4 WHERE room = $1 AND project = $2 AND ref = $3",
              {context.room, context.project, ref, Blob{body}}));
  return {};
}

Result<void> open_body(std::string& out, const ContentContext& context, std::string_view body,
                       [[maybe_unused]] Reason reason) {
  out += TRY(decode_content(context, body));
  return {};
}

Result<Plaintext> open_content(Tx& tx, const ContentContext& context, ContentRef ref,
                               Reason reason) {
  std::string plain;
  Result<void> opened = fail(Fault::internal, "content-missing", "Stored content is missing.");
  TRY(tx.query("SELECT body FROM content WHERE room = $1 AND project = $2 AND ref = $3",
               {context.room, context.project, ref}, [&](const Row& row) {
                 opened = open_body(plain, context, row.bytes(0), reason);
                 return false;
               }));
  TRY(std::move(opened));
  return Plaintext(std::move(plain));
}

Result<void> drop_content(Tx& tx, const ContentContext& context, ContentRef ref) {
  TRY(tx.exec("DELETE FROM content WHERE room = $1 AND project = $2 AND ref = $3",
              {context.room, context.project, ref}));
  return {};
}

}  // namespace guildhall::store
