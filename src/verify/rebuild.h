// Rebuilds the tree from the entries and holds every file of the log against it: the tiles byte by
// byte, also the partial ones of earlier sizes that may still lie there.
//
// Concurrency: one thread. Limits: memory of one bundle, a row of tiles, and the list of files.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "verify/finding.h"
#include "verify/source.h"

namespace guildhall::verify {

class Rebuild {
 public:
  using EachEntry = std::function<void(std::uint64_t index, std::string_view entry)>;

  // Files that are accounted for are taken out of `files`, where there is a list.
  Rebuild(Source& source, std::optional<std::set<std::string>>& files, EachEntry each)
      : source_(source), files_(files), each_(std::move(each)) {}

  // The root of `size` leaves. `at_stop` is called with the root that the first `stop` have.
  Checked<tlog::Hash> run(std::uint64_t size, std::uint64_t stop,
                          const std::function<void(const tlog::Hash&)>& at_stop);

 private:
  Checked<> bundle(std::uint64_t index, std::size_t width, std::uint64_t stop,
                   const std::function<void(const tlog::Hash&)>& at_stop);
  Checked<> add(std::size_t level, const tlog::Hash& hash);
  Checked<> tile(std::size_t level);
  tlog::Hash root() const;
  Checked<std::string> fetch(const std::string& path, std::size_t width);
  Checked<> earlier(const std::string& path, std::size_t width,
                    const std::function<std::string_view(std::size_t)>& prefix);

  struct Row {
    std::uint64_t index = 0;  // of the tile that is filling
    std::string hashes;
  };

  Source& source_;
  std::optional<std::set<std::string>>& files_;
  EachEntry each_;
  std::uint64_t count_ = 0;
  std::array<Row, 9> rows_;  // 256^8 leaves and more are not of this world
};

}  // namespace guildhall::verify
