#include "gateway/exchanges.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/limits.h"
#include "crypto/hash.h"
#include "gateway/terms.h"

namespace guildhall::gateway {
namespace {

using store::Row;
using store::Tx;

constexpr std::string_view kStates[] = {"",      "complete",  "incomplete",
                                        "error", "cancelled", "refused-upstream"};

#define GH_EXCHANGE_SELECT                                                                \
  "SELECT exchange, virtual_key, budget, purpose, member, state, at, first_ms, whole_ms," \
  " input_tokens, cached_tokens, output_tokens, measured, cost, body_ref, project, runs," \
  " model, parts FROM exchange WHERE room = $1 AND project = $2"
#define GH_EXCHANGE_PAGE \
  GH_EXCHANGE_SELECT " AND (at, exchange) < ($3, $4) AND at >= $5 AND ($7 = 0 OR purpose = $7)"
#define GH_EXCHANGE_ORDER " ORDER BY at DESC, exchange DESC LIMIT $6"

// Numbers with a blank behind each.
std::string runs_text(const std::vector<PeerRunId>& runs) {
  std::string out;
  for (PeerRunId run : runs) out += fmt::format("{} ", run.value);
  return out;
}

Exchange read_exchange(const Row& row) {
  Exchange out;
  out.id = row.id<ExchangeId>(0);
  out.key = row.id<VirtualKeyId>(1);
  out.budget = row.id<BudgetId>(2);
  out.purpose = static_cast<Purpose>(row.integer(3));
  out.member = row.id<MemberId>(4);
  out.state = static_cast<ExchangeState>(row.integer(5));
  out.at = row.integer(6);
  out.first_ms = row.integer(7);
  out.whole_ms = row.integer(8);
  out.usage = {row.integer(9), row.integer(10), row.integer(11)};
  out.measured = row.integer(12) != 0;
  out.cost = row.integer(13);
  out.body = row.id<ContentRef>(14);
  out.project = row.id<ProjectId>(15);
  out.runs = runs_of(row.bytes(16));
  out.model = row.id<ModelId>(17);
  out.parts = row.integer(18);
  return out;
}

// Of the part with this number, from 0.
store::ContentContext part_context(RoomId room, const Exchange& e, std::int64_t n) {
  return {room, e.project, store::ContentType::exchange, e.id.value, n + 1};
}
ContentRef part_ref(const Exchange& e, std::int64_t n) { return ContentRef{e.body.value + n}; }

Result<void> write_exchange(Tx& tx, RoomId room, const Sealable& one) {
  const Exchange& e = one.exchange;
  std::string hash;
  if (!one.sealed.empty()) {
    crypto::Sha256 all;
    for (std::int64_t n = 0; n < e.parts; ++n) {
      const auto& part = one.sealed[static_cast<std::size_t>(n)];
      TRY(store::put_content(tx, part_context(room, e, n), part_ref(e, n), part));
      all.update(part.bytes());
    }
    hash = crypto::view(all.finish());
  }
  TRY(
      tx.put("INSERT INTO exchange (room, project, exchange, at, virtual_key, budget, purpose,"
             " member, state, measured, first_ms, whole_ms, input_tokens, cached_tokens,"
             " output_tokens, cost, body_ref, runs, model, parts) VALUES ($1, $2, $3, $4, $5, $6,"
             " $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
             {room,
              e.project,
              e.id,
              e.at,
              e.key,
              e.budget,
              static_cast<std::int64_t>(e.purpose),
              e.member,
              static_cast<std::int64_t>(e.state),
              e.measured ? 1 : 0,
              e.first_ms,
              e.whole_ms,
              e.usage.input,
              e.usage.cached,
              e.usage.output,
              e.cost,
              one.sealed.empty() ? ContentRef{} : e.body,
              runs_text(e.runs),
              e.model,
              e.parts}));
  auto run = e.runs.empty() ? 0 : e.runs.back().value;
  return store::record(tx, {room, e.project, one.deed, e.member, "exchange.record", e.id.value, run,
                            static_cast<std::int64_t>(e.state), hash});
}

}  // namespace

std::string_view word(ExchangeState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<ExchangeState> exchange_state_of(std::string_view text) {
  for (std::size_t i = 1; i < std::size(kStates); ++i) {
    if (kStates[i] == text) return static_cast<ExchangeState>(i);
  }
  return std::nullopt;
}

std::vector<PeerRunId> runs_of(std::string_view text) {
  std::vector<PeerRunId> out;
  std::int64_t number = 0;
  for (const char *at = text.data(), *end = at + text.size(); at != end; ++at) {
    auto read = std::from_chars(at, end, number);
    if (read.ec != std::errc() || read.ptr == end) break;
    out.push_back(PeerRunId{number});
    at = read.ptr;
  }
  return out;
}

std::string to_text(const ExchangeContent& content) {
  JsonWriter out;
  out.begin_object().field("model", content.model).field("peer", content.peer);
  out.field("target", content.target).field("reply_cut", content.reply_cut);
  out.field("request", content.request.size()).field("reply", content.reply.size()).end_object();
  return out.take() + "\n" + content.request + content.reply;
}

Result<ExchangeContent> read_content(std::string_view text) {
  auto line = text.find('\n');
  auto head = TRY(parse_json(text.substr(0, line)));
  std::string_view rest = line == std::string_view::npos ? "" : text.substr(line + 1);
  auto length = [&](std::string_view name) {
    const json::value* found = find(head, name);
    auto number = found == nullptr ? std::nullopt : as_int(*found);
    return static_cast<std::size_t>(number.value_or(-1));
  };
  std::size_t request = length("request");
  if (request > rest.size() || length("reply") != rest.size() - request) {
    return fail(Fault::internal, "bad-content", "A recorded exchange is not well formed.");
  }
  ExchangeContent out;
  if (const auto* model = find_string(head, "model")) out.model = view(*model);
  if (const auto* peer = find_string(head, "peer")) out.peer = view(*peer);
  if (const auto* target = find_string(head, "target")) out.target = view(*target);
  const json::value* cut = find(head, "reply_cut");
  out.reply_cut = cut != nullptr && cut->is_bool() && cut->get_bool();
  out.request = rest.substr(0, request);
  out.reply = rest.substr(request);
  return out;
}

std::int64_t parts_of(std::string_view text) {
  auto parts = (text.size() + kExchangePartBytes - 1) / kExchangePartBytes;
  return static_cast<std::int64_t>(std::max<std::size_t>(parts, 1));
}

std::vector<store::ToSeal> to_seal(RoomId room, const Exchange& exchange, std::string_view text) {
  std::vector<store::ToSeal> out;
  for (std::int64_t n = 0; n < parts_of(text); ++n) {
    auto from = static_cast<std::size_t>(n) * kExchangePartBytes;
    out.push_back({part_context(room, exchange, n), text.substr(from, kExchangePartBytes)});
  }
  return out;
}

Result<void> write_exchanges(Tx& tx, RoomId room, std::span<const Sealable> exchanges) {
  for (const auto& one : exchanges) TRY(write_exchange(tx, room, one));
  return {};
}

Result<std::vector<Exchange>> list_exchanges(Tx& tx, RoomId room, ProjectId project,
                                             const ExchangeFilter& filter,
                                             const ExchangePlace& before, std::int64_t limit) {
  std::vector<Exchange> out;
  auto sink = [&](const Row& row) {
    out.push_back(read_exchange(row));
    return true;
  };
  std::int64_t purpose = filter.purpose ? static_cast<std::int64_t>(*filter.purpose) : 0;
  std::int64_t state = filter.state ? static_cast<std::int64_t>(*filter.state) : 0;
  auto page = [&](store::Sql sql, auto... more) {
    return tx.query(
        sql, {room, project, before.at, before.exchange, filter.from, limit, purpose, more...},
        sink);
  };
  // By the index that leaves the least to look at.
  if (filter.key) {
    TRY(page(GH_EXCHANGE_PAGE " AND virtual_key = $8 AND ($9 = 0 OR state = $9) AND"
                              " ($10 = 0 OR model = $10)" GH_EXCHANGE_ORDER,
             filter.key, state, filter.model));
  } else if (filter.model) {
    TRY(page(GH_EXCHANGE_PAGE " AND model = $8 AND ($9 = 0 OR state = $9)" GH_EXCHANGE_ORDER,
             filter.model, state));
  } else if (filter.state) {
    TRY(page(GH_EXCHANGE_PAGE " AND state = $8" GH_EXCHANGE_ORDER, state));
  } else {
    TRY(page(GH_EXCHANGE_PAGE GH_EXCHANGE_ORDER));
  }
  return out;
}

Result<Exchange> exchange_of(Tx& tx, RoomId room, ProjectId project, ExchangeId id) {
  auto found =
      TRY(tx.first(GH_EXCHANGE_SELECT " AND exchange = $3", {room, project, id}, read_exchange));
  if (found) return *found;
  return fail(Fault::not_found, "no-exchange",
              "There is no such exchange, or it is over its time.");
}

Result<ExchangeContent> open_exchange(Tx& tx, RoomId room, const Exchange& exchange,
                                      const store::Opening& why) {
  std::vector<store::Wanted> parts;
  for (std::int64_t n = 0; n < exchange.parts; ++n) {
    parts.push_back({part_context(room, exchange, n), part_ref(exchange, n)});
  }
  auto plain = TRY(store::open_contents(tx, parts, why));
  if (plain.size() == 1) return read_content(plain.front().expose());
  std::string whole;
  for (const auto& part : plain) whole += part.expose();
  return read_content(whole);
}

}  // namespace guildhall::gateway
