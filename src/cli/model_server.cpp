#include "cli/model_server.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/limits.h"

namespace guildhall::cli {
namespace {

using Found = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

struct Where {
  std::string host;
  std::string port;
  bool tls = false;
};

std::optional<Where> where(const std::string& url) {
  Where out;
  std::string_view rest = url;
  out.tls = rest.starts_with("https://");
  if (!out.tls && !rest.starts_with("http://")) return std::nullopt;
  rest.remove_prefix(rest.find("//") + 2);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const bool bracketed = rest.starts_with('[');
  const auto end = bracketed ? rest.find(']') : rest.find(':');
  if (bracketed && end == std::string_view::npos) return std::nullopt;
  out.host = rest.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
  const auto colon = rest.find(':', bracketed ? end : 0);
  out.port = colon == std::string_view::npos ? (out.tls ? "443" : "80") : rest.substr(colon + 1);
  const bool digits = std::ranges::all_of(out.port, [](char c) { return c >= '0' && c <= '9'; });
  if (out.host.empty() || out.port.empty() || out.port.size() > 5 || !digits) return std::nullopt;
  return out;
}

// Null where the name has no address; `why` says it.
Found look_up(const Where& at, std::string& why) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int wrong = getaddrinfo(at.host.c_str(), at.port.c_str(), &hints, &found);
  if (wrong != 0) why = gai_strerror(wrong);
  return {wrong == 0 ? found : nullptr, &freeaddrinfo};
}

// 0, or the error.
int try_to_connect(const addrinfo& to, std::int64_t until_ms) {
  const int fd = socket(to.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return errno;
  int error = connect(fd, to.ai_addr, to.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    pollfd waits{fd, POLLOUT, 0};
    const auto left_ms = std::max<std::int64_t>(until_ms - monotonic_ms(), 0);
    socklen_t size = sizeof error;
    if (poll(&waits, 1, static_cast<int>(left_ms)) <= 0) {
      error = ETIMEDOUT;
    } else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
      error = errno;
    }
  }
  close(fd);
  return error;
}

}  // namespace

std::vector<std::string> addresses_of(const std::string& url) {
  std::vector<std::string> out;
  const auto at = where(url);
  if (!at || at->tls) return out;
  std::string why;
  const auto found = look_up(*at, why);
  for (const auto* one = found.get(); one != nullptr; one = one->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) ==
        0) {
      out.emplace_back(text);
    }
  }
  return out;
}

Result<void> find_model_server(const std::string& url) {
  const auto at = where(url);
  if (!at) {
    return fail(Fault::invalid, "bad-model-url",
                fmt::format("\"{}\" is no address of a model server: it looks like "
                            "http://HOST:PORT/v1 or https://HOST/v1.",
                            url));
  }
  std::string why;
  const auto found = look_up(*at, why);
  if (!found) {
    return fail(Fault::unavailable, "no-model-address",
                fmt::format("The model server's name \"{}\" has no address: {}.", at->host, why));
  }
  const auto until_ms = monotonic_ms() + kHttpConnectMs;
  int error = 0;
  for (const auto* one = found.get(); one != nullptr; one = one->ai_next) {
    error = try_to_connect(*one, until_ms);
    if (error == 0) return {};
  }
  return fail(Fault::unavailable, "no-model-server",
              fmt::format("No model server answers at {} (port {}): {}. Start it, or say another "
                          "--model-url; without one the demo brings a model of its own.",
                          url, at->port, std::strerror(error)));
}

}  // namespace guildhall::cli
