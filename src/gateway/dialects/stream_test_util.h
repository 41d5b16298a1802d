// For tests of streams: a stream run through a translator, and how it ended in one line.
//
// Concurrency: pure. Limits: none.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>

#include "gateway/dialects/stream.h"

namespace guildhall::gateway {

inline std::string in_words(const Finish& finish) {
  constexpr std::string_view kOutcomes[] = {"complete", "incomplete", "error"};
  std::string words(kOutcomes[static_cast<std::size_t>(finish.outcome)]);
  words += fmt::format(" reason={} id={} model={} fault={}", finish.finish_reason, finish.id,
                       finish.model, finish.fault);
  if (const auto& used = finish.usage) {
    words += fmt::format(" input={} cached={} written={} output={} reasoning={}", used->input,
                         used->cached, used->cache_write, used->output, used->reasoning);
  }
  return words;
}

struct Ran {
  std::string out;
  Finish finish;
};

// Feeds `pieces` one after another.
inline Ran run_stream(const StreamOptions& options, std::span<const std::string_view> pieces) {
  auto stream = StreamTranslator::create(options);
  Ran ran;
  for (std::string_view piece : pieces) {
    if (!stream->feed(piece, ran.out)) break;
  }
  ran.finish = stream->finish(ran.out);
  return ran;
}

inline Ran run_stream(const StreamOptions& options, std::string_view whole) {
  return run_stream(options, std::span(&whole, 1));
}

}  // namespace guildhall::gateway
