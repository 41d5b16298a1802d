#include "net/forwarded.h"

#include <doctest/doctest.h>

namespace guildhall::net {
namespace {

std::string nearest(const ProxyRules& rules, std::string_view peer, std::string_view chain) {
  return rules.from_x_forwarded(*parse_ip(peer), chain, "").address;
}

TEST_CASE("forwarded: addresses and blocks") {
  CHECK(ip_text(*parse_ip("1.2.3.4:80")) == "1.2.3.4");
  CHECK(ip_text(*parse_ip("\"[2001:db8::1]:443\"")) == "2001:db8::1");
  CHECK(ip_text(*parse_ip("::ffff:1.2.3.4")) == "1.2.3.4");
  for (const char* bad : {"", "unknown", "1.2.3", "1.2.3.4.5", "_hidden", "[::1", "1.2.3.4/8"}) {
    CHECK_FALSE(parse_ip(bad));
  }
  auto rules = ProxyRules::parse({"10.0.0.0/9", "192.168.1.7", "2001:db8::/33"});
  REQUIRE(rules);
  CHECK(rules->trusts(*parse_ip("10.127.255.255")));
  CHECK_FALSE(rules->trusts(*parse_ip("10.128.0.0")));
  CHECK(rules->trusts(*parse_ip("192.168.1.7")));
  CHECK_FALSE(rules->trusts(*parse_ip("192.168.1.6")));
  CHECK(rules->trusts(*parse_ip("2001:db8:7fff::")));
  CHECK_FALSE(rules->trusts(*parse_ip("2001:db8:8000::")));
  for (const char* bad : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "proxy", ""}) {
    CHECK_FALSE(ProxyRules::parse({bad}));
  }
}

TEST_CASE("forwarded: the chain is walked from its trusted end") {
  auto rules = *ProxyRules::parse({"10.0.0.0/8"});
  CHECK(nearest(rules, "9.9.9.9", "1.1.1.1") == "9.9.9.9");
  CHECK(nearest(rules, "10.0.0.1", "6.6.6.6, 1.1.1.1") == "1.1.1.1");
  CHECK(nearest(rules, "10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2") == "1.1.1.1");
  CHECK(nearest(rules, "10.0.0.1", "") == "10.0.0.1");
  CHECK(nearest(rules, "10.0.0.1", "1.1.1.1, garbage, 10.0.0.2") == "10.0.0.2");
  CHECK(rules.from_x_forwarded(*parse_ip("10.0.0.1"), "1.1.1.1", "http, https").secure);
  CHECK_FALSE(rules.from_x_forwarded(*parse_ip("10.0.0.1"), "1.1.1.1", "https, http").secure);
  CHECK_FALSE(rules.from_x_forwarded(*parse_ip("9.9.9.9"), "1.1.1.1", "https").secure);
}

TEST_CASE("forwarded: RFC 7239 elements") {
  auto rules = *ProxyRules::parse({"10.0.0.0/8", "::1"});
  auto origin = rules.from_forwarded(
      *parse_ip("10.0.0.1"), "for=6.6.6.6;proto=http, For=\"[2001:db8::5]:99\" ;proto=HTTPS;by=x");
  CHECK(origin.address == "2001:db8::5");
  CHECK(origin.secure);
  CHECK(rules.from_forwarded(*parse_ip("::1"), "for=unknown").address == "::1");
  CHECK(rules.from_forwarded(*parse_ip("::1"), "for=\"a,b\", for=10.1.1.1").address == "10.1.1.1");
}

}  // namespace
}  // namespace guildhall::net
