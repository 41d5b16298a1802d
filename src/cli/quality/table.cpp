#include "cli/quality/table.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <utility>

#include "base/limits.h"

namespace guildhall::cli {
namespace {

constexpr std::size_t kRowsBetweenProgress = 65'536;

std::unexpected<Error> unreadable(const std::string& path) {
  return fail(Fault::unavailable, "file-failed", fmt::format("Cannot read {}.", path));
}

std::string folded(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == ' ' || c == '_' || c == '-') continue;
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  auto from = text.find_first_not_of(kBlank);
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  CsvRows row(text);
  if (row.next()) {
    for (auto cell : row.cells()) parts.emplace_back(trimmed(cell));
  }
  return parts;
}

// What cannot be mapped (a pipe) is read whole, into memory that free() takes.
bool read_stream(int fd, char*& data, std::size_t& size) {
  std::size_t room = 0;
  while (true) {
    if (size == room) {
      room = std::max<std::size_t>(room * 2, 1U << 20);
      auto* larger = static_cast<char*>(std::realloc(data, room));
      if (!larger) return false;
      data = larger;
    }
    ssize_t got = ::read(fd, data + size, room - size);
    if (got < 0) return false;
    if (got == 0) return true;
    size += static_cast<std::size_t>(got);
  }
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
  int fd = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(Fault::not_found, "no-file", fmt::format("There is no {}.", path));
  MappedFile file;
  struct stat info{};
  bool good = ::fstat(fd, &info) == 0 && !S_ISDIR(info.st_mode);
  if (good && S_ISREG(info.st_mode) && info.st_size > 0) {
    file.size_ = static_cast<std::size_t>(info.st_size);
    void* at = ::mmap(nullptr, file.size_, PROT_READ, MAP_PRIVATE, fd, 0);
    good = file.mapped_ = at != MAP_FAILED;
    if (good) file.data_ = static_cast<const char*>(at);
    if (!good) file.size_ = 0;
  } else if (good) {
    char* data = nullptr;
    good = read_stream(fd, data, file.size_);
    file.data_ = data;
  }
  ::close(fd);
  if (!good) return unreadable(path);
  return file;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(other.mapped_) {}

MappedFile::~MappedFile() {
  if (!data_) return;
  if (mapped_) {
    ::munmap(const_cast<char*>(data_), size_);
  } else {
    std::free(const_cast<char*>(data_));
  }
}

std::uint32_t Names::number_of(std::string_view name) {
  auto found = known_.find(name);
  if (found != known_.end()) return found->second;
  names_.emplace_back(name);
  known_.emplace(names_.back(), count() - 1);
  return count() - 1;
}

int Header::find(std::initializer_list<std::string_view> words) const {
  for (auto word : words) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (folded(names_[i]) == word) return static_cast<int>(i);
    }
  }
  return -1;
}

std::string Header::list() const {
  std::string out;
  for (const auto& name : names_) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

std::string_view cell_of(std::span<const std::string_view> cells, int column) {
  if (column < 0 || static_cast<std::size_t>(column) >= cells.size()) return {};
  return trimmed(cells[static_cast<std::size_t>(column)]);
}

Result<void> read_rows(
    std::string_view text, const std::string& columns, const Progress& progress,
    const std::function<Result<void>(const Header&)>& begin,
    const std::function<Result<void>(std::span<const std::string_view>, std::uint64_t line)>& row) {
  CsvRows rows(text);
  std::vector<std::string> names = split(columns);
  if (names.empty() && rows.next()) {
    for (auto cell : rows.cells()) names.emplace_back(trimmed(cell));
  }
  TRY(begin(Header(std::move(names))));
  std::size_t count = 0;
  while (rows.next()) {
    if (rows.ended_inside_quotes()) {
      return fail(Fault::invalid, "quality-input",
                  fmt::format("The quote in line {} is never closed.", rows.line()));
    }
    TRY(row(rows.cells(), rows.line()));
    if (++count % kRowsBetweenProgress == 0 && progress) progress(rows.read(), text.size());
  }
  return {};
}

}  // namespace guildhall::cli
