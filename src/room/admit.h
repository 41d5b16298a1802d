// Members that whoever has the machine makes: the first owner, a token for a script. Asked at the
// command line; done by the room that runs, through a socket in its folder that only its own user
// and root can use, or by a room opened for the purpose.
//
//   DIR/room.sock   one line of JSON {"do": "token"|"link", …} → one line {"text"} or {"error"}
//
// Concurrency: one request at a time. Limits: kMaxDoorLine, kDoorMs for a request to come in.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

#include "room/room.h"

namespace guildhall::room {

struct AdmitRequest {
  std::string what;  // token, link
  std::string role;  // of a token
  std::string name;
  std::string email;  // of a link
  std::string url;
};

// What to print: the token, or the link. Errors: invalid/"bad-role", those of Accounts.
Result<Secret> admit(Room& room, const AdmitRequest& request);

// Asks the room that runs. not_found/"no-door" where none does.
Result<Secret> ask_door(const std::filesystem::path& dir, const AdmitRequest& request);

// Answers at the room's socket while it lives. A second process of the room takes it over.
class Door {
 public:
  // Its socket, in the room's folder: to be made before the process gives up what it takes to make
  // one. Error: unavailable/"no-door".
  static Result<int> bind(const std::filesystem::path& dir);
  // Owns the socket.
  static std::unique_ptr<Door> open(Room& room, int listener);
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

 private:
  Door(Room& room, int listener) : room_(room), listener_(listener) {}
  void serve();
  void answer(int client);

  Room& room_;
  const int listener_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace guildhall::room
