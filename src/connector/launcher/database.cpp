#include "connector/launcher/database.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"

namespace guildhall::connector {
namespace {

std::unexpected<Error> no_database(std::string_view why) {
  return fail(Fault::unavailable, "no-database",
              fmt::format("The room's database cannot be reached: {}.", why));
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int value = 0;
    bool escaped = text[i] == '%' && i + 2 < text.size() &&
                   std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr ==
                       text.data() + i + 3;
    out += escaped ? static_cast<char>(value) : text[i];
    if (escaped) i += 2;
  }
  return out;
}

bool read_port(std::string_view text, int& port) {
  if (text.empty()) return true;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65'536;
}

// host, host:port, [::1]:port, or a folder with its slashes escaped.
bool read_place(std::string_view text, DatabaseAddress& out) {
  auto end = text.starts_with('[') ? text.find(']') : 0;
  if (end == std::string_view::npos) return false;
  auto colon = text.find(':', end);
  auto host = text.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (!host.empty()) out.host = decoded(host);
  return colon == std::string_view::npos || read_port(text.substr(colon + 1), out.port);
}

// Whether it is connected in time.
bool finish(int fd) {
  pollfd one{fd, POLLOUT, 0};
  int error = 0;
  socklen_t size = sizeof error;
  return poll(&one, 1, static_cast<int>(kHttpConnectMs)) == 1 &&
         getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

// libpq does not wait for a socket, so it is one that does not make it wait.
Result<gateway::Descriptor> connect_to(const sockaddr* to, socklen_t size) {
  gateway::Descriptor fd(socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return no_database("no descriptor is left");
  bool done = connect(fd.get(), to, size) == 0 || (errno == EINPROGRESS && finish(fd.get()));
  if (done) return fd;
  return no_database(std::strerror(errno));
}

Result<gateway::Descriptor> connect_local(const DatabaseAddress& address) {
  auto path = fmt::format("{}/.s.PGSQL.{}", address.host, address.port);
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (path.size() >= sizeof to.sun_path) return no_database("its socket's path is too long");
  std::memcpy(to.sun_path, path.data(), path.size());
  return connect_to(reinterpret_cast<sockaddr*>(&to), sizeof to);
}

}  // namespace

Result<DatabaseAddress> database_address(std::string_view store) {
  std::string_view rest = store;
  for (std::string_view scheme : {"postgres://", "postgresql://"}) {
    if (rest.starts_with(scheme)) rest.remove_prefix(scheme.size());
  }
  if (rest.size() == store.size()) {
    return fail(Fault::invalid, "no-database", "The room's store is no server.");
  }
  auto query = rest.find('?');
  auto place = rest.substr(0, query);
  place = place.substr(0, place.find('/'));
  if (auto user = place.rfind('@'); user != std::string_view::npos) place.remove_prefix(user + 1);
  DatabaseAddress out;
  out.host = "/var/run/postgresql";
  bool sound = read_place(place.substr(0, place.find(',')), out);
  auto left = query == std::string_view::npos ? std::string_view() : rest.substr(query + 1);
  while (!left.empty()) {
    auto one = left.substr(0, left.find('&'));
    left.remove_prefix(std::min(left.size(), one.size() + 1));
    if (one.starts_with("host=")) out.host = decoded(one.substr(5));
    if (one.starts_with("port=")) sound = sound && read_port(one.substr(5), out.port);
  }
  if (sound && !out.host.empty()) return out;
  return fail(Fault::invalid, "bad-store", "The store's address does not say where it is.");
}

Result<std::string> store_of(const std::filesystem::path& room_dir) {
  auto text = read_file(room_dir / "room.json");
  auto value = text ? parse_json(*text) : Result<json::value>(std::unexpected(text.error()));
  const auto* store = value ? find_string(*value, "store") : nullptr;
  if (store) return std::string(view(*store));
  return fail(Fault::not_found, "no-room",
              fmt::format("There is no room in {}.", room_dir.string()));
}

Result<gateway::Descriptor> connect_database(const DatabaseAddress& address) {
  if (address.host.starts_with('/')) return connect_local(address);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  auto port = fmt::format("{}", address.port);
  Result<gateway::Descriptor> made = no_database("its name has no address");
  if (getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found) != 0) return made;
  for (addrinfo* at = found; at != nullptr && !made; at = at->ai_next) {
    made = connect_to(at->ai_addr, at->ai_addrlen);
  }
  freeaddrinfo(found);
  return made;
}

}  // namespace guildhall::connector
