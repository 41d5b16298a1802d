// The vault client's other requests: authority rows, keyed hashes, parts of files.
#include "room/vault_client.h"

namespace guildhall::room {
namespace {

Result<std::vector<std::string>> texts_in(std::string_view fields, std::size_t wanted) {
  vault::FrameReader in(fields);
  std::vector<std::string> out;
  std::uint32_t count = in.count(4);
  for (std::uint32_t i = 0; i < count; ++i) out.emplace_back(in.bytes());
  if (!in.done() || out.size() != wanted) return vault_gone();
  return out;
}

}  // namespace

Result<std::vector<std::string>> VaultClient::mac(std::span<const std::string_view> rows) {
  vault::FrameWriter request(vault::Op::mac);
  request.u32(static_cast<std::uint32_t>(rows.size()));
  for (auto row : rows) request.bytes(row);
  std::string frame;
  return texts_in(TRY(ask(std::move(request), frame)), rows.size());
}

Result<std::vector<bool>> VaultClient::check(std::span<const store::MarkedRow> rows) {
  vault::FrameWriter request(vault::Op::check);
  request.u32(static_cast<std::uint32_t>(rows.size()));
  for (const auto& row : rows) request.bytes(row.bytes).bytes(row.mac);
  std::string frame;
  vault::FrameReader in(TRY(ask(std::move(request), frame)));
  std::vector<bool> out;
  std::uint32_t count = in.count(1);
  for (std::uint32_t i = 0; i < count; ++i) out.push_back(in.u8() == 1);
  if (!in.done() || out.size() != rows.size()) return vault_gone();
  return out;
}

Result<std::vector<std::string>> VaultClient::find_keys(std::span<const store::ToFind> items) {
  vault::FrameWriter request(vault::Op::find);
  request.u32(static_cast<std::uint32_t>(items.size()));
  for (const auto& item : items) {
    request.i64(item.project.value).bytes(item.sort).bytes(item.text);
  }
  std::string frame;
  return texts_in(TRY(ask(std::move(request), frame)), items.size());
}

Result<store::FileSeal> VaultClient::begin_file(const ContentContext& context) {
  vault::FrameWriter request(vault::Op::begin_file);
  request.context(context);
  std::string frame;
  vault::FrameReader in(TRY(ask(std::move(request), frame)));
  store::FileSeal out;
  out.head = in.bytes();
  out.ticket = in.bytes();
  if (!in.done()) return vault_gone();
  return out;
}

Result<std::string> VaultClient::seal_part(const ContentContext& context,
                                           const store::FileSeal& seal,
                                           const store::FilePart& part) {
  vault::FrameWriter request(vault::Op::seal_part);
  request.context(context).bytes(seal.head).bytes(seal.ticket);
  request.i64(static_cast<std::int64_t>(part.chunk)).bytes(part.bytes);
  std::string frame;
  vault::FrameReader in(TRY(ask(std::move(request), frame)));
  std::string out(in.bytes());
  if (!in.done()) return vault_gone();
  return out;
}

Result<Plaintext> VaultClient::open_part(const ContentContext& context, std::string_view head,
                                         const store::FilePart& part, const store::Opening& why) {
  MemberId member = why.member ? why.member : store::OpeningFor::current();
  vault::FrameWriter request(vault::Op::open_part);
  request.u8(static_cast<unsigned char>(why.reason)).i64(member.value).context(context);
  request.bytes(head).i64(static_cast<std::int64_t>(part.chunk)).bytes(part.bytes);
  std::string frame;
  vault::FrameReader in(TRY(ask(std::move(request), frame)));
  Plaintext out{std::string(in.bytes())};
  if (!in.done()) return vault_gone();
  return out;
}

}  // namespace guildhall::room
