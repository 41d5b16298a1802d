#include "vault/witnessing.h"

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "tlog/witness.h"
#include "vault/exchange.h"

namespace guildhall::vault {

Witnessing::Witnessing(RoomId room, Ports ports)
    : room_(room), ports_(std::move(ports)), began_ms_(ports_.wall.now_ms()) {}

void Witnessing::set_keepers(const std::vector<std::string>& public_keys) {
  MutexLock lock(mutex_);
  std::erase_if(keepers_, [&](const Keeper& keeper) {
    return std::ranges::find(public_keys, keeper.public_key) == public_keys.end();
  });
  for (const std::string& key : public_keys) {
    if (find(key) || keepers_.size() == kMaxWitnesses) continue;
    Keeper& keeper = keepers_.emplace_back();
    keeper.public_key = key;
    keeper.key = {witness_name(key), tlog::KeyType::cosignature, key};
    recall(keeper);
  }
}

Witnessing::Keeper* Witnessing::find(std::string_view public_key) {
  auto at = std::ranges::find(keepers_, public_key, &Keeper::public_key);
  return at == keepers_.end() ? nullptr : &*at;
}

// What it had cosigned before this process began, where the checkpoint that was out says so.
void Witnessing::recall(Keeper& keeper) {
  auto note = tlog::parse_note(ports_.log.found());
  auto read = note ? tlog::parse_checkpoint(note->text) : std::unexpected(note.error());
  if (!read) return;
  auto signers = tlog::verify_note(*note, {&keeper.key, 1});
  if (!signers || signers->empty()) return;
  keeper.size = read->size;
  keeper.cosigned = note->text;
  keeper.newest = ports_.log.found();
}

// A new checkpoint begins a new round.
void Witnessing::refresh() {
  auto newest = ports_.log.newest();
  if (!newest || *newest == round_.seen) return;
  auto note = tlog::parse_note(*newest);
  auto read = note ? tlog::parse_checkpoint(note->text) : std::unexpected(note.error());
  if (!read) return;
  if (note->text != round_.text) {
    round_ = Round{};
    round_.text = note->text;
    round_.note = tlog::sign_checkpoint(*read, ports_.log_key);
    round_.checkpoint = *read;
    round_.since_ms = ports_.steady.now_ms();
    round_.made_ms = ports_.wall.now_ms();
  }
  round_.seen = *std::move(newest);
}

bool Witnessing::wants(const Keeper& keeper) const {
  return round_.checkpoint.size > 0 && keeper.size <= round_.checkpoint.size &&
         keeper.cosigned != round_.text && keeper.refused != round_.text;
}

bool Witnessing::complete() const {
  for (const Keeper& keeper : keepers_) {
    if (keeper.prompt && !round_.lines.contains(keeper.public_key)) return false;
  }
  return !round_.lines.empty();
}

bool Witnessing::news(std::string_view public_key) {
  MutexLock lock(mutex_);
  refresh();
  const Keeper* keeper = find(public_key);
  return keeper && wants(*keeper);
}

bool Witnessing::calls() {
  MutexLock lock(mutex_);
  refresh();
  for (const Keeper& keeper : keepers_) {
    if (wants(keeper)) return !std::exchange(round_.called, true);
  }
  return false;
}

void Witnessing::append(std::string& body, std::string_view public_key) {
  MutexLock lock(mutex_);
  refresh();
  Keeper* keeper = find(public_key);
  if (!keeper) return;
  Tally tally{.room = room_,
              .since_ms = began_ms_,
              .at_ms = ports_.wall.now_ms(),
              .counts = ports_.counts(),
              .checkpoint_size = round_.checkpoint.size,
              .checkpoint_at_ms = round_.made_ms};
  append_frame(body, FrameType::tally, sign_tally(tally, ports_.log_key));
  const bool asks = wants(*keeper);
  if (!keeper->newest.empty() && (asks || keeper->told != keeper->newest)) {
    append_frame(body, FrameType::witnessed, keeper->newest);
    keeper->told = keeper->newest;
  }
  if (asks) ask(body, *keeper);
}

void Witnessing::ask(std::string& body, Keeper& keeper) {
  auto proof = ports_.log.consistency(keeper.size, round_.checkpoint.size);
  if (!proof) return;
  auto request = tlog::to_text(tlog::AddCheckpoint{keeper.size, *std::move(proof), round_.note});
  append_frame(body, FrameType::checkpoint, request);
  keeper.asked = {round_.text, round_.note, digest_of(request), round_.checkpoint.size};
}

Result<void> Witnessing::take(std::string_view public_key, std::string_view payload) {
  MutexLock lock(mutex_);
  refresh();
  Keeper* keeper = find(public_key);
  if (!keeper) return fail(Fault::not_found, "no-such-witness", "No witness has this key.");
  auto word = TRY(open_witness_word(payload, keeper->public_key));
  if (word.request != keeper->asked.digest) {
    return fail(Fault::conflict, "cosignature-unasked", "That is no answer to what was asked.");
  }
  auto answer = TRY(tlog::parse_witness_answer(word.answer));
  if (answer.status == 200) return accept(*keeper, answer.body);
  if (auto size = tlog::size_of(answer); size && *size != keeper->size) {
    keeper->size = *size;
    keeper->prompt = false;
    keeper->cosigned.clear();
    keeper->asked = {};  // asked again, with the proof from there
    return {};
  }
  keeper->refused = keeper->asked.text;
  keeper->prompt = false;
  log_line(LogLevel::warning, "a witness does not cosign",
           {{"witness", keeper->key.name}, {"status", answer.status}});
  return fail(Fault::conflict, "cosignature-refused", "The witness did not cosign.");
}

Result<void> Witnessing::accept(Keeper& keeper, std::string_view text) {
  auto lines = TRY(tlog::parse_signature_lines(text));
  const auto is_of = [&](const tlog::NoteSignature& line) {
    return line.name == keeper.key.name && line.key_id == keeper.key.id();
  };
  auto line = std::ranges::find_if(lines, is_of);
  if (line == lines.end() || !tlog::verify_note({keeper.asked.text, {*line}}, {&keeper.key, 1})) {
    return fail(Fault::conflict, "cosignature-unasked",
                "That is no cosignature of what was asked.");
  }
  keeper.prompt = true;
  keeper.size = keeper.asked.size;
  keeper.cosigned = keeper.asked.text;
  keeper.newest = keeper.asked.note + tlog::signature_line(*line);
  if (keeper.cosigned != round_.text) return {};  // it moved on meanwhile
  round_.lines[keeper.public_key] = std::move(*line);
  return complete() ? publish() : Result<void>{};
}

// What has been cosigned goes out, and every keeper that has a part in it will be shown the whole.
Result<void> Witnessing::publish() {
  std::vector<tlog::NoteSignature> lines;
  std::string whole = round_.note;
  for (const auto& [key, line] : round_.lines) {
    lines.push_back(line);
    whole += tlog::signature_line(line);
  }
  for (Keeper& keeper : keepers_) {
    if (round_.lines.contains(keeper.public_key)) keeper.newest = whole;
  }
  auto done = ports_.log.add_cosignatures(round_.text, lines);
  round_.out = done || done.error().type == "checkpoint-moved";
  return round_.out ? Result<void>{} : done;
}

bool Witnessing::holds() {
  MutexLock lock(mutex_);
  refresh();
  const bool late = ports_.steady.now_ms() - round_.since_ms > kWitnessPatienceMs;
  for (Keeper& keeper : keepers_) {
    if (!late || !keeper.prompt || !wants(keeper)) continue;
    log_line(LogLevel::warning, "a witness is not waited for", {{"witness", keeper.key.name}});
    keeper.prompt = false;
  }
  if (late && !round_.out && complete())
    (void)publish();  // what failed is found by whoever carries the log on
  return std::ranges::any_of(keepers_, [](const Keeper& keeper) { return keeper.prompt; });
}

}  // namespace guildhall::vault
