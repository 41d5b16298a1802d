#include "store/sqlite/turn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace guildhall::store::sqlite {
namespace {

class SqliteTurn final : public Turn {
 public:
  explicit SqliteTurn(std::string path) : path_(std::move(path)) {}
  ~SqliteTurn() override { give_back(); }
  SqliteTurn(const SqliteTurn&) = delete;
  SqliteTurn& operator=(const SqliteTurn&) = delete;

  Result<bool> take() override {
    if (descriptor_ >= 0) return true;
    int fd = ::open(path_.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
      return fail(Fault::unavailable, "store-folder", "the store's folder cannot be written");
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
      descriptor_ = fd;
    } else {
      ::close(fd);
    }
    return descriptor_ >= 0;
  }

  void give_back() override {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  const std::string path_;
  int descriptor_ = -1;
};

}  // namespace

std::unique_ptr<Turn> make_turn(const std::string& folder, RoomId room) {
  return std::make_unique<SqliteTurn>(fmt::format("{}/turn-{}.lock", folder, room.value));
}

}  // namespace guildhall::store::sqlite
