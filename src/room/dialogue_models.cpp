#include "room/dialogue_models.h"

namespace guildhall::room {
namespace {

using work::dialogue::Asked;
using work::dialogue::Call;
using work::dialogue::Listener;

// A room that reaches none: every reply ends in an error that says so.
class NoModels final : public work::dialogue::Models {
 public:
  Result<std::shared_ptr<Call>> ask(Asked /*asked*/,
                                    std::shared_ptr<Listener> /*listener*/) override {
    return fail(Fault::unavailable, "no-models", "This workspace is not connected to any model.");
  }
};

}  // namespace

std::unique_ptr<work::dialogue::Models> dialogue_models() { return std::make_unique<NoModels>(); }

}  // namespace guildhall::room
