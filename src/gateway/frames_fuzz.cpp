// The frames between the processes that carry model traffic: what one of them reads of another that
// may have been taken over.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/frames.h"

namespace guildhall::gateway {
namespace {

// What reads is written back as the same bytes.
void check(const Frame& frame) {
  std::string out;
  if (frame.kind == FrameKind::begin) {
    auto read = read_begin(frame.payload);
    if (!read) return;
    put_begin(out, frame.exchange, *read);
    if (read_begin(std::string_view(out).substr(kFrameHead))->model != read->model) std::abort();
    return;
  }
  if (frame.kind == FrameKind::head) {
    auto read = read_head(frame.payload);
    if (!read) return;
    put_head(out, frame.exchange, *read);
  } else if (frame.kind == FrameKind::meter) {
    auto read = read_meter(frame.payload);
    if (!read) return;
    put_meter(out, frame.exchange, *read);
  } else if (frame.kind == FrameKind::end) {
    auto read = read_end(frame.payload);
    if (!read) return;
    put_end(out, frame.exchange, *read);
  } else {
    if (frame.kind == FrameKind::credit) (void)read_credit(frame.payload);
    return;
  }
  std::string_view again = out;
  Frame back;
  if (!next_frame(again, back) || back.payload.size() > frame.payload.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Frame frame;
  while (true) {
    auto more = next_frame(bytes, frame);
    if (!more || !*more) return 0;
    check(frame);
  }
}

}  // namespace guildhall::gateway
