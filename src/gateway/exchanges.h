// Exchanges: every request to a model and its reply, as the store keeps them. Clear columns say
// whose key, when, how long, how much; the request, the reply as it was sent to the client, the
// model and the target are content of the project. Each has a deed with the hash of what was
// stored.
//
// The content is one line of JSON (model, peer, target, the lengths of both, whether the reply was
// cut for length), then the request's bytes, then the reply's. Where that is longer than
// kExchangePartBytes it is stored in parts, each behind the ref that follows the one before, and
// each sealed with its number as its version.
//
// Concurrency: functions with a Tx as the Tx; purge_exchanges makes its own transactions.
// Limits: kMaxModelBody, kMaxExchangeReply, kExchangePartBytes, kExchangePurgeRows, kMaxKeepDays.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/context.h"
#include "gateway/pots.h"
#include "gateway/price.h"
#include "gateway/virtual_keys.h"
#include "store/sealer.h"

namespace guildhall::gateway {

// Numbers are in the store: they keep their meaning.
enum class ExchangeState : unsigned char {
  complete = 1,
  incomplete,  // it broke off on the provider's side
  error,       // ours
  cancelled,   // the client went away
  refused,     // the provider said no
};
std::string_view word(ExchangeState state);
std::optional<ExchangeState> exchange_state_of(std::string_view word);

struct ExchangeContent {
  std::string model;   // as it was asked for
  std::string peer;    // who answered
  std::string target;  // the peer's name of the model
  std::string request;
  std::string reply;
  bool reply_cut = false;  // longer than is recorded
};

struct Exchange {
  ExchangeId id;  // the recorder's to give, where it has none
  ProjectId project;
  VirtualKeyId key;
  BudgetId budget;
  ModelId model;  // 0: recorded before it was noted
  Purpose purpose = Purpose::dialogue;
  MemberId member;  // 0: a program
  ExchangeState state = ExchangeState::complete;
  TimeMs at = 0;
  std::int64_t first_ms = -1;  // to the first token; -1: there was none
  std::int64_t whole_ms = 0;
  Tokens usage;
  bool measured = false;  // by the provider's word
  std::int64_t cost = 0;  // millionths of the budget's currency
  ContentRef body;        // of the first part; 0: without content, its key was away
  std::int64_t parts = 1;
  // The processes it went through, of all its attempts; in the log the last of them.
  std::vector<PeerRunId> runs;
};

// As the row has them.
std::vector<PeerRunId> runs_of(std::string_view text);

std::string to_text(const ExchangeContent& content);
Result<ExchangeContent> read_content(std::string_view text);

std::int64_t parts_of(std::string_view text);  // one at least
// Each part of the text, to be sealed; they point into it.
std::vector<store::ToSeal> to_seal(RoomId room, const Exchange& exchange, std::string_view text);

// One row, the parts of its content (none where they could not be sealed) and its deed.
struct Sealable {
  Exchange exchange;
  std::int64_t deed = 0;
  std::span<const store::Sealed> sealed = {};
};
Result<void> write_exchanges(store::Tx& tx, RoomId room, std::span<const Sealable> exchanges);

struct ExchangeFilter {
  VirtualKeyId key;                    // 0: of all
  std::optional<ExchangeState> state;  // of any
  TimeMs from = 0;
  std::optional<Purpose> purpose = {};  // for any
  ModelId model = {};                   // 0: with all
};
struct ExchangePlace {
  TimeMs at = 0;
  std::int64_t exchange = 0;
};
// Newest first, those before `before`.
Result<std::vector<Exchange>> list_exchanges(store::Tx& tx, RoomId room, ProjectId project,
                                             const ExchangeFilter& filter,
                                             const ExchangePlace& before, std::int64_t limit);
// not_found/"no-exchange".
Result<Exchange> exchange_of(store::Tx& tx, RoomId room, ProjectId project, ExchangeId id);
// Of one that has a body.
Result<ExchangeContent> open_exchange(store::Tx& tx, RoomId room, const Exchange& exchange,
                                      const store::Opening& why);

// How many days a project's exchanges are kept; 0: for ever.
Result<std::int64_t> keep_days(store::Tx& tx, RoomId room, ProjectId project);
// invalid/"bad-days".
Result<void> set_keep_days(const Context& ctx, MemberId actor, ProjectId project,
                           std::int64_t days);
// Takes away what is older, of all projects; how many. For a timer.
Result<std::int64_t> purge_exchanges(const Context& ctx);

}  // namespace guildhall::gateway
