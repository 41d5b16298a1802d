#include "connector/mail.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/limits.h"
#include "base/mail_address.h"
#include "base/utf8.h"
#include "crypto/hash.h"

namespace guildhall::connector {
namespace {

constexpr std::size_t kLineBytes = 57;  // 76 characters of base64
constexpr std::size_t kWordBytes = 42;  // of one encoded word

std::unexpected<Error> bad_mail() {
  return fail(Fault::invalid, "bad-mail", "That is no mail that may be sent.");
}

std::string_view asked_for(const gateway::HeaderList& asked, std::string_view name) {
  auto at = std::ranges::find(asked, name, &gateway::HeaderList::value_type::first);
  return at == asked.end() ? std::string_view() : std::string_view(at->second);
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxMailId && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

// A prefix of so many bytes at most, that ends between two characters.
std::string_view piece_of(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

std::string encoded_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto piece = piece_of(text, kWordBytes);
    if (!out.empty()) out += "\r\n ";
    out += fmt::format("=?utf-8?B?{}?=", crypto::to_base64(piece));
    text.remove_prefix(piece.size());
  }
  return out;
}

std::string in_lines(std::string_view text) {
  std::string out;
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), kLineBytes))) {
    out += crypto::to_base64(text.substr(0, kLineBytes));
    out += "\r\n";
  }
  return out;
}

}  // namespace

Result<net::PeerRequest> mail_request(const gateway::Peer& relay, const Secret& credential,
                                      const gateway::HeaderList& asked, std::string_view text,
                                      TimeMs now) {
  auto to = asked_for(asked, "mail-to");
  auto id = asked_for(asked, "mail-id");
  auto end = std::min(text.find('\n'), text.size());
  auto subject = text.substr(0, end);
  bool clean = std::ranges::none_of(
      subject, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
  bool sound = is_mail_address(to) && is_id(id) && !subject.empty() && clean && is_utf8(text) &&
               text.size() <= kMaxMailBytes;
  if (!sound) return bad_mail();
  auto domain = relay.from.substr(relay.from.find('@') + 1);
  auto date = std::chrono::sys_seconds(std::chrono::seconds(now / 1'000));
  net::PeerMail mail;
  mail.from = relay.from;
  mail.to = to;
  mail.domain = domain;
  auto colon = std::min(credential.expose().find(':'), credential.size());
  mail.user = Secret(std::string(credential.expose().substr(0, colon)));
  if (colon < credential.size()) {
    mail.password = Secret(std::string(credential.expose().substr(colon + 1)));
  }
  net::PeerRequest out;
  out.body = fmt::format(
      "Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\nFrom: <{}>\r\nTo: <{}>\r\nMessage-ID: <{}@{}>\r\n"
      "Subject: {}\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
      date, relay.from, to, id, domain, encoded_words(subject),
      in_lines(text.substr(std::min(end + 1, text.size()))));
  out.mail = std::move(mail);
  return out;
}

}  // namespace guildhall::connector
