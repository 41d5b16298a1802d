#include "store/migrations.h"

#include "store/schema_steps.h"

namespace guildhall::store {
namespace {

// Every table is a closed list of clear columns (identifiers, states, times, counts); whatever a
// person wrote or a laboratory would keep to itself lies in `content` and is pointed at by *_ref.
// The words behind the small integers are in work/model.h.
constexpr std::string_view kRoom = R"sql(
CREATE TABLE content (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
@sqlite   ref INTEGER PRIMARY KEY,
@sqlite   body {{blob}} NOT NULL
@postgres   ref BIGINT NOT NULL,
@postgres   body {{blob}} NOT NULL,
@postgres   PRIMARY KEY (room, project, ref)
);
CREATE TABLE key_block (
  room BIGINT NOT NULL,
  next BIGINT NOT NULL,
  PRIMARY KEY (room)
) {{clustered}};
CREATE TABLE deed (
  room BIGINT NOT NULL,
  tick BIGINT NOT NULL,
  deed BIGINT NOT NULL,
  project BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor BIGINT NOT NULL,
  verb TEXT NOT NULL,
  object BIGINT NOT NULL,
  version BIGINT NOT NULL,
  detail BIGINT NOT NULL,
  hash {{blob}},
  PRIMARY KEY (room, tick, deed)
) {{clustered}};
CREATE TABLE idempotency (
  room BIGINT NOT NULL,
  principal BIGINT NOT NULL,
  key_hash {{blob}} NOT NULL,
  request_hash {{blob}} NOT NULL,
  status BIGINT NOT NULL,
  reply_ref BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (room, principal, key_hash)
) {{clustered}};
CREATE INDEX idempotency_age ON idempotency (room, created_at);
)sql";

constexpr std::string_view kPeople = R"sql(
CREATE TABLE vendor (
  room BIGINT NOT NULL,
  vendor BIGINT NOT NULL,
  name_hash {{blob}} NOT NULL,
  name_ref BIGINT NOT NULL,
  PRIMARY KEY (room, vendor),
  UNIQUE (room, name_hash)
) {{clustered}};
CREATE TABLE member (
  room BIGINT NOT NULL,
  member BIGINT NOT NULL,
  role TEXT NOT NULL,
  state TEXT NOT NULL,
  everywhere BIGINT NOT NULL,
  vendor BIGINT NOT NULL,
  email_hash {{blob}},
  profile_ref BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (room, member)
) {{clustered}};
CREATE UNIQUE INDEX member_email ON member (room, email_hash) WHERE email_hash IS NOT NULL;
CREATE TABLE membership (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  member BIGINT NOT NULL,
  quota BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (room, project, member)
) {{clustered}};
CREATE INDEX membership_member ON membership (room, member, project);
CREATE TABLE project_group (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  grp BIGINT NOT NULL,
  name_ref BIGINT NOT NULL,
  PRIMARY KEY (room, project, grp)
) {{clustered}};
CREATE TABLE member_group (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  grp BIGINT NOT NULL,
  member BIGINT NOT NULL,
  PRIMARY KEY (room, project, grp, member)
) {{clustered}};
CREATE INDEX member_group_member ON member_group (room, project, member, grp);
CREATE TABLE credential (
  room BIGINT NOT NULL,
  member BIGINT NOT NULL,
  kind TEXT NOT NULL,
  secret_ref BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (room, member, kind)
) {{clustered}};
CREATE TABLE session (
  room BIGINT NOT NULL,
  session_hash {{blob}} NOT NULL,
  member BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (room, session_hash)
) {{clustered}};
CREATE INDEX session_member ON session (room, member);
CREATE TABLE token (
  room BIGINT NOT NULL,
  token_hash {{blob}} NOT NULL,
  token BIGINT NOT NULL,
  member BIGINT NOT NULL,
  name_ref BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (room, token_hash)
) {{clustered}};
CREATE INDEX token_member ON token (room, member, token);
CREATE TABLE invite (
  room BIGINT NOT NULL,
  code_hash {{blob}} NOT NULL,
  invite BIGINT NOT NULL,
  member BIGINT NOT NULL,
  needs_password BIGINT NOT NULL,
  reusable BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (room, code_hash)
) {{clustered}};
CREATE INDEX invite_member ON invite (room, member);
)sql";

// The hot rows: `task` is what a claim walks (the partial index task_open, in order of lane and
// opening), `assignment` is a lease and then the fate of the submission made under it, `tally` is
// the only counter: one row a person, batch and kind, so that nobody waits for anybody, and every
// figure of progress is a sum over it.
constexpr std::string_view kWork = R"sql(
CREATE TABLE project (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  state BIGINT NOT NULL,
  template_version BIGINT NOT NULL,
  settings_version BIGINT NOT NULL,
  guidelines_version BIGINT NOT NULL,
  title_ref BIGINT NOT NULL,
  batch BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (room, project)
) {{clustered}};
CREATE TABLE project_version (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  kind TEXT NOT NULL,
  version BIGINT NOT NULL,
  ref BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  PRIMARY KEY (room, project, kind, version)
) {{clustered}};
CREATE TABLE batch (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  batch BIGINT NOT NULL,
  state BIGINT NOT NULL,
  priority BIGINT NOT NULL,
  listed BIGINT NOT NULL,
  quota BIGINT NOT NULL,
  name_ref BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (room, project, batch)
) {{clustered}};
CREATE TABLE batch_audience (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  batch BIGINT NOT NULL,
  subject BIGINT NOT NULL,
  is_group BIGINT NOT NULL,
  PRIMARY KEY (room, project, batch, subject)
) {{clustered}};
CREATE TABLE lane (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  batch BIGINT NOT NULL,
  priority BIGINT NOT NULL,
  lane BIGINT NOT NULL,
  PRIMARY KEY (room, project, kind, batch, priority)
) {{clustered}};
CREATE TABLE lane_cursor (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  member BIGINT NOT NULL,
  lane BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  task BIGINT NOT NULL,
  PRIMARY KEY (room, project, member, lane)
) {{clustered}};
CREATE TABLE task (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  task BIGINT NOT NULL,
  lane BIGINT NOT NULL,
  batch BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  state BIGINT NOT NULL,
  open BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  ceiling BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  done BIGINT NOT NULL,
  priority BIGINT NOT NULL,
  parent BIGINT NOT NULL,
  origin BIGINT NOT NULL,
  final BIGINT NOT NULL,
  version BIGINT NOT NULL,
  data_ref BIGINT NOT NULL,
  gold_ref BIGINT NOT NULL,
  extra_ref BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (room, project, task)
) {{clustered}};
CREATE INDEX task_open ON task (room, project, lane, seq, task) WHERE open = 1;
CREATE INDEX task_ended ON task (room, project, state, task) WHERE state > 1;
CREATE INDEX task_children ON task (room, project, parent, task) WHERE parent > 0;
CREATE TABLE task_key (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  key_hash {{blob}} NOT NULL,
  task BIGINT NOT NULL,
  PRIMARY KEY (room, project, key_hash)
) {{clustered}};
CREATE TABLE assignment (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  assignment BIGINT NOT NULL,
  task BIGINT NOT NULL,
  batch BIGINT NOT NULL,
  member BIGINT NOT NULL,
  vendor BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  state BIGINT NOT NULL,
  token BIGINT NOT NULL,
  leased_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  guidelines_version BIGINT NOT NULL,
  template_version BIGINT NOT NULL,
  settings_version BIGINT NOT NULL,
  order_seed BIGINT NOT NULL,
  data_ref BIGINT NOT NULL,
  draft_ref BIGINT NOT NULL,
  draft_revision BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  answers_ref BIGINT NOT NULL,
  submitted_at BIGINT NOT NULL,
  active_ms BIGINT NOT NULL,
  PRIMARY KEY (room, project, assignment)
) {{clustered}};
CREATE UNIQUE INDEX assignment_task ON assignment (room, project, task, member);
CREATE INDEX assignment_expiry ON assignment (room, expires_at) WHERE state = 1 OR state = 14;
CREATE INDEX assignment_mine ON assignment (room, member, project, assignment)
  WHERE state = 1 OR state = 14;
CREATE INDEX assignment_outcome ON assignment (room, project, state, assignment) WHERE state > 9;
CREATE TABLE revision (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  assignment BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  author BIGINT NOT NULL,
  source BIGINT NOT NULL,
  submitted_at BIGINT NOT NULL,
  active_ms BIGINT NOT NULL,
  guidelines_version BIGINT NOT NULL,
  template_version BIGINT NOT NULL,
  settings_version BIGINT NOT NULL,
  answers_ref BIGINT NOT NULL,
  request_hash {{blob}},
  PRIMARY KEY (room, project, assignment, revision)
) {{clustered}};
CREATE TABLE review (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  assignment BIGINT NOT NULL,
  review BIGINT NOT NULL,
  reviewer BIGINT NOT NULL,
  verdict BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  reason_ref BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (room, project, assignment, review)
) {{clustered}};
CREATE TABLE tally (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  member BIGINT NOT NULL,
  batch BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  tasks BIGINT NOT NULL,
  tasks_done BIGINT NOT NULL,
  tasks_cancelled BIGINT NOT NULL,
  wanted BIGINT NOT NULL,
  leased BIGINT NOT NULL,
  submitted BIGINT NOT NULL,
  in_review BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  returned BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  gold_right BIGINT NOT NULL,
  active_ms BIGINT NOT NULL,
  PRIMARY KEY (room, project, member, batch, kind)
) {{clustered}};
CREATE TABLE activity (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  member BIGINT NOT NULL,
  activity BIGINT NOT NULL,
  class BIGINT NOT NULL,
  source BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  assignment BIGINT NOT NULL,
  replaces BIGINT NOT NULL,
  vendor BIGINT NOT NULL,
  PRIMARY KEY (room, project, member, activity)
) {{clustered}};
CREATE TABLE delivery (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  delivery BIGINT NOT NULL,
  state BIGINT NOT NULL,
  format TEXT NOT NULL,
  filter_ref BIGINT NOT NULL,
  manifest_ref BIGINT NOT NULL,
  built BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  PRIMARY KEY (room, project, delivery)
) {{clustered}};
CREATE TABLE file (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  file BIGINT NOT NULL,
  meta_ref BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  PRIMARY KEY (room, project, file)
) {{clustered}};
)sql";

// PostgreSQL plans a statement by its statistics, and a table that never had rows has none: every
// index then looks as good as the one that names the row, and the first minutes of a room cost a
// walk over the project for each statement. Rows of no room, looked at and deleted again, leave
// statistics that say the truth of every room: room and project alone select nothing.
constexpr std::string_view kStatistics = R"sql(
@postgres INSERT INTO task SELECT 0, 0, n, 0, 0, 1, 1, 1, n / 100, 3, 0, 0, 0, 0, 0, 0, 1, n,
@postgres   0, 0, 0 FROM generate_series(1, 2000) n;
@postgres INSERT INTO task_key SELECT 0, 0, decode(md5(n::text), 'hex'), n
@postgres   FROM generate_series(1, 2000) n;
@postgres INSERT INTO assignment SELECT 0, 0, n, n / 2, 0, n % 2, 0, 1, 12, 1, n, n, 1, 1, 1, n,
@postgres   n, 0, 0, 1, n, n, n FROM generate_series(1, 2000) n;
@postgres INSERT INTO lane_cursor SELECT 0, 0, n, n % 4, n, n FROM generate_series(1, 2000) n;
@postgres ANALYZE task, task_key, assignment, lane_cursor;
@postgres DELETE FROM task WHERE room = 0;
@postgres DELETE FROM task_key WHERE room = 0;
@postgres DELETE FROM assignment WHERE room = 0;
@postgres DELETE FROM lane_cursor WHERE room = 0;
)sql";

// Statistics alone are forgotten: vacuum cuts an empty table back to nothing, and then any index
// again costs nothing. So the rows of no room stay, also in the other table that has two indexes
// and fills within minutes. Every statement names its room, so nobody meets them.
//
// Content is not compressed (sealed it cannot be, and trying costs more than writing it) and lies
// in its row as far as a page holds it. Rows that are changed several times soon after they were
// written find room for their next version on their own page, and no index is touched.
constexpr std::string_view kPlanning = R"sql(
@postgres INSERT INTO task SELECT 0, 0, n, 0, 0, 1, 1 + n % 2, 1 - n % 2, n / 100, 3, 0, 0, 0,
@postgres   n % 10, 0, 0, 1, n, 0, 0, 0 FROM generate_series(1, 2000) n;
@postgres INSERT INTO assignment SELECT 0, 0, n, n / 2, 0, n % 2, 0, 1, 12, 1, n, n, 1, 1,
@postgres   1, n, n, 0, 0, 1, n, n, n FROM generate_series(1, 2000) n;
@postgres INSERT INTO idempotency SELECT 0, n % 100, decode(md5(n::text), 'hex'), '', 200, 0, n
@postgres   FROM generate_series(1, 2000) n;
@postgres ANALYZE task, assignment, idempotency;
@postgres ALTER TABLE content ALTER COLUMN body SET STORAGE EXTERNAL;
@postgres ALTER TABLE content SET (toast_tuple_target = 8160);
@postgres ALTER TABLE task SET (fillfactor = 80);
@postgres ALTER TABLE tally SET (fillfactor = 50);
@postgres ALTER TABLE lane_cursor SET (fillfactor = 50);
)sql";

// Which version of the guidelines each person has seen, and the newest that they must have.
constexpr std::string_view kGuidelinesSeen = R"sql(
ALTER TABLE project ADD COLUMN guidelines_must BIGINT NOT NULL DEFAULT 0;
CREATE TABLE guidelines_seen (
  room BIGINT NOT NULL,
  project BIGINT NOT NULL,
  member BIGINT NOT NULL,
  version BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (room, project, member)
) {{clustered}};
)sql";

constexpr Migration kMigrations[] = {
    {1, "room", kRoom},
    {2, "people", kPeople},
    {3, "work", kWork},
    {4, "statistics", kStatistics},
    {5, "planning", kPlanning},
    {6, "guidelines_seen", kGuidelinesSeen},
    {7, "days", kDaysStep},
    {8, "notes", kNotesStep},
    {9, "lists", kListsStep},
    {10, "second_looks", kSecondLooksStep},
    {11, "authority", kAuthorityStep},
    {12, "log_place", kLogPlaceStep},
    {13, "models", kModelsStep},
    {14, "dialogues", kDialoguesStep},
    {15, "model_work", kModelWorkStep},
    {16, "webhooks", kWebhooksStep},
    {17, "exchange_parts", kExchangePartsStep},
};

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

}  // namespace guildhall::store
