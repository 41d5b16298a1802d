#include "gateway/dialects/stream.h"

#include <utility>

#include "base/limits.h"
#include "gateway/dialects/stream_machine.h"

namespace guildhall::gateway {

void StreamMachine::fail_with(const ModelError& error, std::string_view fault, Outcome outcome,
                              std::string& out) {
  write_error_event(out, error, options_.to, sequence_);
  end(outcome);
  finish_.fault = fault;
}

void StreamMachine::name_reply(const RawJson& reply) {
  if (finish_.id.empty()) finish_.id = clipped(reply.member("id").decoded(), kMaxUpstreamWord);
  if (finish_.model.empty()) {
    finish_.model = clipped(reply.member("model").decoded(), kMaxUpstreamWord);
  }
}

Result<StreamTranslator> StreamTranslator::create(const StreamOptions& options) {
  if (options.from == options.to) return StreamTranslator(make_pass_through(options));
  if (options.from == Dialect::responses || options.to == Dialect::responses) {
    return fail(Fault::invalid, kNotTranslatable,
                "Responses go to a provider of responses only: no other dialect can carry them.");
  }
  return StreamTranslator(options.from == Dialect::chat ? make_chat_to_messages(options)
                                                        : make_messages_to_chat(options));
}

StreamTranslator::StreamTranslator(std::unique_ptr<StreamMachine> machine)
    : machine_(std::move(machine)) {}
StreamTranslator::StreamTranslator(StreamTranslator&&) noexcept = default;
StreamTranslator& StreamTranslator::operator=(StreamTranslator&&) noexcept = default;
StreamTranslator::~StreamTranslator() = default;

bool StreamTranslator::ended() const { return machine_->ended() || failed_; }

Result<> StreamTranslator::feed(std::string_view bytes, std::string& out) {
  if (ended()) {  // the LF of the last line's CRLF may be late
    if (owes_lf_ && bytes.starts_with('\n')) out += '\n';
    owes_lf_ = owes_lf_ && bytes.empty();
    return {};
  }
  reader_.push(bytes);
  auto read = [&]() -> Result<> {
    while (!machine_->ended()) {
      auto block = TRY(reader_.next());
      if (!block) break;
      TRY(machine_->block(*block, false, out));
    }
    return {};
  };
  auto done = read();
  owes_lf_ = machine_->ended() && out.ends_with('\r');
  if (!done) failed_ = done.error();
  return done;
}

Finish StreamTranslator::finish(std::string& out) {
  if (!ended()) {
    if (auto rest = reader_.rest()) {
      if (auto done = machine_->block(*rest, true, out); !done) failed_ = done.error();
    }
  }
  if (!failed_) {
    return abort({Fault::unavailable, kUpstreamCut, "The provider's stream broke off.", {}}, out);
  }
  if (!machine_->ended()) {
    machine_->fail_with(model_error(*failed_), kUpstreamMalformed, Outcome::error, out);
  }
  return std::move(machine_->finish());
}

Finish StreamTranslator::abort(const Error& why, std::string& out) {
  if (!machine_->ended()) {
    machine_->fail_with(model_error(why), why.type, Outcome::incomplete, out);
  }
  return std::move(machine_->finish());
}

}  // namespace guildhall::gateway
