#include <cstddef>
#include <cstdint>

#include "work/import/chunking_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  guildhall::work::check_chunking(guildhall::work::make_ndjson_reader,
                                  {reinterpret_cast<const char*>(data), size});
  return 0;
}
