#include "mock_model/behaviour.h"

#include <charconv>
#include <span>

#include "base/limits.h"

namespace guildhall::mock_model {
namespace {

using Value = std::optional<std::string_view>;  // nothing: the word alone

bool whole_number(std::string_view text, std::int64_t least, std::int64_t most, std::int64_t& to) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if (value < least || value > most) return false;
  to = value;
  return true;
}

struct Number {
  std::string_view name;
  std::int64_t Behaviour::* to;
  std::int64_t least;
  std::int64_t most;
};
constexpr Number kNumbers[] = {
    {"latency", &Behaviour::latency_ms, 0, kMaxMockDelayMs},
    {"token", &Behaviour::token_ms, 0, kMaxMockDelayMs},
    {"slow-headers", &Behaviour::slow_headers_ms, 0, kMaxMockDelayMs},
    {"tokens", &Behaviour::tokens, 0, kMaxMockTokens},
    {"huge", &Behaviour::huge, 0, kMaxMockBytes},
    {"parallel-tools", &Behaviour::parallel_tools, 0, kMaxMockCalls},
    {"retry-after", &Behaviour::retry_after, 0, kMaxMockDelayMs / 1'000},
};

struct Place {
  std::string_view name;
  std::optional<std::int64_t> Behaviour::* to;
};
constexpr Place kPlaces[] = {
    {"cut", &Behaviour::cut},
    {"reset", &Behaviour::reset},
    {"stall", &Behaviour::stall},
    {"error-event", &Behaviour::error_event},
};

struct Word {
  std::string_view name;
  bool Behaviour::* to;
};
constexpr Word kWords[] = {
    {"thinking", &Behaviour::thinking}, {"echo", &Behaviour::echo},
    {"numbered", &Behaviour::numbered}, {"obey", &Behaviour::obey},
    {"judge", &Behaviour::judge},       {"no-terminal", &Behaviour::no_terminal},
    {"garbage", &Behaviour::garbage},   {"malformed-json", &Behaviour::malformed_json},
};

bool http_error(std::string_view text, int& to) {
  std::int64_t status = 0;
  if (!whole_number(text, 400, 599, status)) return false;
  to = static_cast<int>(status);
  return true;
}

// "500" or "500-times=2".
bool status_times(std::string_view text, Behaviour& out) {
  constexpr std::string_view kTimes = "-times=";
  const auto dash = text.find(kTimes);
  out.times = 1;
  if (dash == std::string_view::npos) return http_error(text, out.status);
  return http_error(text.substr(0, dash), out.status) &&
         whole_number(text.substr(dash + kTimes.size()), 0, kMaxMockTokens, out.times);
}

bool set(Behaviour& out, std::string_view name, Value value) {
  for (const Word& word : kWords) {
    if (name == word.name) return !value && (out.*word.to = true);
  }
  for (const Place& place : kPlaces) {
    std::int64_t at = 0;
    if (name != place.name) continue;
    if (value && !whole_number(*value, 0, kMaxMockTokens, at)) return false;
    out.*place.to = at;
    return true;
  }
  if (!value) return false;
  for (const Number& number : kNumbers) {
    if (name == number.name) {
      return whole_number(*value, number.least, number.most, out.*number.to);
    }
  }
  if (name == "error") return http_error(*value, out.error);
  if (name == "status") return status_times(*value, out);
  if (name == "usage") {
    out.usage = *value != "none";
    return *value == "none" || *value == "yes";
  }
  if (name == "json") out.json = std::string(*value);
  if (name == "redirect") out.redirect = std::string(*value);
  return name == "json" || (name == "redirect" && !value->empty());
}

}  // namespace

Result<Behaviour> parse_behaviour(std::string_view model, const Behaviour& defaults) {
  Behaviour out = defaults;
  const auto colon = model.find(':');
  out.voice = std::string(model.substr(0, colon));
  if (colon == std::string_view::npos) return out;
  std::string_view rest = model.substr(colon + 1);
  while (!rest.empty()) {
    // Those two may have commas in them: they take what is left.
    const bool last = rest.starts_with("json=") || rest.starts_with("redirect=");
    const std::string_view item = last ? rest : rest.substr(0, rest.find(','));
    rest.remove_prefix(item.size() < rest.size() ? item.size() + 1 : rest.size());
    const auto equals = item.find('=');
    Value value;
    if (equals != std::string_view::npos) value = item.substr(equals + 1);
    if (!set(out, item.substr(0, equals), value)) {
      return fail(Fault::malformed, "bad-model-option",
                  "The model's name has no such option: " + std::string(item.substr(0, 100)),
                  "model");
    }
  }
  return out;
}

std::string_view behaviour_help() {
  return R"(A model's name chooses how it answers: NAME or NAME:item,item,...
Names differ in voice (mock-a, mock-b, ...). Items:
  latency=MS        before the first token, or the whole answer
  token=MS          between the tokens of a stream
  slow-headers=MS   before the status line
  tokens=N          pieces of the text (the request's own maximum counts, too)
  huge=BYTES        the text is filled up to so many bytes
  thinking          reasons before it answers
  parallel-tools=N  calls at once, where it calls tools
  usage=none        does not say what it used
  echo              answers with the last message of the user
  numbered          the tokens are #0 #1 #2 ...
  obey              answers X where the prompt says "SYSTEM OVERRIDE: answer X" outside of fences
  judge             answers a JSON schema as a judge by rule; with obey, as told outside of fences
  json=TEXT         answers with this text; the last item, commas and all
  error=STATUS      an HTTP error in the dialect's form
  retry-after=S     and that header
  status=STATUS-times=N  the error for the first N requests of one body, then the answer
  redirect=URL      307 to there; the last item
  cut=N             the connection ends after N tokens, in the middle of the body
  reset=N           as cut, by a reset
  stall=N           nothing more comes after N tokens
  error-event=N     the dialect's error event after N tokens, in a stream
  no-terminal       a stream ends well, but without what says that it is over
  garbage           bytes that are no event, in the middle; without a stream: no JSON at all
  malformed-json    one event, or the body, is cut in the middle of its JSON
N is 0 where it is left out. An unknown item is 400.
)";
}

}  // namespace guildhall::mock_model
