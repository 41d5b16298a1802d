// A file or folder that a role may see: in its mount namespace (spawn) and under Landlock (enter).
//
// Concurrency: plain data. Limits: kMaxPlaces.
#pragma once

#include <string>

namespace guildhall::sandbox {

struct Place {
  std::string path;  // absolute; the same inside as outside
  bool writable = false;
  bool hidden = false;  // there is nothing in it, whatever a folder above shows (mount namespace)
};

}  // namespace guildhall::sandbox
