// The files of the keeper's page (src/keeper/page), compiled in: the keeper needs nothing beside
// its executable.
//
// Concurrency: constants.
#pragma once

#include <string_view>

namespace guildhall::keeper {

struct PageFile {
  std::string_view path;
  std::string_view content_type;
  std::string_view bytes;
};

// Null where there is none of this path.
const PageFile* find_page_file(std::string_view path);

}  // namespace guildhall::keeper
