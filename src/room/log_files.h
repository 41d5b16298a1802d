// The room's transparency log as anybody may read it: the files of C2SP tlog-tiles under /log/, as
// any web server could serve them. It needs no session and no key: leaves hold facts, numbers and
// commitments, never content (docs/threat-model.md).
//
//   /log/checkpoint      /log/tile/<L>/<N>[.p/<W>]      /log/tile/entries/<N>[.p/<W>]
//   /log/<n>/…           the same of the n-th log, where several processes serve the room
//
// What reaches the disk is the path of a parsed tile, so that nothing outside the log can be
// named. A partial tile that a full one has replaced is cut from that one.
//
// Concurrency: any thread. Limits: kMaxRoomLogs; files go out by sendfile.
#pragma once

#include <filesystem>

#include "net/http.h"

namespace guildhall::room {

inline constexpr std::string_view kLogPrefix = "/log/";

// Where the n-th log of a room lies, from 1.
std::filesystem::path log_folder(const std::filesystem::path& room_dir, int number);

class LogFiles {
 public:
  explicit LogFiles(std::filesystem::path room_dir) : room_dir_(std::move(room_dir)) {}

  // For a path that begins with kLogPrefix. Errors: not_found/"not-found",
  // not_allowed/"method-not-allowed".
  Result<net::Reply> serve(const net::Request& request) const;

 private:
  const std::filesystem::path room_dir_;
};

}  // namespace guildhall::room
