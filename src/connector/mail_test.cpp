#include "connector/mail.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/limits.h"
#include "base/utf8.h"
#include "crypto/hash.h"

namespace guildhall::connector {
namespace {

constexpr TimeMs kThen = 1'790'000'000'000;  // 2026-09-21, a Monday, 14:13:20

gateway::Peer relay() {
  gateway::Peer peer;
  peer.name = "mail";
  peer.kind = gateway::PeerKind::mail;
  peer.url = "smtps://relay.example.com";
  peer.from = "guildhall@lab.example";
  peer.bytes_per_day = 1;
  REQUIRE(gateway::complete_peer(peer));
  return peer;
}

Result<net::PeerRequest> made(std::string to, std::string id, std::string_view text,
                              std::string_view credential = "") {
  return mail_request(relay(), Secret(std::string(credential)),
                      {{"mail-to", std::move(to)}, {"mail-id", std::move(id)}}, text, kThen);
}

TEST_CASE("mail: the header is ours, the text is the room's") {
  auto out = made("ada@example.org", "x1", "Hello\nFrom: somebody@else\n\n.\n");
  REQUIRE(out);
  CHECK(out->body ==
        "Date: Mon, 21 Sep 2026 14:13:20 +0000\r\n"
        "From: <guildhall@lab.example>\r\n"
        "To: <ada@example.org>\r\n"
        "Message-ID: <x1@lab.example>\r\n"
        "Subject: =?utf-8?B?SGVsbG8=?=\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "\r\n"
        "RnJvbTogc29tZWJvZHlAZWxzZQoKLgo=\r\n");
  REQUIRE(out->mail);
  CHECK(out->mail->from == "guildhall@lab.example");
  CHECK(out->mail->to == "ada@example.org");
  CHECK(out->mail->user.expose().empty());
}

TEST_CASE("mail: who may be written to, and as what") {
  for (const char* to : {"", "a", "a@b@c", "a@b,c@d", "a@b>\r\nRCPT TO:<c@d", "<a@b>", "a b@c",
                         "\"a\"@b", "\xc3\xbc@b"}) {
    CHECK_MESSAGE(!made(to, "x1", "Hello\n"), to);
  }
  for (const char* id : {"", "a@b", "a>\r\nBcc: <c@d", "a b"}) {
    CHECK_MESSAGE(!made("a@b", id, "Hello\n"), id);
  }
  CHECK_FALSE(made("a@b", std::string(kMaxMailId + 1, 'a'), "Hello\n"));
  for (const char* text : {"", "\nno subject", "Hi\r\nBcc: c@d\n", "Hi\x7f\n", "\xff\n"}) {
    CHECK_MESSAGE(!made("a@b", "x1", text), text);
  }
  CHECK(made("a@b", "x1", "S\n" + std::string(kMaxMailBytes - 2, 'a')));
  CHECK_FALSE(made("a@b", "x1", "S\n" + std::string(kMaxMailBytes - 1, 'a')));
}

TEST_CASE("mail: no line is longer than a relay must take, no word is cut inside a letter") {
  std::string subject;
  for (int i = 0; i < 60; ++i) subject += "\xc3\xbc\xe2\x82\xac";  // two and three bytes
  auto out = made("a@b", "x1", subject + "\n" + std::string(5'000, 'a'));
  REQUIRE(out);
  std::string_view rest = out->body;
  std::string read;
  std::size_t longest = 0;
  while (!rest.empty()) {
    auto end = rest.find("\r\n");
    REQUIRE(end != std::string_view::npos);
    auto line = rest.substr(0, end);
    longest = std::max(longest, line.size());
    if (auto at = line.find("=?utf-8?B?"); at != std::string_view::npos) {
      auto word = crypto::from_base64(line.substr(at + 10, line.size() - at - 12));
      REQUIRE(word);
      CHECK(is_utf8(*word));
      read += *word;
    }
    rest.remove_prefix(end + 2);
  }
  CHECK(longest <= 78);
  CHECK(read == subject);
}

TEST_CASE("mail: a credential is a name and a password, which may have colons") {
  auto out = made("a@b", "x1", "Hello\n", "robot:a:b");
  REQUIRE(out);
  CHECK(out->mail->user.expose() == "robot");
  CHECK(out->mail->password.expose() == "a:b");
}

}  // namespace
}  // namespace guildhall::connector
