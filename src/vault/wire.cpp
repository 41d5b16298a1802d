#include "vault/wire.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "base/limits.h"

namespace guildhall::vault {
namespace {

// What a vault may answer with; anything else is its fault.
constexpr std::string_view kSlugs[] = {"locked",    "opening-budget",     "seal-broken",
                                       "bad-frame", "log-failed",         "log-behind",
                                       "disk-full", "foreign-room",       "too-many-items",
                                       "no-keeper", "exchange-malformed", "not-here",
                                       "no-key",    "room-runs"};

std::uint32_t length_at(const char* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(at[i]);
  return value;
}

bool receive_all(int fd, char* at, std::size_t size) {
  while (size > 0) {
    ssize_t got = recv(fd, at, size, MSG_WAITALL);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

FrameWriter& FrameWriter::u8(unsigned char value) {
  bytes_ += static_cast<char>(value);
  return *this;
}

FrameWriter& FrameWriter::u32(std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes_ += static_cast<char>(value >> shift);
  return *this;
}

FrameWriter& FrameWriter::i64(std::int64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes_ += static_cast<char>(value >> shift);
  return *this;
}

FrameWriter& FrameWriter::bytes(std::string_view value) {
  u32(static_cast<std::uint32_t>(value.size()));
  bytes_ += value;
  return *this;
}

FrameWriter& FrameWriter::raw(const FrameWriter& other) {
  bytes_.append(other.bytes_, 4);
  return *this;
}

FrameWriter& FrameWriter::context(const ContentContext& value) {
  return u8(static_cast<unsigned char>(value.type))
      .i64(value.room.value)
      .i64(value.project.value)
      .i64(value.object)
      .i64(value.version);
}

std::string FrameWriter::take() {
  auto length = static_cast<std::uint32_t>(bytes_.size() - 4);
  for (std::size_t i = 0; i < 4; ++i) bytes_[i] = static_cast<char>(length >> (24 - 8 * i));
  return std::move(bytes_);
}

std::string_view FrameReader::take(std::size_t size) {
  if (short_ || rest_.size() < size) {
    short_ = true;
    return {};
  }
  auto out = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return out;
}

unsigned char FrameReader::u8() {
  auto one = take(1);
  return one.empty() ? 0 : static_cast<unsigned char>(one.front());
}

std::uint32_t FrameReader::u32() {
  auto four = take(4);
  return four.empty() ? 0 : length_at(four.data());
}

std::int64_t FrameReader::i64() {
  auto eight = take(8);
  if (eight.empty()) return 0;
  auto high = static_cast<std::uint64_t>(length_at(eight.data()));
  return static_cast<std::int64_t>(high << 32 | length_at(eight.data() + 4));
}

std::string_view FrameReader::bytes() { return take(u32()); }

ContentContext FrameReader::context() {
  ContentContext out{};
  out.type = static_cast<ContentType>(u8());
  out.room = RoomId{i64()};
  out.project = ProjectId{i64()};
  out.object = i64();
  out.version = i64();
  return out;
}

std::uint32_t FrameReader::count(std::size_t least) {
  std::uint32_t count = u32();
  if (count > rest_.size() / least) short_ = true;
  return short_ ? 0 : count;
}

Result<void> FrameReader::done() const {
  if (!short_ && rest_.empty()) return {};
  return fail(Fault::invalid, "bad-frame", "A frame to the vault is not well formed.");
}

FrameWriter good_answer() {
  FrameWriter out;
  out.u8(0);
  return out;
}

std::string refusal_frame(const Error& error) {
  FrameWriter out;
  out.u8(1).u8(static_cast<unsigned char>(error.fault)).bytes(error.type).bytes(error.detail);
  return out.take();
}

Result<std::string_view> answer_fields(std::string_view frame) {
  if (!frame.empty() && frame.front() == '\0') return frame.substr(1);
  FrameReader in(frame);
  in.u8();
  Error error;
  error.fault = static_cast<Fault>(in.u8());
  auto slug = in.bytes();
  error.detail = in.bytes();
  auto known = std::ranges::find(kSlugs, slug);
  if (!in.done() || known == std::end(kSlugs) || error.fault > Fault::no_space) {
    return fail(Fault::unavailable, "vault-failed", "The vault does not answer as it should.");
  }
  error.type = *known;
  return std::unexpected(std::move(error));
}

bool send_frame(int fd, std::string_view frame) {
  while (!frame.empty()) {
    ssize_t sent = send(fd, frame.data(), frame.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    frame.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool receive_frame(int fd, std::string& frame) {
  char head[4];
  if (!receive_all(fd, head, sizeof head)) return false;
  std::uint32_t length = length_at(head);
  if (length > kMaxVaultFrame) return false;
  frame.resize(length);
  return receive_all(fd, frame.data(), length);
}

}  // namespace guildhall::vault
