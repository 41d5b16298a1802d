// The provider's bytes as they are, metered. Most events are deltas that say nothing to a meter: a
// scan for four names tells, and only the others are parsed.
#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "gateway/dialects/stream_machine.h"
#include "gateway/dialects/vocabulary.h"

namespace guildhall::gateway {
namespace {

// What follows a member's name: the rest of the data from its value on.
std::string_view after_colon(std::string_view rest) {
  std::size_t at = rest.find_first_not_of(" \t\n\r");
  if (at == std::string_view::npos || rest[at] != ':') return {};
  at = rest.find_first_not_of(" \t\n\r", at + 1);
  return at == std::string_view::npos ? std::string_view() : rest.substr(at);
}

struct Scan {
  bool tells = false;                    // a usage, an error or a finish reason that is not null
  std::optional<std::int64_t> sequence;  // of a responses event
};

// Within strings a quote is escaped, so `"error"` is a whole string: a name, or a value.
Scan scan_data(std::string_view data) {
  Scan found;
  for (std::size_t at = data.find('"'); at != std::string_view::npos; at = data.find('"', at + 1)) {
    const std::string_view rest = data.substr(at + 1);
    if (rest.empty() || std::string_view("uefs").find(rest[0]) == std::string_view::npos) continue;
    for (std::string_view name : {"usage\"", "error\"", "finish_reason\"", "sequence_number\""}) {
      if (!rest.starts_with(name)) continue;
      const std::string_view value = after_colon(rest.substr(name.size()));
      std::int64_t number = 0;
      if (name[0] != 's') {
        found.tells |= !value.starts_with("null");
      } else if (std::from_chars(value.data(), value.data() + value.size(), number).ec ==
                 std::errc()) {
        found.sequence = number;
      }
    }
  }
  return found;
}

class PassThrough : public StreamMachine {
 public:
  using StreamMachine::StreamMachine;

  Result<> block(const SseBlock& block, bool cut, std::string& out) override {
    if (!block.has_data) {
      if (!cut) forward(block, cut, out);
      return {};
    }
    const Scan scan = scan_data(block.data);
    if (scan.sequence) sequence_ = *scan.sequence + 1;
    if (options_.from == Dialect::chat && block.data.starts_with("[DONE]")) {
      return terminal(block, cut, out);
    }
    if (!cut && !scan.tells && !needs_look(block)) {
      forward(block, cut, out);
      return {};
    }
    auto data = RawJson::parse(block.data);
    if (!data && cut) return {};  // half an event
    if (!data) return malformed_reply("An event of the provider's stream is no JSON.");
    if (holds_error(*data) || block.name == "error") {
      error(*data, block, cut, out);
      return {};
    }
    switch (options_.from) {
      case Dialect::chat: return chat(*data, block, cut, out);
      case Dialect::messages: return messages(*data, block, cut, out);
      case Dialect::responses: return responses(*data, block, cut, out);
    }
    return {};
  }

 private:
  // Events that tell something by what they are.
  bool needs_look(const SseBlock& block) const {
    const std::string_view name = block.name;
    switch (options_.from) {
      case Dialect::chat: return finish_.model.empty() || !name.empty();
      case Dialect::messages: return !name.starts_with("content_block_") && name != "ping";
      case Dialect::responses:
        return name.empty() || finish_.model.empty() || name == "error" ||
               name == "response.completed" || name == "response.incomplete" ||
               name == "response.failed";
    }
    return true;
  }

  void forward(const SseBlock& block, bool cut, std::string& out) {
    // The LF of a dropped block's CRLF goes with it.
    if (dropped_cr_ && block.raw == "\n") return;
    dropped_cr_ = false;
    std::string_view raw = block.raw;
    while (cut && (raw.ends_with('\n') || raw.ends_with('\r'))) raw.remove_suffix(1);
    out += raw;
    if (cut) out += "\n\n";
  }

  // The event that ends the dialect's streams: believed only after a reason.
  Result<> terminal(const SseBlock& block, bool cut, std::string& out) {
    if (finish_.finish_reason.empty()) {
      fail_with(
          {ErrorKind::api, "The provider's stream ended without a reason.", "upstream_cut", {}},
          kUpstreamCut, Outcome::incomplete, out);
      return {};
    }
    forward(block, cut, out);
    end(Outcome::complete);
    return {};
  }

  // Forwarded as it is where the client's library will see it as an error.
  void error(const RawJson& data, const SseBlock& block, bool cut, std::string& out) {
    const bool seen = options_.from == Dialect::chat ? bool(data.member("error"))
                      : options_.from == Dialect::messages
                          ? block.name == "error" && data.member("error").is_object()
                          : data.member("type").is("error");
    if (seen) {
      forward(block, cut, out);
    } else {
      write_error_event(out, read_error(data, 0), options_.to, sequence_);
    }
    told_error(kUpstreamError);
  }

  void take_reason(const RawJson& reason) {
    if (reason.is_string() && !reason.inner().empty()) {
      finish_.finish_reason = clipped(reason.decoded(), kMaxUpstreamWord);
    }
  }

  Result<> chat(const RawJson& data, const SseBlock& block, bool cut, std::string& out) {
    name_reply(data);
    take_usage(finish_.usage, data.member("usage"), Dialect::chat);
    const auto choices = data.member("choices").items();
    for (const RawJson& choice : choices) take_reason(choice.member("finish_reason"));
    if (choices.empty() && data.member("usage") && !options_.wants_usage) {
      dropped_cr_ = block.raw.ends_with('\r');
      return {};
    }
    forward(block, cut, out);
    return {};
  }

  Result<> messages(const RawJson& data, const SseBlock& block, bool cut, std::string& out) {
    const RawJson type = data.member("type");
    if (type.is("message_start")) {
      name_reply(data.member("message"));
      take_usage(finish_.usage, data.at("message", "usage"), Dialect::messages);
    } else if (type.is("message_delta")) {
      take_reason(data.at("delta", "stop_reason"));
      take_usage(finish_.usage, data.member("usage"), Dialect::messages);
    } else if (type.is("message_stop")) {
      return terminal(block, cut, out);
    }
    forward(block, cut, out);
    return {};
  }

  Result<> responses(const RawJson& data, const SseBlock& block, bool cut, std::string& out) {
    const RawJson type = data.member("type");
    const RawJson response = data.member("response");
    name_reply(response);
    take_usage(finish_.usage, response.member("usage"), Dialect::responses);
    forward(block, cut, out);
    if (type.is("response.completed") || type.is("response.incomplete")) {
      take_reason(response.member("status"));
      take_reason(response.at("incomplete_details", "reason"));
      end(Outcome::complete);
    } else if (type.is("response.failed")) {
      told_error(kUpstreamError);
    }
    return {};
  }

  bool dropped_cr_ = false;
};

}  // namespace

std::unique_ptr<StreamMachine> make_pass_through(const StreamOptions& options) {
  return std::make_unique<PassThrough>(options);
}

}  // namespace guildhall::gateway
