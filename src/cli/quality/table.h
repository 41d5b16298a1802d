// A CSV file as columns of numbers: names become numbers in the order in which they first occur,
// and are kept to be written back.
//
// Concurrency: one thread. Memory: the file is mapped, not read; names are copied once each.
// Limits: kMaxCsvCells.
#pragma once

#include <deque>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "cli/quality/csv.h"

namespace guildhall::cli {

// A file's bytes, for as long as it lives.
class MappedFile {
 public:
  // "-" is standard input, read whole. Errors: not_found/"no-file", unavailable/"file-failed".
  static Result<MappedFile> open(const std::string& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  std::string_view text() const { return {data_, size_}; }

 private:
  MappedFile() = default;
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  bool mapped_ = false;
};

class Names {
 public:
  std::uint32_t number_of(std::string_view name);
  const std::string& name(std::uint32_t number) const { return names_[number]; }
  std::uint32_t count() const { return static_cast<std::uint32_t>(names_.size()); }

 private:
  std::unordered_map<std::string_view, std::uint32_t> known_;
  std::deque<std::string> names_;
};

// Which column is which. Names are compared without case, blanks, "-" and "_".
class Header {
 public:
  explicit Header(std::vector<std::string> names) : names_(std::move(names)) {}
  // The column of the first of these words that the file has; -1: none.
  int find(std::initializer_list<std::string_view> words) const;
  std::string list() const;  // for messages

 private:
  std::vector<std::string> names_;
};

// Hears how far reading has come: bytes of all.
using Progress = std::function<void(std::size_t read, std::size_t all)>;

// Calls `row` for each row below the header; `columns` names them (with commas) where the file has
// no header. A row's missing cells are empty. Error: what `begin` or `row` says, and
// invalid/"quality-input" for a quote that is never closed.
Result<void> read_rows(
    std::string_view text, const std::string& columns, const Progress& progress,
    const std::function<Result<void>(const Header&)>& begin,
    const std::function<Result<void>(std::span<const std::string_view>, std::uint64_t line)>& row);

// A row's cell without blanks around; empty where the row is too short or the column is none.
std::string_view cell_of(std::span<const std::string_view> cells, int column);

}  // namespace guildhall::cli
