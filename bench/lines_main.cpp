// Task lines for an import, on standard output: keyed preference tasks.
//
//   bench-lines COUNT [BYTES=2048] [FIRST=0] > tasks.ndjson
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "bench_room.h"

int main(int argc, char** argv) {
  namespace bench = guildhall::bench;
  if (argc < 2) bench::die("bench-lines COUNT [BYTES] [FIRST]");
  std::int64_t count = std::strtoll(argv[1], nullptr, 10);
  std::size_t bytes = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 2'048;
  std::int64_t first = argc > 3 ? std::strtoll(argv[3], nullptr, 10) : 0;
  std::string out;
  for (std::int64_t n = first; n < first + count; ++n) {
    out += fmt::format(R"({{"key":"case-{:012}","data":)", n);
    out += bench::task_data(n, bytes > 60 ? bytes - 36 : bytes);
    out += "}\n";
    if (out.size() < (1U << 20) && n + 1 < first + count) continue;
    if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size()) bench::die("cannot write");
    out.clear();
  }
  return 0;
}
