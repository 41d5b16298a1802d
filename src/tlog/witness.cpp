#include "tlog/witness.h"

#include <fmt/format.h>

#include "base/limits.h"

namespace guildhall::tlog {
namespace {

constexpr std::string_view kOld = "old ";

std::unexpected<Error> bad_request() {
  return fail(Fault::malformed, "bad-witness-request",
              "A witness is sent an old size, a proof, an empty line and a checkpoint.");
}

WitnessAnswer kept_size(std::uint64_t size) { return {409, fmt::format("{}\n", size)}; }

bool follows(const AddCheckpoint& request, const Checkpoint& before, const Checkpoint& next) {
  if (request.old_size > 0)
    return verify_consistency(request.old_size, next.size, request.proof, before.root, next.root);
  return request.proof.empty() && (next.size > 0 || next.root == CompactRange().root());
}

}  // namespace

std::string to_text(const AddCheckpoint& request) {
  std::string text = fmt::format("{}{}\n", kOld, request.old_size);
  for (const Hash& hash : request.proof) text += hash_text(hash) + "\n";
  return text + "\n" + request.checkpoint;
}

Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
  auto line = take_line(body);
  if (!line || !line->starts_with(kOld)) return bad_request();
  const auto old_size = parse_size(line->substr(kOld.size()));
  if (!old_size) return bad_request();
  AddCheckpoint request{*old_size, {}, {}};
  for (line = take_line(body); line && !line->empty(); line = take_line(body)) {
    const auto hash = parse_hash(*line);
    if (!hash || request.proof.size() == kMaxConsistencyProof) return bad_request();
    request.proof.push_back(*hash);
  }
  if (!line || body.empty() || body.size() > kMaxNoteText) return bad_request();
  request.checkpoint = body;
  return request;
}

std::string to_text(const WitnessAnswer& answer) {
  return fmt::format("{}\n{}", answer.status, answer.body);
}

Result<WitnessAnswer> parse_witness_answer(std::string_view text) {
  const auto line = take_line(text);
  const auto status = line && line->size() == 3 ? parse_size(*line) : std::nullopt;
  if (!status || text.size() > kMaxNoteText)
    return fail(Fault::malformed, "bad-witness-answer", "A witness answers with a status.");
  return WitnessAnswer{static_cast<int>(*status), std::string(text)};
}

std::optional<std::uint64_t> size_of(const WitnessAnswer& answer) {
  std::string_view text = answer.body;
  const auto line = take_line(text);
  if (answer.status != 409 || !line || !text.empty()) return std::nullopt;
  return parse_size(*line);
}

Witness::Outcome Witness::add_checkpoint(std::string_view body) {
  Outcome out;
  const auto request = parse_add_checkpoint(body);
  if (request) {
    judge(*request, out);
  } else {
    out.answer.status = 400;
  }
  return out;
}

void Witness::judge(const AddCheckpoint& request, Outcome& out) {
  const auto opened = open_checkpoint(request.checkpoint, log_);
  if (!opened) {
    const auto note = parse_note(request.checkpoint);
    const auto read = note ? parse_checkpoint(note->text) : Result<Checkpoint>(Checkpoint{});
    out.answer.status = !note || !read ? 400 : read->origin != log_.name ? 404 : 403;
    return;
  }
  const Checkpoint& next = *opened;
  out.shown = request.checkpoint;
  auto kept = state_.read();
  if (!kept) {
    out.answer.status = 503;
    return;
  }
  out.before = *std::move(kept);
  const Checkpoint& before = out.before.checkpoint;
  const bool never = before.size == 0;
  if (!never && next.size < before.size) out.suspicion = Suspicion::rollback;
  if (!never && next.size == before.size && next.root != before.root)
    out.suspicion = Suspicion::fork;
  if (rules_.refuses_smaller && request.old_size > next.size) {
    out.answer.status = 400;
  } else if (request.old_size != before.size || out.suspicion == Suspicion::fork) {
    out.answer = kept_size(before.size);
  } else if (rules_.checks_proof && next.size >= before.size && !follows(request, before, next)) {
    out.answer.status = 422;
    out.suspicion = Suspicion::fork;
  } else {
    cosign(next, out);
  }
}

void Witness::cosign(const Checkpoint& next, Outcome& out) {
  const std::string text = parse_note(out.shown).value().text;  // with its extension lines
  const auto time_s = static_cast<std::uint64_t>(clock_.now_ms() / 1'000);
  const WitnessAnswer cosigned{200, signature_line(cosign_note(text, name_, key_, time_s))};
  if (!rules_.persists_first) out.answer = cosigned;
  auto done = next == out.before.checkpoint
                  ? Result<void>{}
                  : state_.replace(out.before.checkpoint.size, {next, out.shown});
  if (done) {
    out.answer = cosigned;
  } else if (rules_.persists_first) {
    auto now = done.error().fault == Fault::conflict ? state_.read() : std::unexpected(Error{});
    out.answer = now ? kept_size(now->checkpoint.size) : WitnessAnswer{503, {}};
  }
}

}  // namespace guildhall::tlog
