#include "keeper/page_gate.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "crypto/equal.h"
#include "crypto/token.h"

namespace guildhall::keeper {
namespace {

// The cookie's value, empty where there is none.
std::string_view cookie_of(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    auto end = header.find(';');
    auto one = header.substr(0, end);
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) {
      return one.substr(name.size() + 1);
    }
  }
  return {};
}

std::string secret(Random& random) { return std::string(crypto::make_code(random).expose()); }

}  // namespace

PageGate::PageGate(int port, Random& random)
    : host_(fmt::format("127.0.0.1:{}", port)),
      cookie_name_(fmt::format("guildhall-keeper-{}", port)),
      random_(random),
      token_(secret(random)) {}

std::string PageGate::address() const {
  MutexLock lock(mutex_);
  return fmt::format("http://{}/#{}", host_, token_);
}

std::optional<PageGate::Pass> PageGate::enter(std::string_view token) {
  MutexLock lock(mutex_);
  if (!crypto::equal_constant_time(token, token_)) return std::nullopt;
  token_ = secret(random_);
  if (passes_.size() >= kPageSessions) passes_.pop_front();
  return passes_.emplace_back(Pass{secret(random_), secret(random_)});
}

bool PageGate::own(const net::Request& request) const {
  auto origin = request.header("Origin");
  return request.header("Host") == host_ && (origin.empty() || origin == "http://" + host_);
}

bool PageGate::admits(const net::Request& request) const {
  auto cookie = cookie_of(request.header("Cookie"), cookie_name_);
  auto word = request.header("Guildhall-Page");
  MutexLock lock(mutex_);
  bool found = false;
  for (const auto& pass : passes_) {
    bool both = crypto::equal_constant_time(cookie, pass.cookie);
    both = crypto::equal_constant_time(word, pass.word) && both;
    found = found || both;
  }
  return found;
}

}  // namespace guildhall::keeper
