// Tasks that a model made up. Each waits for a person, who takes it (as it is, or edited) or
// refuses it. Only what was taken is a task: nothing here can be claimed, is counted or delivered.
//
// Concurrency: functions with a Tx as the Tx; the others are one transaction, from any thread.
// Limits: kMaxPage of a list.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "work/assist/answers.h"

namespace guildhall::work::assist {

// Numbers are in the store: they keep their meaning.
enum class ProposalState : std::int64_t { proposed = 1, accepted, refused };
std::string_view word(ProposalState state);
std::optional<ProposalState> proposal_state_of(std::string_view word);

struct Proposal {
  ProposalId id;
  ModelWorkId work;
  ProposalState state = ProposalState::proposed;
  TaskId task;  // of one that was taken
  ContentRef body;
  TimeMs created_at = 0;
  TimeMs decided_at = 0;
  MemberId decided_by;
  bool edited = false;    // it was taken with other data than its own
  std::string data_json;  // as the model had it
  Origin origin;
  std::vector<std::string> seeds;  // as JSON
};

// What an outcome made, sealed before its transaction; `first` is the first of two keys for each.
struct SealedProposal {
  ProposalId id;
  ContentRef body;
  store::Sealed sealed;
};
Result<std::vector<SealedProposal>> seal_proposals(const Context& ctx, const Outcome& outcome,
                                                   std::int64_t first);
Result<void> put_proposals(store::Tx& tx, const Context& ctx, const ModelWork& work,
                           std::span<const SealedProposal> made);

struct ProposalFilter {
  std::optional<ProposalState> state;
  ProposalId after;
  std::int64_t limit = 50;
};
// In order of their keys, opened.
Result<std::vector<Proposal>> list_proposals(store::Tx& tx, const Context& ctx, ProjectId project,
                                             const ProposalFilter& filter,
                                             const store::Opening& why);
// not_found/"no-proposal".
Result<Proposal> proposal_of(store::Tx& tx, const Context& ctx, ProjectId project, ProposalId id,
                             const store::Opening& why);
// Of tasks from `first` to `last`, those that were proposals once: in order of their tasks.
Result<std::vector<Proposal>> origins_of(store::Tx& tx, const Context& ctx, ProjectId project,
                                         TaskId first, TaskId last, const store::Opening& why);

// It becomes a task, with this data instead of its own where there is some; the task. Errors:
// conflict/"proposal-decided"; those of Template::check_data.
Result<TaskId> accept_proposal(const Context& ctx, const Actor& actor, ProjectId project,
                               ProposalId id, const json::value* data);
Result<void> refuse_proposal(const Context& ctx, const Actor& actor, ProjectId project,
                             ProposalId id);

}  // namespace guildhall::work::assist
