// The uploads and deliveries of a room of before rooms were sealed, sealed in place: each is
// written anew beside itself and takes its own name once it is whole. Which are plain still is seen
// by their lengths, so it may be killed at any moment and begun again.
//
// Concurrency: nobody else uses the room. Limits: memory, one part (store/sealed_file.h).
#pragma once

#include <filesystem>

#include "store/database.h"

namespace guildhall::room {

// A file that is not there is left so. Errors: those of SealedFileWriter.
Result<void> seal_files(store::Database& db, RoomId room, const std::filesystem::path& blobs);

}  // namespace guildhall::room
