// A recorder that keeps nothing and budgets that never end, for `gateway.py --off` alone: they
// stand before the library's. No sealing, no row, no deed, no reservation; everything else is the
// room's.
#include "gateway/pots.h"
#include "gateway/recorder.h"

namespace guildhall::gateway {

Place::~Place() {
  if (recorder_ != nullptr) recorder_->leave(bytes_);
}

void Recorder::start() {}
void Recorder::stop() {}
void Recorder::leave(std::size_t) {}
Result<Place> Recorder::admit(std::size_t request_bytes, std::int64_t) {
  return Place(this, request_bytes);
}
void Recorder::record(Place, Exchange, ExchangeContent, std::optional<Charge>) {}
Recorder::Counts Recorder::counts() const { return {}; }

Charge Hold::used(Amount used) {
  pots_ = nullptr;
  return {pot_, node_, amount_, used};
}
void Hold::give_back() { pots_ = nullptr; }
void Hold::end() { pots_ = nullptr; }

Result<Hold> Pots::hold(const Pot& pot, Amount amount) { return Hold(this, pot, node_, amount); }
Result<Pots::Taken> Pots::take_at_hand(const Pot&, Amount) { return Taken{}; }
void Pots::want_more(const Pot&, Block&, Amount) {}
void Pots::fill() {}
void Pots::stop_filling() {}
void Pots::wait_filled() {}
void Pots::forget_all() {}
Result<void> Pots::tend() { return {}; }
bool Pots::trusted() const { return true; }
void Pots::put(const Place&, std::int64_t, Amount) {}
void Pots::leave_behind(const Charge&) {}
void Pots::end_growing(const Place&, std::int64_t, Amount) {}
Amount Pots::idle(const PotId&) const { return {}; }

}  // namespace guildhall::gateway
