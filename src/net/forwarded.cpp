#include "net/forwarded.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

namespace guildhall::net {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool same_word(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if ((a[i] | 0x20) != (b[i] | 0x20)) return false;
  }
  return true;
}

std::optional<IpAddress> parse_bare(std::string_view text) {
  char buffer[64];
  if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  if (std::strlen(buffer) != text.size()) return std::nullopt;
  IpAddress out{};
  if (inet_pton(AF_INET6, buffer, out.data()) == 1) return out;
  if (inet_pton(AF_INET, buffer, out.data() + 12) != 1) return std::nullopt;
  out[10] = out[11] = 0xff;
  return out;
}

bool is_mapped(const IpAddress& address) {
  static constexpr unsigned char kPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::memcmp(address.data(), kPrefix, 12) == 0;
}

// Takes the last comma-separated element off `list`; commas inside quotes do not count.
std::string_view take_last(std::string_view& list) {
  bool quoted = false;
  std::size_t cut = std::string_view::npos;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == '"') quoted = !quoted;
    if (list[i] == ',' && !quoted) cut = i;
  }
  std::string_view last = cut == std::string_view::npos ? list : list.substr(cut + 1);
  list = cut == std::string_view::npos ? std::string_view() : list.substr(0, cut);
  return trim(last);
}

// The value of `name` in one Forwarded element ("for=1.2.3.4;proto=https").
std::string_view element_value(std::string_view element, std::string_view name) {
  while (!element.empty()) {
    std::size_t end = element.find(';');
    std::string_view pair = trim(element.substr(0, end));
    std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && same_word(trim(pair.substr(0, equals)), name)) {
      return trim(pair.substr(equals + 1));
    }
    if (end == std::string_view::npos) break;
    element.remove_prefix(end + 1);
  }
  return {};
}

std::string_view unquote(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  text = unquote(trim(text));
  if (!text.empty() && text.front() == '[') {
    std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    return parse_bare(text.substr(1, end - 1));
  }
  std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && text.find('.') != std::string_view::npos &&
      text.find(':', colon + 1) == std::string_view::npos) {
    text = text.substr(0, colon);  // 1.2.3.4:80
  }
  return parse_bare(text);
}

std::string ip_text(const IpAddress& address) {
  char out[INET6_ADDRSTRLEN];
  if (is_mapped(address)) {
    inet_ntop(AF_INET, address.data() + 12, out, sizeof out);
  } else {
    inet_ntop(AF_INET6, address.data(), out, sizeof out);
  }
  return out;
}

Result<ProxyRules> ProxyRules::parse(const std::vector<std::string>& items) {
  ProxyRules out;
  for (const auto& item : items) {
    std::string_view text = item;
    std::size_t slash = text.find('/');
    auto address = parse_bare(text.substr(0, slash));
    if (!address) {
      return fail(Fault::invalid, "bad-address", "A trusted proxy is an address or a CIDR block.",
                  "trusted_proxies");
    }
    Block block{*address, 128};
    if (slash != std::string_view::npos) {
      std::string_view digits = text.substr(slash + 1);
      int bits = -1;
      auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      int most = text.find(':') == std::string_view::npos ? 32 : 128;
      if (error != std::errc() || end != digits.data() + digits.size() || bits < 0 || bits > most) {
        return fail(Fault::invalid, "bad-address", "The length of a CIDR block is out of range.",
                    "trusted_proxies");
      }
      block.bits = bits + (128 - most);
    }
    out.blocks_.push_back(block);
  }
  return out;
}

bool ProxyRules::trusts(const IpAddress& address) const {
  for (const auto& block : blocks_) {
    int whole = block.bits / 8;
    int rest = block.bits % 8;
    if (std::memcmp(address.data(), block.address.data(), static_cast<std::size_t>(whole)) != 0) {
      continue;
    }
    if (rest == 0) return true;
    auto at = static_cast<std::size_t>(whole);
    int mask = 0xff << (8 - rest) & 0xff;
    if ((address[at] & mask) == (block.address[at] & mask)) return true;
  }
  return false;
}

Origin ProxyRules::from_x_forwarded(const IpAddress& peer, std::string_view chain,
                                    std::string_view proto) const {
  if (!trusts(peer)) return {ip_text(peer), false};
  IpAddress nearest = peer;
  while (!chain.empty() && trusts(nearest)) {
    auto next = parse_ip(take_last(chain));
    if (!next) break;
    nearest = *next;
  }
  return {ip_text(nearest), same_word(take_last(proto), "https")};
}

Origin ProxyRules::from_forwarded(const IpAddress& peer, std::string_view chain) const {
  if (!trusts(peer)) return {ip_text(peer), false};
  IpAddress nearest = peer;
  bool secure = false;
  bool first = true;
  while (!chain.empty() && trusts(nearest)) {
    std::string_view element = take_last(chain);
    if (first) secure = same_word(unquote(element_value(element, "proto")), "https");
    first = false;
    auto next = parse_ip(element_value(element, "for"));
    if (!next) break;
    nearest = *next;
  }
  return {ip_text(nearest), secure};
}

}  // namespace guildhall::net
