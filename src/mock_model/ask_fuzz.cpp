// A request's body in each dialect, and the answer to it: every event of a stream must be one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mock_model/dialect.h"
#include "mock_model/embeddings.h"

namespace guildhall::mock_model {
namespace {

void check_frames(const std::vector<Frame>& frames) {
  for (const Frame& frame : frames) {
    const auto data = frame.text.find("data: ");
    if (data == std::string::npos || !frame.text.ends_with("\n\n")) std::abort();
    const std::string_view json = std::string_view(frame.text).substr(data + 6);
    if (json != "[DONE]\n\n" && !parse_json(json)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  for (Dialect dialect : {Dialect::chat, Dialect::responses, Dialect::messages}) {
    auto ask = parse_ask(dialect, text);
    if (!ask) continue;
    Behaviour behaviour;
    behaviour.obey = true;
    behaviour.judge = ask->schema && size % 2 == 0;
    const Answer answer = make_answer(*ask, behaviour, 0);
    const Telling telling{*ask, answer};
    check_frames(frames_of(telling));
    if (!parse_json(whole_body(telling))) std::abort();
  }
  auto embeddings = parse_embeddings(text);
  if (embeddings && embeddings->dimensions < 100) embeddings_body(*embeddings, 0);
  return 0;
}

}  // namespace guildhall::mock_model
