#include "room/sandbox_state.h"

#include <utility>

namespace guildhall::room {
namespace {

std::string& state() {
  static std::string layers;
  return layers;
}

}  // namespace

void set_sandbox_state(std::string layers) { state() = std::move(layers); }
const std::string& sandbox_state() { return state(); }

}  // namespace guildhall::room
