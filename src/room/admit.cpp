#include "room/admit.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/limits.h"

namespace guildhall::room {
namespace {

constexpr const char* kSocket = "room.sock";

std::unexpected<Error> no_door() {
  return fail(Fault::not_found, "no-door", "No running room answers in this folder.");
}

// By way of the folder's descriptor: a socket's own path may be 107 bytes only.
class DoorPath {
 public:
  explicit DoorPath(const std::filesystem::path& dir)
      : folder_(::open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)),
        path_(fmt::format("/proc/self/fd/{}/{}", folder_, kSocket)) {}
  ~DoorPath() {
    if (folder_ >= 0) close(folder_);
  }
  DoorPath(const DoorPath&) = delete;
  DoorPath& operator=(const DoorPath&) = delete;

  const std::string& path() const { return path_; }
  sockaddr_un address() const {
    sockaddr_un out{};
    out.sun_family = AF_UNIX;
    path_.copy(out.sun_path, sizeof out.sun_path - 1);
    return out;
  }

 private:
  int folder_;
  std::string path_;
};

bool is_own_user(int client) {
  ucred who{};
  socklen_t size = sizeof who;
  if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return false;
  return who.uid == geteuid() || who.uid == 0;
}

// Up to the newline, which is not part of it.
Result<std::string> read_line(int fd) {
  std::string line;
  std::int64_t until_ms = monotonic_ms() + kDoorMs;
  while (line.size() <= kMaxDoorLine) {
    pollfd waits{fd, POLLIN, 0};
    auto left_ms = until_ms - monotonic_ms();
    char bytes[512];
    if (left_ms <= 0 || poll(&waits, 1, static_cast<int>(left_ms)) <= 0) break;
    ssize_t got = recv(fd, bytes, sizeof bytes, 0);
    if (got <= 0) break;
    line.append(bytes, static_cast<std::size_t>(got));
    if (line.ends_with('\n')) {
      line.pop_back();
      return line;
    }
  }
  return fail(Fault::malformed, "bad-line", "The request is no line, or too long.");
}

void send_line(int fd, std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    ssize_t sent = send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string text_of(const json::value& from, std::string_view name) {
  const auto* text = find_string(from, name);
  return text ? std::string(view(*text)) : std::string();
}

Result<Secret> admit_line(Room& room, std::string_view line) {
  auto value = TRY(parse_json(line));
  return admit(room, {text_of(value, "do"), text_of(value, "role"), text_of(value, "name"),
                      text_of(value, "email"), text_of(value, "url")});
}

Result<Secret> make_token(Room& room, const AdmitRequest& request) {
  auto role = identity::role_of(request.role);
  if (!role) {
    return fail(Fault::invalid, "bad-role",
                "--role is owner, manager, reviewer, expert or auditor.");
  }
  identity::NewMember person;
  person.role = *role;
  person.name = request.name;
  person.everywhere = *role != identity::Role::expert && *role != identity::Role::reviewer;
  auto made = TRY(room.accounts().add_with_token(identity::kRoomItself, person, "command line"));
  return std::move(made.token);
}

}  // namespace

Result<Secret> admit(Room& room, const AdmitRequest& request) {
  if (request.what == "token") return make_token(room, request);
  if (request.what != "link") return fail(Fault::invalid, "bad-request", "No such request.");
  identity::NewMember owner;
  owner.role = identity::Role::owner;
  owner.email = request.email;
  owner.everywhere = true;
  auto invited = TRY(room.accounts().invite(identity::kRoomItself, owner, {}));
  return Secret(fmt::format("{}/#/join/{}", request.url, invited.code.expose()));
}

Result<Secret> ask_door(const std::filesystem::path& dir, const AdmitRequest& request) {
  DoorPath place(dir);
  auto address = place.address();
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return no_door();
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    return no_door();
  }
  JsonWriter out;
  out.begin_object().field("do", request.what).field("role", request.role);
  out.field("name", request.name).field("email", request.email).field("url", request.url);
  out.end_object();
  send_line(fd, out.take());
  auto line = read_line(fd);
  close(fd);
  auto value = TRY(parse_json(TRY(std::move(line))));
  if (const auto* error = find_string(value, "error")) {
    return fail(Fault::invalid, "refused", std::string(view(*error)));
  }
  return Secret(text_of(value, "text"));
}

// A relative path: a socket's own may be 107 bytes only, and a box has no /proc.
Result<int> Door::bind(const std::filesystem::path& dir) {
  auto failed = [] {
    return fail(Fault::unavailable, "no-door", "The room's socket could not be made.");
  };
  int before = ::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (before < 0 || chdir(dir.c_str()) != 0) return failed();
  unlink(kSocket);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::string_view(kSocket).copy(address.sun_path, sizeof address.sun_path - 1);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  mode_t mask = umask(0177);  // for its own user alone
  bool bound = listener >= 0 &&
               ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  umask(mask);
  bool back = fchdir(before) == 0;
  close(before);
  if (bound && back && listen(listener, 4) == 0) return listener;
  if (listener >= 0) close(listener);
  return failed();
}

std::unique_ptr<Door> Door::open(Room& room, int listener) {
  std::unique_ptr<Door> door(new Door(room, listener));
  door->thread_ = std::thread([raw = door.get()] { raw->serve(); });
  return door;
}

Door::~Door() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

void Door::serve() {
  while (!stopping_) {
    int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) {
      usleep(10'000);
      continue;
    }
    if (is_own_user(client)) answer(client);
    close(client);
  }
}

void Door::answer(int client) {
  JsonWriter out;
  out.begin_object();
  auto line = read_line(client);
  auto made = line ? admit_line(room_, *line) : Result<Secret>(std::unexpected(line.error()));
  if (made) {
    out.field("text", made->expose());
  } else {
    out.field("error", made.error().detail);
  }
  out.end_object();
  send_line(client, out.take());
}

}  // namespace guildhall::room
