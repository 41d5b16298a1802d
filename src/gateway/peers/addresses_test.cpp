#include "gateway/peers/addresses.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <cstring>

namespace guildhall::gateway {
namespace {

Address address(const char* text) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  if (inet_pton(AF_INET, text, &four.sin_addr) == 1) {
    return address_of(reinterpret_cast<sockaddr*>(&four));
  }
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  REQUIRE(inet_pton(AF_INET6, text, &six.sin6_addr) == 1);
  return address_of(reinterpret_cast<sockaddr*>(&six));
}

std::vector<Block> blocks(std::initializer_list<const char*> texts) {
  std::vector<Block> out;
  for (const char* text : texts) out.push_back(parse_block(text).value());
  return out;
}

TEST_CASE("addresses: only those of the public internet, unless they are named") {
  for (const char* text : {"1.1.1.1", "93.184.216.34", "2606:4700::1111", "172.32.0.1"}) {
    CHECK_MESSAGE(judge(address(text), {}) == Verdict::public_, text);
  }
  for (const char* text : {"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",
                           "::1", "fd00::1", "198.18.0.1", "fec0::1"}) {
    CHECK_MESSAGE(judge(address(text), {}) == Verdict::refused, text);
    CHECK_MESSAGE(judge(address(text), blocks({"0.0.0.0/0", "::/0"})) == Verdict::allowed, text);
  }
  auto own = blocks({"10.0.0.0/8", "127.0.0.1"});
  CHECK(judge(address("10.255.0.1"), own) == Verdict::allowed);
  CHECK(judge(address("127.0.0.1"), own) == Verdict::allowed);
  CHECK(judge(address("127.0.0.2"), own) == Verdict::refused);
  CHECK(judge(address("11.0.0.1"), own) == Verdict::public_);
}

TEST_CASE("addresses: some are nobody's to name") {
  auto all = blocks({"0.0.0.0/0", "::/0"});
  for (const char* text :
       {"169.254.169.254", "169.254.1.1", "fe80::1", "0.0.0.0", "0.1.2.3", "224.0.0.1",
        "255.255.255.255", "ff02::1", "::", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"}) {
    CHECK_MESSAGE(judge(address(text), all) == Verdict::refused, text);
  }
  CHECK(judge(Address{}, all) == Verdict::refused);
}

TEST_CASE("addresses: IPv4 inside IPv6 is judged as what it is") {
  for (const char* text : {"::ffff:169.254.169.254", "64:ff9b::169.254.169.254", "::127.0.0.1",
                           "::ffff:127.0.0.1", "64:ff9b::10.0.0.1"}) {
    CHECK_MESSAGE(judge(address(text), {}) == Verdict::refused, text);
  }
  CHECK(judge(address("::ffff:1.1.1.1"), {}) == Verdict::public_);
  CHECK(judge(address("::ffff:10.0.0.1"), blocks({"10.0.0.0/8"})) == Verdict::allowed);
}

TEST_CASE("addresses: a block reads, or is refused") {
  for (const char* text : {"", "10", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0.0/", "a/8",
                           "10.0.0.0/8x", "localhost"}) {
    CHECK_MESSAGE(!parse_block(text), text);
  }
  CHECK(parse_block("10.0.0.0/0")->has(address("99.0.0.1")));
  CHECK_FALSE(parse_block("10.0.0.0/0")->has(address("2606::1")));
  CHECK(parse_block("10.0.0.128/25")->has(address("10.0.0.200")));
  CHECK_FALSE(parse_block("10.0.0.128/25")->has(address("10.0.0.127")));
}

}  // namespace
}  // namespace guildhall::gateway
