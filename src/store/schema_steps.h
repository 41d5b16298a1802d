// The texts of the schema's later steps; migrations.cpp has the first ones and the list of all.
//
// Concurrency: constants. Limits: none.
#pragma once

#include <string_view>

namespace guildhall::store {

// What a person has done of late is found from its end: their submissions in each state, their
// intervals of time. Days that were before this step are counted from what is kept of them: first
// and later submissions from the revisions, verdicts from the reviews, and what sampling let
// through from its state. Day 0 of the calendar is 1970-01-01.
inline constexpr std::string_view kDaysStep = R"sql(
CREATE TABLE day_tally (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  day BIGINT NOT NULL,
  member BIGINT NOT NULL,
  submitted BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  returned BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  active_ms BIGINT NOT NULL,
  PRIMARY KEY (room, project, day, member)
) {{clustered}};
@postgres ALTER TABLE day_tally SET (fillfactor = 50);
INSERT INTO day_tally SELECT room, project, at / 86400000, member, sum(submitted), sum(accepted),
  sum(returned), sum(rejected), sum(active_ms) FROM (
    SELECT r.room, r.project, r.submitted_at AS at, a.member,
      CASE WHEN r.revision = 1 AND a.kind = 1 THEN 1 ELSE 0 END AS submitted, 0 AS accepted,
      0 AS returned, 0 AS rejected, r.active_ms
      FROM revision r JOIN assignment a ON a.room = r.room AND a.project = r.project AND
      a.assignment = r.assignment WHERE r.source = 1
    UNION ALL SELECT room, project, submitted_at, member, 0, 0, 0, 0, active_ms FROM assignment
      WHERE kind > 2 AND state = 10
    UNION ALL SELECT v.room, v.project, v.created_at, a.member, 0,
      CASE WHEN v.verdict <= 2 THEN 1 ELSE 0 END, CASE WHEN v.verdict = 3 THEN 1 ELSE 0 END,
      CASE WHEN v.verdict = 4 THEN 1 ELSE 0 END, 0
      FROM review v JOIN assignment a ON a.room = v.room AND a.project = v.project AND
      a.assignment = v.assignment WHERE a.kind = 1
    UNION ALL SELECT a.room, a.project, a.submitted_at, a.member, 0, 1, 0, 0, 0 FROM assignment a
      WHERE a.kind = 1 AND a.state = 12 AND NOT EXISTS (SELECT 1 FROM review v WHERE
      v.room = a.room AND v.project = a.project AND v.assignment = a.assignment)
  ) AS moves WHERE room > 0 GROUP BY room, project, at / 86400000, member;
CREATE INDEX assignment_person ON assignment
  (room, project, member, state, kind, submitted_at, assignment) WHERE +state > 9;
CREATE INDEX activity_time ON activity (room, project, member, ended_at);
CREATE INDEX activity_replaced ON activity (room, project, member, replaces) WHERE replaces > 0;
)sql";

inline constexpr std::string_view kNotesStep = R"sql(
CREATE TABLE note (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  note BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  state BIGINT NOT NULL,
  task BIGINT NOT NULL,
  assignment BIGINT NOT NULL,
  member BIGINT NOT NULL,
  text_ref BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (room, project, note)
) {{clustered}};
CREATE INDEX note_time ON note (room, project, created_at, note);
CREATE INDEX note_state ON note (room, project, state, created_at, note);
CREATE INDEX note_task ON note (room, project, task, created_at, note);
CREATE INDEX note_person ON note (room, project, member, created_at, note);
CREATE TABLE note_reply (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  note BIGINT NOT NULL,
  reply BIGINT NOT NULL,
  member BIGINT NOT NULL,
  text_ref BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (room, project, note, reply)
) {{clustered}};
)sql";

// Lists of tasks are merged from ranges of lane and state, lists of submissions from ranges of
// state and kind: a page costs the same whatever else there is. What is ordered by its key within
// them needs no other index. The plus keeps SQLite from taking the bound for a range to walk.
//
// SQLite plans by statistics too, and without any it takes each further column of an index for
// next to nothing: it walked a whole project, in order of its keys, for the answers of one task. So
// it is told what is true of every large room; room and project alone select nothing.
inline constexpr std::string_view kListsStep = R"sql(
CREATE INDEX task_listed ON task (room, project, lane, state, task);
DROP INDEX task_ended;
CREATE INDEX assignment_listed ON assignment
  (room, project, state, kind, submitted_at, assignment) WHERE +state > 9;
DROP INDEX assignment_outcome;
@sqlite ANALYZE note_reply;
@sqlite DELETE FROM sqlite_stat1;
@sqlite INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
@sqlite   ('assignment', 'assignment', '1000000 1000000 1000000 1'),
@sqlite   ('assignment', 'assignment_task', '1000000 1000000 1000000 3 1'),
@sqlite   ('assignment', 'assignment_expiry', '1000 1000 1'),
@sqlite   ('assignment', 'assignment_mine', '1000 1000 2 2 1'),
@sqlite   ('assignment', 'assignment_person', '1000000 1000000 1000000 10000 5000 5000 1 1'),
@sqlite   ('assignment', 'assignment_listed', '1000000 1000000 1000000 300000 300000 1 1'),
@sqlite   ('task', 'task', '1000000 1000000 1000000 1'),
@sqlite   ('task', 'task_open', '500000 500000 500000 100000 100 1'),
@sqlite   ('task', 'task_children', '500000 500000 500000 2 1'),
@sqlite   ('task', 'task_listed', '1000000 1000000 1000000 100000 50000 1'),
@sqlite   ('activity', 'activity', '1000000 1000000 1000000 10000 1'),
@sqlite   ('activity', 'activity_time', '1000000 1000000 1000000 10000 1'),
@sqlite   ('activity', 'activity_replaced', '1000 1000 1000 10 1');
@sqlite ANALYZE sqlite_schema;
)sql";

// Verdicts are counted as they are given, a row a reviewer and verdict. Second looks lie with
// whoever looks. What a project has done is read from its end; claims are left out of it.
inline constexpr std::string_view kSecondLooksStep = R"sql(
CREATE TABLE verdict_tally (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  reviewer BIGINT NOT NULL,
  verdict BIGINT NOT NULL,
  given BIGINT NOT NULL,
  PRIMARY KEY (room, project, reviewer, verdict)
) {{clustered}};
@postgres ALTER TABLE verdict_tally SET (fillfactor = 50);
INSERT INTO verdict_tally SELECT v.room, v.project, v.reviewer, v.verdict, count(*) FROM review v
  JOIN assignment a ON a.room = v.room AND a.project = v.project AND a.assignment = v.assignment
  WHERE a.kind = 1 GROUP BY v.room, v.project, v.reviewer, v.verdict;
CREATE TABLE second_look (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  member BIGINT NOT NULL,
  look BIGINT NOT NULL,
  assignment BIGINT NOT NULL,
  review BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  first_verdict BIGINT NOT NULL,
  verdict BIGINT NOT NULL,
  reason_ref BIGINT NOT NULL,
  taken_at BIGINT NOT NULL,
  given_at BIGINT NOT NULL,
  PRIMARY KEY (room, project, member, look)
) {{clustered}};
CREATE UNIQUE INDEX second_look_once ON second_look (room, project, assignment, member);
CREATE INDEX second_look_open ON second_look (room, project, member) WHERE verdict = 0;
CREATE INDEX deed_listed ON deed (room, project, tick, deed) WHERE verb <> 'assignment.claim';
@sqlite INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
@sqlite   ('deed', 'deed', '10000000 10000000 10 1'),
@sqlite   ('deed', 'deed_listed', '5000000 5000000 500000 10 1');
@sqlite ANALYZE sqlite_schema;
)sql";

// Rows that say who may do what carry a MAC (identity/authority.h); one without any counts for
// nothing.
inline constexpr std::string_view kAuthorityStep = R"sql(
ALTER TABLE member ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN mac {{blob}};
ALTER TABLE membership ADD COLUMN mac {{blob}};
ALTER TABLE credential ADD COLUMN mac {{blob}};
ALTER TABLE session ADD COLUMN mac {{blob}};
ALTER TABLE token ADD COLUMN mac {{blob}};
ALTER TABLE invite ADD COLUMN mac {{blob}};
)sql";

// Up to which deed a room's deeds are in one of its logs, by the answer of the vault that writes
// it: where whoever has the turn next goes on at the latest.
inline constexpr std::string_view kLogPlaceStep = R"sql(
CREATE TABLE log_place (
  room BIGINT NOT NULL,
  tick BIGINT NOT NULL,
  deed BIGINT NOT NULL,
  PRIMARY KEY (room)
) {{clustered}};
@postgres ALTER TABLE log_place SET (fillfactor = 50);
)sql";

// What the gateway knows (gateway/): names and prices of models, names of keys and budgets are
// content; a model's name is found by its blind index. A pot is what may be used within one window
// of a budget or of a rate limit; nodes hold blocks of it (gateway/pots.h). Exchanges are many:
// like claims they are left out of what a project has done.
inline constexpr std::string_view kModelsStep = R"sql(
CREATE TABLE model (
  room BIGINT NOT NULL,
  model BIGINT NOT NULL,
  name_hash {{blob}} NOT NULL,
  about_ref BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (room, model),
  UNIQUE (room, name_hash)
) {{clustered}};
CREATE TABLE budget (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  budget BIGINT NOT NULL,
  period BIGINT NOT NULL,
  state BIGINT NOT NULL,
  units BIGINT NOT NULL,
  tokens BIGINT NOT NULL,
  terms_ref BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  mac {{blob}},
  PRIMARY KEY (room, project, budget)
) {{clustered}};
CREATE TABLE virtual_key (
  room BIGINT NOT NULL,
  key_hash {{blob}} NOT NULL,
  virtual_key BIGINT NOT NULL,
  project BIGINT NOT NULL,
  purpose BIGINT NOT NULL,
  budget BIGINT NOT NULL,
  state BIGINT NOT NULL,
  terms_ref BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  mac {{blob}},
  PRIMARY KEY (room, key_hash)
) {{clustered}};
CREATE INDEX virtual_key_listed ON virtual_key (room, project, virtual_key);
CREATE TABLE pot (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  pot BIGINT NOT NULL,
  window_at BIGINT NOT NULL,
  forget_at BIGINT NOT NULL,
  spent_units BIGINT NOT NULL,
  spent_tokens BIGINT NOT NULL,
  lost_units BIGINT NOT NULL,
  lost_tokens BIGINT NOT NULL,
  held_units BIGINT NOT NULL,
  held_tokens BIGINT NOT NULL,
  PRIMARY KEY (room, project, pot, window_at)
) {{clustered}};
CREATE INDEX pot_forget ON pot (room, forget_at) WHERE forget_at > 0;
@postgres ALTER TABLE pot SET (fillfactor = 50);
CREATE TABLE pot_block (
  room BIGINT NOT NULL,
  node BIGINT NOT NULL,
  project BIGINT NOT NULL,
  pot BIGINT NOT NULL,
  window_at BIGINT NOT NULL,
  held_units BIGINT NOT NULL,
  held_tokens BIGINT NOT NULL,
  PRIMARY KEY (room, node, project, pot, window_at)
) {{clustered}};
@postgres ALTER TABLE pot_block SET (fillfactor = 50);
CREATE TABLE pot_node (
  room BIGINT NOT NULL,
  node BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (room, node)
) {{clustered}};
CREATE TABLE exchange (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  exchange BIGINT NOT NULL,
  at BIGINT NOT NULL,
  virtual_key BIGINT NOT NULL,
  budget BIGINT NOT NULL,
  purpose BIGINT NOT NULL,
  member BIGINT NOT NULL,
  state BIGINT NOT NULL,
  measured BIGINT NOT NULL,
  first_ms BIGINT NOT NULL,
  whole_ms BIGINT NOT NULL,
  input_tokens BIGINT NOT NULL,
  cached_tokens BIGINT NOT NULL,
  output_tokens BIGINT NOT NULL,
  cost BIGINT NOT NULL,
  body_ref BIGINT NOT NULL,
  runs TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (room, project, exchange)
) {{clustered}};
CREATE INDEX exchange_time ON exchange (room, project, at, exchange);
CREATE INDEX exchange_key ON exchange (room, project, virtual_key, at, exchange);
CREATE INDEX exchange_state ON exchange (room, project, state, at, exchange);
DROP INDEX deed_listed;
CREATE INDEX deed_listed ON deed (room, project, tick, deed)
  WHERE verb <> 'assignment.claim' AND verb <> 'exchange.record';
@sqlite INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
@sqlite   ('deed', 'deed_listed', '5000000 5000000 500000 10 1');
@sqlite ANALYZE sqlite_schema;
CREATE TABLE exchange_keep (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  days BIGINT NOT NULL,
  PRIMARY KEY (room, project)
) {{clustered}};
)sql";

// The nodes of live dialogues. `touched_at` is when the process that receives a reply last said so:
// a reply that streams and is not touched has lost its writer.
inline constexpr std::string_view kDialoguesStep = R"sql(
CREATE TABLE dialogue_node (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  assignment BIGINT NOT NULL,
  node BIGINT NOT NULL,
  parent BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  slot BIGINT NOT NULL,
  state BIGINT NOT NULL,
  exchange BIGINT NOT NULL,
  edited_from BIGINT NOT NULL,
  at BIGINT NOT NULL,
  touched_at BIGINT NOT NULL,
  content_ref BIGINT NOT NULL,
  PRIMARY KEY (room, project, assignment, node)
) {{clustered}};
@postgres ALTER TABLE dialogue_node SET (fillfactor = 80);
DROP INDEX deed_listed;
CREATE INDEX deed_listed ON deed (room, project, tick, deed)
  WHERE verb <> 'assignment.claim' AND verb <> 'exchange.record' AND verb <> 'dialogue.turn' AND
  verb <> 'dialogue.reply' AND verb <> 'dialogue.edit';
@sqlite INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
@sqlite   ('deed', 'deed_listed', '5000000 5000000 500000 10 1');
@sqlite ANALYZE sqlite_schema;
)sql";

// What models do in projects (work/assist). `phase` is what its runner last said of it, a word; the
// counts are kept as answers come. An answer is of one task, or of one ask for tasks to be made up,
// and is there once, whoever else runs.
inline constexpr std::string_view kModelWorkStep = R"sql(
CREATE TABLE model_work (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  work BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  state BIGINT NOT NULL,
  phase TEXT NOT NULL,
  about_ref BIGINT NOT NULL,
  version BIGINT NOT NULL,
  asked BIGINT NOT NULL,
  answered BIGINT NOT NULL,
  left_over BIGINT NOT NULL,
  made BIGINT NOT NULL,
  cost BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  PRIMARY KEY (room, project, work)
) {{clustered}};
@postgres ALTER TABLE model_work SET (fillfactor = 50);
CREATE TABLE model_answer (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  work BIGINT NOT NULL,
  task BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  state BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  reason TEXT NOT NULL,
  exchanges TEXT NOT NULL,
  template_version BIGINT NOT NULL,
  answer_ref BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (room, project, work, task)
) {{clustered}};
CREATE INDEX model_answer_task ON model_answer (room, project, task, work) WHERE kind < 3;
CREATE TABLE proposal (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  proposal BIGINT NOT NULL,
  work BIGINT NOT NULL,
  state BIGINT NOT NULL,
  task BIGINT NOT NULL,
  body_ref BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_by BIGINT NOT NULL,
  edited BIGINT NOT NULL,
  PRIMARY KEY (room, project, proposal)
) {{clustered}};
CREATE INDEX proposal_listed ON proposal (room, project, state, proposal);
CREATE INDEX proposal_task ON proposal (room, project, task) WHERE task > 0;
DROP INDEX deed_listed;
CREATE INDEX deed_listed ON deed (room, project, tick, deed)
  WHERE verb <> 'assignment.claim' AND verb <> 'exchange.record' AND verb <> 'dialogue.turn' AND
  verb <> 'dialogue.reply' AND verb <> 'dialogue.edit' AND verb <> 'model_answer.record';
@sqlite INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
@sqlite   ('deed', 'deed_listed', '5000000 5000000 500000 10 1');
@sqlite ANALYZE sqlite_schema;
)sql";

// Who is told of what is done in a project (room/out/): which peer, of what, and the secret that
// signs it are content. Everything up to (tick, deed) was told, or is not asked for.
inline constexpr std::string_view kWebhooksStep = R"sql(
CREATE TABLE webhook (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  webhook BIGINT NOT NULL,
  state BIGINT NOT NULL,
  terms_ref BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  tick BIGINT NOT NULL,
  deed BIGINT NOT NULL,
  told BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  failing_since BIGINT NOT NULL,
  next_try BIGINT NOT NULL,
  last_status BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  PRIMARY KEY (room, project, webhook)
) {{clustered}};
@postgres ALTER TABLE webhook SET (fillfactor = 50);
)sql";

// An exchange's model, so that it is found by it; and how many objects hold its content, the first
// behind body_ref, the others behind the refs that follow.
inline constexpr std::string_view kExchangePartsStep = R"sql(
ALTER TABLE exchange ADD COLUMN model BIGINT NOT NULL DEFAULT 0;
ALTER TABLE exchange ADD COLUMN parts BIGINT NOT NULL DEFAULT 1;
CREATE INDEX exchange_model ON exchange (room, project, model, at, exchange);
)sql";

}  // namespace guildhall::store
