// Where a vault and a room find the descriptors that their supervisor gave them.
//
// Concurrency: constants. Limits: kMaxChannels.
#pragma once

namespace guildhall::vault {

inline constexpr int kFirstChannel = 3;      // of a vault's own, and those that follow it
inline constexpr int kFirstRoomChannel = 4;  // of a room's: 3 is its listening socket
inline constexpr int kMaxChannels = 64;

}  // namespace guildhall::vault
