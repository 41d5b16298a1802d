// Made by scripts/openapi.mjs from the server’s description of its API (GET /api/v1/openapi.json). Not to be edited.
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };
export type JsonObject = { [key: string]: Json | undefined };

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  field?: string;
  request_id?: string;
  draft_kept?: boolean;
  draft?: JsonObject;
}

export interface Health {
  status: string;
  room: string;
  since?: string;
  store: string;
  sandbox: "on" | "off";
  layers?: JsonObject;
}

export interface RoomKeys {
  held_by: "keeper" | "file" | "open-file";
  room: "open" | "locked";
  since: string | null;
  keepers: ({
    id: string;
    contact_at: string | null;
    leased_until: string | null;
    withdrawn: boolean;
    withdrawn_projects: string[];
    shredded_projects: string[];
  })[];
  projects: {
    id: string;
    leased: boolean;
  }[];
  last_statement: {
    kind: string;
    at: string;
    keeper: string;
    counter: string;
    whole_room: boolean;
    project: string | null;
    statement: string;
    taken: boolean;
  } | null;
  wish: Wish | null;
}

export interface Wish {
  at: string;
  project: string | null;
  answered: boolean;
}

export interface KeeperWish {
  wish: Wish;
}

export type TemplateList = {
  kind: string;
  title: string;
  description: string;
  form: JsonObject;
}[];

export interface Member {
  id: string;
  name: string;
  email: string;
  role: "owner" | "manager" | "reviewer" | "expert" | "auditor";
  everywhere: boolean;
  state: "invited" | "active" | "removed";
  vendor: string;
  created_at: string;
}

export interface MemberList {
  items: Member[];
  next: string | null;
}

export interface Me {
  member: Member;
  room: {
    title: string;
    insecure_demo: boolean;
    insecure_no_sandbox: boolean;
    locked: boolean;
  };
}

export interface JournalKey {
  id: string;
  key: string;
}

export interface Invite {
  role: "owner" | "manager" | "reviewer" | "expert" | "auditor";
  name: string;
  email: string;
  needs_password: boolean;
  room: {
    title: string;
  };
}

export interface Invited {
  member: Member;
  link: string;
  mail?: string;
}

export interface Link {
  link: string;
  mail?: string;
}

export interface TokenList {
  items: ({
    id: string;
    name: string;
    created_at: string;
    expires_at: string | null;
    seen_at: string | null;
  })[];
  next: string | null;
}

export interface NewToken {
  id: string;
  name: string;
  token: string;
}

export interface ProjectMemberList {
  items: {
    member: Member;
    quota: number;
    groups: string[];
    submitted: number;
    accepted: number;
    returned: number;
    rejected: number;
    open: number;
    gold_seen: number;
    gold_right: number;
    active_ms: number;
  }[];
  next: string | null;
}

export interface Group {
  id: string;
  name: string;
  members: string[];
}

export interface GroupList {
  items: Group[];
  next: string | null;
}

export interface Settings {
  overlap: number;
  overlap_floor: number;
  lease_s: number;
  max_open: number;
  review_percent: number;
  gold_percent?: number;
  quota: number;
  return_s: number;
  pay_minor: number;
  undo_s: number;
  adjudicate: boolean;
  gold_feedback: boolean;
  show_suggestions: boolean;
  guidelines_required: boolean;
  offline: boolean;
  preload: boolean;
  pay_currency: string;
  pay_per: "hour" | "task";
}

export interface Project {
  id: string;
  title: string;
  state: "draft" | "open" | "paused" | "closed";
  template: {
    kind: string;
    version: number;
  };
  guidelines_version: number;
  guidelines_seen: number;
  guidelines_must: number;
  settings_version: number;
  settings: Settings;
  created_at: string;
  role: "owner" | "manager" | "reviewer" | "expert" | "auditor";
}

export interface ProjectList {
  items: Project[];
  next: string | null;
}

export interface Guidelines {
  version: number;
  markdown: string;
  note: string;
  must_read: boolean;
  created_at: string;
}

export interface GuidelinesList {
  items: {
    version: number;
    note: string;
    must_read: boolean;
    created_at: string;
  }[];
  next: string | null;
}

export interface GuidelinesDiff {
  from: number;
  to: number;
  lines: ({
    op: "=" | "-" | "+";
    text: string;
  })[];
}

export interface Template {
  version: number;
  kind: string;
  form: JsonObject;
  answers_schema: JsonObject;
}

export interface TemplateCheck {
  form: JsonObject;
  answers_schema: JsonObject;
  samples: (null | {
    field: string;
    reason: string;
  })[];
}

export interface Progress {
  state: "draft" | "open" | "paused" | "closed";
  tasks: {
    total: number;
    open: number;
    done: number;
    cancelled: number;
    gold: number;
  };
  submissions: {
    wanted: number;
    submitted: number;
    in_review: number;
    accepted: number;
    returned: number;
    rejected: number;
  };
  reviews: {
    open: number;
    done: number;
  };
  adjudications: {
    open: number;
    done: number;
  };
  leased: number;
  active_ms: number;
  updated_at: string;
}

export interface ImportReport {
  imported: number;
  duplicate: number;
  rejected: number;
  errors: {
    line: number;
    type?: string;
    reason: string;
    field: string;
  }[];
}

export interface Task {
  id: string;
  kind: "work" | "gold" | "review" | "adjudication";
  key: string;
  batch: string;
  priority: number;
  state: "open" | "done" | "cancelled";
  version: number;
  overlap: number;
  leased: number;
  submitted: number;
  accepted: number;
  created_at: string;
  data?: JsonObject;
}

export interface TaskList {
  items: Task[];
  next: string | null;
}

export interface Suggestion {
  answers: JsonObject;
  author?: string;
  origin?: {
    kind: "model";
    exchanges: string[];
  };
}

export interface Earlier {
  answers: JsonObject;
  author: string;
}

export interface TaskDetail {
  id: string;
  kind: "work" | "gold" | "review" | "adjudication";
  key: string;
  batch: string;
  priority: number;
  state: "open" | "done" | "cancelled";
  version: number;
  overlap: number;
  leased: number;
  submitted: number;
  accepted: number;
  created_at: string;
  data: JsonObject;
  gold?: {
    answers: JsonObject;
    reason?: string;
  };
  suggestions?: Suggestion[];
  earlier?: Earlier[];
  submissions: Submission[];
  model_answers: ModelAnswer[];
  origin?: Origin;
}

export interface Batch {
  id: string;
  name: string;
  priority: number;
  state: "open" | "paused";
  audience: "everyone" | {
    members: string[];
    groups: string[];
  };
  quota: number;
  tasks: number;
  open: number;
}

export interface BatchList {
  items: Batch[];
  next: string | null;
}

export interface ReviewGiven {
  id: string;
  reviewer: string;
  verdict: "accept" | "fix" | "return" | "reject";
  revision: number;
  reason: string;
  note: string;
  created_at: string;
}

export interface AnswersGiven {
  id: string;
  revision: number;
  member: string;
  submitted_at: string;
  answers: JsonObject;
  dialogue?: Dialogue;
}

export interface Assignment {
  id: string;
  kind: "work" | "review" | "adjudication";
  state: string;
  project: {
    id: string;
    title: string;
  };
  task: {
    id: string;
    data?: JsonObject;
  };
  guidelines_version: number;
  template_version: number;
  lease: {
    token: string;
    expires_at: string;
  };
  presentation?: {
    order: number[];
  };
  draft?: {
    revision: number;
    answers: JsonObject;
  } | null;
  suggestions?: Suggestion[];
  reviews?: ReviewGiven[];
  answers?: JsonObject;
  submission?: string;
  review?: {
    submission: AnswersGiven;
    previous: ReviewGiven[];
  };
  adjudication?: {
    submissions: AnswersGiven[];
    model_answers: ModelAnswer[];
  };
}

export interface AssignmentList {
  items: Assignment[];
  next: string | null;
}

export interface Lease {
  lease: {
    token: string;
    expires_at: string;
  };
}

export interface DraftKept {
  revision: number;
}

export interface GoldResult {
  right: boolean;
  agreement: number;
  answers?: JsonObject;
  reason?: string;
}

export interface Submission {
  id: string;
  task: string;
  assignment: string;
  member: string;
  vendor: string;
  state: "submitted" | "in_review" | "accepted" | "fixed" | "returned" | "rejected";
  revision: number;
  submitted_at: string;
  active_ms: number;
  guidelines_version: number;
  template_version: number;
  score?: number;
  answers?: JsonObject;
  gold?: GoldResult;
}

export interface SubmissionList {
  items: Submission[];
  next: string | null;
}

export interface RevisionGiven {
  revision: number;
  author: string;
  submitted_at: string;
  active_ms: number;
  answers: JsonObject;
}

export interface SubmissionDetail {
  id: string;
  task: string;
  assignment: string;
  member: string;
  vendor: string;
  state: "submitted" | "in_review" | "accepted" | "fixed" | "returned" | "rejected";
  revision: number;
  submitted_at: string;
  active_ms: number;
  guidelines_version: number;
  template_version: number;
  score?: number;
  answers: JsonObject;
  gold?: GoldResult;
  dialogue?: Dialogue;
  reviews: ReviewGiven[];
  revisions: RevisionGiven[];
}

export interface Judged {
  review: string;
  submission: Submission;
}

export interface BulkVerdict {
  accepted: number;
  refused: {
    submission: string;
    type: string;
    detail: string;
  }[];
}

export interface ActivityIds {
  ids: string[];
}

export interface ActivityList {
  items: ({
    id: string;
    member: string;
    vendor: string;
    class: "work" | "guidelines" | "training" | "rework" | "review" | "research" | "waiting";
    source: string;
    started_at: string;
    ended_at: string;
    assignment: string | null;
    replaces: string | null;
  })[];
  next: string | null;
}

export interface Note {
  id: string;
  kind: "flag" | "question";
  state: "open" | "resolved";
  task: string;
  assignment: string;
  member: string;
  text: string;
  created_at: string;
  replies: {
    member: string;
    text: string;
    created_at: string;
  }[];
}

export interface NoteList {
  items: Note[];
  next: string | null;
}

export interface VerdictCounts {
  accept: number;
  fix: number;
  return: number;
  reject: number;
}

export interface SecondLook {
  submission: {
    id: string;
    revision: number;
    answers: JsonObject;
    member: string;
    template_version: number;
    guidelines_version: number;
  };
  task: {
    id: string;
    data: JsonObject;
  };
}

export interface SecondLookGiven {
  mine: {
    verdict: "accept" | "fix" | "return" | "reject";
    reason: string;
  };
  first: {
    verdict: "accept" | "fix" | "return" | "reject";
    reason: string;
    note: string;
    reviewer: string;
  };
}

export interface Calibration {
  mine: VerdictCounts;
  others: VerdictCounts;
  second_looks: {
    count: number;
    same: number;
    matrix: {
      accept: VerdictCounts;
      fix: VerdictCounts;
      return: VerdictCounts;
      reject: VerdictCounts;
    };
  };
  recent: ({
    submission: string;
    mine: "accept" | "fix" | "return" | "reject";
    first: "accept" | "fix" | "return" | "reject";
    at: string;
  })[];
}

export interface LogState {
  log: number;
  logs: number;
  origin: string;
  size: number;
  root: string;
  published_at: string;
  key: string | null;
  witnesses: string[];
  checkpoint: string;
}

export interface OpeningList {
  items: ({
    log: number;
    index: number;
    at: string;
    reason: string;
    who: string;
    member: string | null;
    project: string | null;
    count: number;
    objects: ({
      type: string;
      id: string | null;
    })[];
  })[];
  logs: number;
  next: string | null;
}

export interface DeedList {
  items: ({
    at: string;
    actor: string | null;
    verb: string;
    object: {
      type: string;
      id: string;
    } | null;
    detail: string | number | null;
  })[];
  next: string | null;
}

export interface Days {
  items: {
    day: string;
    submitted: number;
    accepted: number;
    returned: number;
    rejected: number;
    active_ms: number;
  }[];
}

export interface Today {
  since: string;
  submitted: number;
  active_ms: number;
  other_ms: number;
  earned_minor: number;
  currency: string;
}

export interface Manifest {
  records: number;
  tasks: number;
  submissions: number;
  dropped: Record<string, number>;
  guidelines_versions: number[];
  template_versions: number[];
  sha256: string;
  bytes: number;
  format: string;
  created_at: string;
  posterior?: {
    question: string;
    least: number;
    method: string;
    computed_at: string;
  };
}

export interface Delivery {
  id: string;
  format: string;
  filter: {
    state?: "accepted" | "any";
    batch?: string;
    since?: string;
    posterior?: {
      least?: number;
      question?: string;
    };
  };
  note: string;
  state: "building" | "ready" | "failed";
  built: number;
  manifest: Manifest | null;
  created_at: string;
}

export interface DeliveryList {
  items: Delivery[];
  next: string | null;
}

export interface File {
  id: string;
  name: string;
  media_type: string;
  bytes: number;
  sha256: string;
}

export interface QualityInterval {
  mean: number;
  lower: number;
  upper: number;
}

export interface QualityAgreement {
  method: "krippendorff-alpha-nominal" | "krippendorff-alpha-ordinal";
  value: number | null;
  error: number | null;
  tasks: number;
  judgments: number;
}

export interface Quality {
  computed_at: string | null;
  fresh: boolean;
  reading: {
    done: boolean;
    answers: number;
    read: number;
    left_out: number;
    damaged: number;
  };
  questions: ({
    id: string;
    parts: boolean;
    ordered: boolean;
    labels: string[];
    judgments: number;
    tasks: number;
    people: number;
    gold: number;
    agreement: QualityAgreement;
    agreement_over_time: ({
      method: "krippendorff-alpha-nominal" | "krippendorff-alpha-ordinal";
      value: number | null;
      error: number | null;
      tasks: number;
      judgments: number;
      from: string;
      to: string;
    })[];
    truth: {
      method: string;
      why: string;
      weights: {
        method: string;
        weight: number;
      }[];
      sweeps: number;
      converged: boolean;
      sure: number;
      right: number;
    } | null;
    consensus?: {
      gold_tasks: number;
      expected: number;
      found: number;
      believed: boolean;
    };
    best_fdr?: number;
  })[];
  alerts: ({
    kind: "agreement-falls" | "guidelines-version" | "consensus-wrong" | "low-skill" | "too-fast" | "copying";
    question: string;
    member: string | null;
    guidelines_version: number | null;
    value: number;
    against: number;
    others: string[];
    tasks: string[];
  })[];
}

export interface QualityTaskList {
  items: ({
    task: string;
    part: string;
    gold: string | null;
    label: string;
    sure: number;
    posterior: {
      label: string;
      p: number;
    }[];
    judgments: number;
    votes: {
      submission: string;
      member: string;
      label: string;
    }[];
  })[];
  next: string | null;
}

export interface QualityMemberList {
  items: {
    member: string;
    vendor: string;
    rank: number;
    judgments: number;
    gold_seen: number;
    gold_right: number;
    skill: QualityInterval;
    accuracy: QualityInterval;
    best: number;
    median_ms: number;
    confusion: number[][];
  }[];
  next: string | null;
}

export interface QualityVendorList {
  items: {
    vendor: string;
    people: number;
    judgments: number;
    skill: QualityInterval;
    accuracy: QualityInterval;
    against: {
      tasks: number;
      difference: QualityInterval;
      p: number;
    };
  }[];
  next: string | null;
}

export interface QualityRanking {
  question: string;
  computed_at: string | null;
  reading: {
    done: boolean;
    tasks: number;
    read: number;
  };
  method: "bradley-terry" | "bradley-terry-davidson";
  error: "sandwich" | "sandwich-by-person";
  separated: boolean;
  converged: boolean;
  groups: number;
  judgments: number;
  comparisons: number;
  both_bad: number;
  unnamed: number;
  models: {
    model: string;
    rank: number;
    group: number;
    wins: number;
    ties: number;
    losses: number;
    strength: QualityInterval;
    win_rate: QualityInterval;
  }[];
}

export interface QualityCost {
  question: string;
  computed_at: string | null;
  method: "replay";
  tasks: number;
  judgments: number;
  single: number;
  check: number;
  sampled: boolean;
  pay: {
    minor: number;
    currency: string;
    per: "task" | "hour";
  } | null;
  points: {
    judgments: number;
    same: {
      judgments: number;
      right: number;
    };
    adaptive: {
      judgments: number;
      right: number;
    };
  }[];
}

export interface Model {
  id: string;
  version: number;
  created_at: string;
  name: string;
  currency: string;
  requests_per_minute: number;
  tokens_per_minute: number;
  targets: ({
    peer: string;
    dialect: "openai" | "anthropic";
    model: string;
    price: {
      input: number;
      cached_input: number;
      output: number;
    } | null;
    default_output: number;
    most_output: number;
    context: number;
  })[];
}

export interface ModelList {
  items: Model[];
  next: string | null;
}

export interface VirtualKey {
  id: string;
  name: string;
  purpose: "dialogue" | "judge" | "drafting";
  budget: string;
  models: string[];
  requests_per_minute: number;
  tokens_per_minute: number;
  revoked: boolean;
  created_at: string;
  expires_at: string | null;
}

export interface VirtualKeyList {
  items: VirtualKey[];
  next: string | null;
}

export interface NewVirtualKey {
  secret: string;
  key: VirtualKey;
}

export interface Budget {
  id: string;
  name: string;
  currency: string;
  period: "none" | "day" | "month";
  state: "open" | "paused" | "closed";
  money: number | null;
  tokens: number | null;
  created_at: string;
  since: string | null;
  spent: {
    money: number;
    tokens: number;
  };
  reserved: {
    money: number;
    tokens: number;
  };
  lost: {
    money: number;
    tokens: number;
  };
}

export interface BudgetList {
  items: Budget[];
  next: string | null;
}

export interface Released {
  released: {
    money: number;
    tokens: number;
  };
}

export interface Exchange {
  id: string;
  at: string;
  state: "complete" | "incomplete" | "error" | "cancelled" | "refused-upstream";
  purpose: "dialogue" | "judge" | "drafting";
  key: string;
  budget: string;
  model: string | null;
  member: string | null;
  first_ms: number | null;
  whole_ms: number;
  input_tokens: number;
  cached_tokens: number;
  output_tokens: number;
  measured: boolean;
  cost: number;
  has_content: boolean;
}

export interface ExchangeList {
  items: Exchange[];
  next: string | null;
}

export interface ExchangeContent {
  id: string;
  at: string;
  state: "complete" | "incomplete" | "error" | "cancelled" | "refused-upstream";
  purpose: "dialogue" | "judge" | "drafting";
  key: string;
  budget: string;
  model: string | null;
  member: string | null;
  first_ms: number | null;
  whole_ms: number;
  input_tokens: number;
  cached_tokens: number;
  output_tokens: number;
  measured: boolean;
  cost: number;
  has_content: boolean;
  content: {
    model: string;
    peer: string;
    target: string;
    encoding: "text" | "base64";
    request: string;
    reply: string;
    reply_cut: boolean;
  } | null;
}

export interface Webhook {
  id: string;
  peer: string;
  events: string[];
  state: "active" | "disabled";
  created_at: string;
  told: number;
  told_at: string | null;
  tries: number;
  failing_since: string | null;
  next_try: string | null;
  last_status: number | null;
  last_error: string | null;
}

export interface WebhookList {
  items: Webhook[];
  next: null;
}

export interface NewWebhook {
  secret: string;
  webhook: Webhook;
}

export interface PeerList {
  sandboxed: boolean;
  items: ({
    name: string;
    host: string;
    kind: "model" | "webhook" | "traces" | "mail";
    dialect: "openai" | "anthropic";
    state: "idle" | "running" | "stopped";
    starts: number;
    started_at: string | null;
    ended_at: string | null;
    stopped_by: {
      role: string;
      why: "refused" | "ended" | "killed" | "silent";
      call: string;
    } | null;
    bytes_today: number;
    bytes_per_day: number;
  })[];
  next: null;
}

export interface PeerExposure {
  peer: string;
  from: string;
  to: string;
  runs: ({
    started_at: string;
    ended_at: string | null;
    stopped_by: string | null;
    executables: {
      role: string;
      sha256: string;
    }[];
    exchanges: {
      id: string;
      project: string;
      at: string;
      whole_ms: number;
      state: string;
    }[];
  })[];
  more: boolean;
}

export interface ExchangeSettings {
  keep_days: number;
}

export interface DialogueNode {
  node: string;
  parent: string | null;
  kind: "user" | "reply" | "edit";
  slot: "A" | "B" | "C" | "D" | null;
  state: "streaming" | "complete" | "incomplete" | "error" | "cancelled";
  text: string;
  edited_from: string | null;
  at: string;
  finish?: string;
  why?: string;
  model?: string;
  parameters?: JsonObject;
  exchange?: string;
}

export interface Dialogue {
  question: string;
  slots: ({
    slot: "A" | "B" | "C" | "D";
    model: string | null;
  })[];
  streaming: boolean;
  nodes: DialogueNode[];
}

export interface PromptList {
  items: ({
    name: string;
    version: number;
    kind: "judge" | "draft" | "generate";
    what: string;
    text: string;
  })[];
  next: null;
}

export interface Origin {
  kind: "model" | "generated";
  work: string;
  model: string;
  template: {
    name: string;
    version: number;
  };
  exchanges: string[];
}

export interface ModelWork {
  id: string;
  kind: "judge" | "draft" | "generate";
  state: "running" | "waiting" | "done" | "paused";
  reason: string | null;
  template: {
    name: string;
    version: number;
  };
  model: string;
  tries: number;
  share: number;
  brief: string;
  seeds: JsonObject[];
  count: number;
  counts: {
    asked: number;
    answered: number;
    left: number;
    made: number;
    cost: number;
  };
  version: number;
  created_at: string;
  created_by: string;
}

export interface ModelWorkList {
  items: ModelWork[];
  next: string | null;
}

export interface ModelAnswer {
  work: string;
  kind: "judge" | "draft" | "generate";
  task: string | null;
  state: "trying" | "answered" | "left";
  tries: number;
  reason: string | null;
  template_version: number;
  at: string;
  origin: Origin;
  answers: JsonObject | null;
}

export interface ModelAnswerList {
  items: ModelAnswer[];
  next: string | null;
}

export interface Proposal {
  id: string;
  state: "proposed" | "accepted" | "refused";
  task: string | null;
  data: JsonObject;
  origin: Origin;
  created_at: string;
  decided_at: string | null;
  decided_by: string | null;
  edited: boolean;
}

export interface ProposalList {
  items: Proposal[];
  next: string | null;
}

/** Method and path, as the server names them: what goes in and what comes back. */
export interface Routes {
  /** Is the room up */
  "GET /healthz": { body: undefined; answer: Health };
  /** Figures in Prometheus text */
  "GET /metrics": { body: undefined; answer: null };
  /** This document */
  "GET /openapi.json": { body: undefined; answer: null };
  /** JSON Schema of a guildhall record */
  "GET /schemas/record": { body: undefined; answer: null };
  /** A keeper's exchange with the vault */
  "POST /keeper/exchange": { body: Blob; answer: null };
  /** Who holds the keys */
  "GET /room/keys": { body: undefined; answer: RoomKeys };
  /** Ask the keeper to withdraw */
  "POST /room/withdrawal": { body: {
    project?: string;
  }; answer: KeeperWish };
  /** Whether the room is open, as server-sent events */
  "GET /room/events": { body: undefined; answer: null };
  /** What an invitation is for */
  "POST /invites/check": { body: {
    code: string;
  }; answer: Invite };
  /** Accept an invitation and sign in */
  "POST /invites/accept": { body: {
    code: string;
    name?: string;
    password?: string;
  }; answer: Me };
  /** Sign in by e-mail and password */
  "POST /sessions": { body: {
    email: string;
    password: string;
  }; answer: Me };
  /** Sign out */
  "DELETE /sessions/current": { body: undefined; answer: null };
  /** Who am I */
  "GET /me": { body: undefined; answer: Me };
  /** The key for what the caller's browser keeps */
  "GET /journal-key": { body: undefined; answer: JournalKey };
  /** The caller's tokens */
  "GET /tokens": { body: undefined; answer: TokenList };
  /** Make a token; it is shown once */
  "POST /tokens": { body: {
    name: string;
    expires_at?: string;
  }; answer: NewToken };
  /** Revoke a token */
  "DELETE /tokens/{token}": { body: undefined; answer: null };
  /** Everybody in the room */
  "GET /members": { body: undefined; answer: MemberList };
  /** Invite somebody; the link is shown once */
  "POST /members": { body: {
    role: string;
    name?: string;
    email?: string;
    vendor?: string;
    everywhere?: boolean;
    projects?: string[];
    quota?: number;
  }; answer: Invited };
  /** Change a member */
  "PATCH /members/{member}": { body: {
    name?: string;
    role?: string;
    vendor?: string;
  }; answer: Member };
  /** Remove a member; sessions and tokens die at once */
  "DELETE /members/{member}": { body: undefined; answer: null };
  /** A fresh sign-in link */
  "POST /members/{member}/link": { body: undefined; answer: Link };
  /** A project's people and their figures */
  "GET /projects/{project}/members": { body: undefined; answer: ProjectMemberList };
  /** Add a member to a project, or change how they take part */
  "POST /projects/{project}/members": { body: {
    member: string;
    quota?: number;
    groups?: string[];
  }; answer: null };
  /** Take a member out of a project */
  "DELETE /projects/{project}/members/{member}": { body: undefined; answer: null };
  /** Groups of a project */
  "GET /projects/{project}/groups": { body: undefined; answer: GroupList };
  /** Make a group */
  "POST /projects/{project}/groups": { body: {
    name: string;
    members?: string[];
  }; answer: Group };
  /** Create a project */
  "POST /projects": { body: {
    title: string;
    /** the name of a built-in, or a form */
    template: Json;
    /** Markdown */
    guidelines?: string;
    settings?: JsonObject;
  }; answer: Project };
  /** The caller's projects */
  "GET /projects": { body: undefined; answer: ProjectList };
  /** One project */
  "GET /projects/{project}": { body: undefined; answer: Project };
  /** Change a project */
  "PATCH /projects/{project}": { body: {
    title?: string;
    state?: string;
    settings?: JsonObject;
    template?: Json;
  }; answer: Project };
  /** Counts of a project */
  "GET /projects/{project}/progress": { body: undefined; answer: Progress };
  /** Progress as server-sent events */
  "GET /projects/{project}/events": { body: undefined; answer: null };
  /** A new version of the guidelines */
  "POST /projects/{project}/guidelines": { body: {
    markdown: string;
    note?: string;
    /** to be seen before work goes on */
    must_read?: boolean;
  }; answer: Guidelines };
  /** Versions of the guidelines */
  "GET /projects/{project}/guidelines": { body: undefined; answer: GuidelinesList };
  /** One version of the guidelines */
  "GET /projects/{project}/guidelines/{version}": { body: undefined; answer: Guidelines };
  /** What changed between two versions */
  "GET /projects/{project}/guidelines/{version}/diff": { body: undefined; answer: GuidelinesDiff };
  /** The caller has seen this version */
  "POST /projects/{project}/guidelines/{version}/seen": { body: undefined; answer: null };
  /** The built-in templates */
  "GET /templates": { body: undefined; answer: TemplateList };
  /** Does a form work, and do these data fit it */
  "POST /templates/check": { body: {
    /** the name of a built-in, or a form */
    template: Json;
    /** data of tasks, which the form is tried on */
    samples?: Json[];
  }; answer: TemplateCheck };
  /** The form and its JSON Schema */
  "GET /projects/{project}/template": { body: undefined; answer: Template };
  /** Import tasks: NDJSON, a JSON array or CSV, streamed */
  "POST /projects/{project}/tasks": { body: Blob; answer: ImportReport };
  /** Tasks, without data */
  "GET /projects/{project}/tasks": { body: undefined; answer: TaskList };
  /** One task with its data and submissions */
  "GET /tasks/{task}": { body: undefined; answer: TaskDetail };
  /** Amend a task */
  "PATCH /tasks/{task}": { body: {
    data?: JsonObject;
    gold?: JsonObject;
    priority?: number;
    batch?: string;
  }; answer: TaskDetail };
  /** Cancel a task */
  "POST /tasks/{task}/cancel": { body: undefined; answer: TaskDetail };
  /** Open a task again */
  "POST /tasks/{task}/requeue": { body: {
    /** keep (default) or reject */
    submissions?: string;
  }; answer: TaskDetail };
  /** Batches of a project */
  "GET /projects/{project}/batches": { body: undefined; answer: BatchList };
  /** Make a batch */
  "POST /projects/{project}/batches": { body: {
    name?: string;
    priority?: number;
    state?: string;
    /** everyone, or {members, groups} */
    audience?: Json;
    quota?: number;
  }; answer: Batch };
  /** Change a batch */
  "PATCH /batches/{batch}": { body: {
    name?: string;
    priority?: number;
    state?: string;
    /** everyone, or {members, groups} */
    audience?: Json;
    quota?: number;
  }; answer: Batch };
  /** Claim the next task */
  "POST /projects/{project}/assignments": { body: undefined; answer: Assignment | null };
  /** The caller's open assignments */
  "GET /assignments": { body: undefined; answer: AssignmentList };
  /** One assignment of the caller's */
  "GET /assignments/{assignment}": { body: undefined; answer: Assignment };
  /** Keep a lease alive */
  "POST /assignments/{assignment}/heartbeat": { body: {
    /** the lease's fencing token */
    token: string;
    /** time worked so far */
    active_ms?: number;
  }; answer: Lease };
  /** Keep a draft */
  "PUT /assignments/{assignment}/draft": { body: {
    token: string;
    /** counts up from 1 */
    revision: number;
    answers: JsonObject;
  }; answer: DraftKept };
  /** Submit an answer */
  "POST /assignments/{assignment}/submission": { body: {
    token: string;
    answers: JsonObject;
    active_ms?: number;
  }; answer: Submission };
  /** Give a task back */
  "POST /assignments/{assignment}/skip": { body: {
    token: string;
    reason: string;
    note?: string;
    active_ms?: number;
  }; answer: null };
  /** Give a lease back untouched */
  "POST /assignments/{assignment}/release": { body: {
    token: string;
  }; answer: null };
  /** Revise returned work */
  "POST /submissions/{submission}/revision": { body: {
    token: string;
    answers: JsonObject;
    active_ms?: number;
  }; answer: Submission };
  /** The conversation of an assignment of the caller's */
  "GET /assignments/{assignment}/dialogue": { body: undefined; answer: Dialogue };
  /** Say something; the replies as server-sent events */
  "POST /assignments/{assignment}/dialogue/turns": { body: {
    /** the lease's fencing token */
    token: string;
    /** a reply; null: at the beginning */
    parent?: Json;
    text: string;
  }; answer: null };
  /** Ask for other replies; as server-sent events */
  "POST /assignments/{assignment}/dialogue/replies": { body: {
    token: string;
    /** what is to be answered once more */
    node: string;
    /** whose replies; without it all */
    slots?: string[];
  }; answer: null };
  /** Keep a reply as it should be */
  "POST /assignments/{assignment}/dialogue/edits": { body: {
    token: string;
    /** a reply */
    node: string;
    text: string;
  }; answer: DialogueNode };
  /** Submissions; an expert sees their own */
  "GET /projects/{project}/submissions": { body: undefined; answer: SubmissionList };
  /** One submission with answers, revisions and reviews */
  "GET /submissions/{submission}": { body: undefined; answer: SubmissionDetail };
  /** Judge a submission */
  "POST /submissions/{submission}/reviews": { body: {
    /** of the review's lease */
    token?: string;
    verdict: string;
    reason?: string;
    note?: string;
    /** with fix: the corrected answers */
    answers?: JsonObject;
    active_ms?: number;
  }; answer: Judged };
  /** Accept many submissions */
  "POST /projects/{project}/reviews": { body: {
    /** up to 200 */
    submissions: string[];
    note?: string;
  }; answer: BulkVerdict };
  /** Write the final answer of a task */
  "POST /tasks/{task}/adjudication": { body: {
    token: string;
    answers: JsonObject;
    note?: string;
    active_ms?: number;
  }; answer: Submission };
  /** Report paid time */
  "POST /projects/{project}/activities": { body: {
    /** class, started_at, ended_at, assignment?, source?, replaces? */
    entries: Json[];
  }; answer: ActivityIds };
  /** The record of paid time; JSON or ?format=csv */
  "GET /projects/{project}/activities": { body: undefined; answer: ActivityList };
  /** What happened on each day */
  "GET /projects/{project}/days": { body: undefined; answer: Days };
  /** What the caller has done since a moment */
  "GET /projects/{project}/today": { body: undefined; answer: Today };
  /** How far people agree, what is right, and what to look at */
  "GET /projects/{project}/quality": { body: undefined; answer: Quality };
  /** What is right, task by task */
  "GET /projects/{project}/quality/tasks": { body: undefined; answer: QualityTaskList };
  /** Who is good, best first */
  "GET /projects/{project}/quality/members": { body: undefined; answer: QualityMemberList };
  /** Whose people are good */
  "GET /projects/{project}/quality/vendors": { body: undefined; answer: QualityVendorList };
  /** How the compared models stand */
  "GET /projects/{project}/quality/ranking": { body: undefined; answer: QualityRanking };
  /** What more judgments would buy */
  "GET /projects/{project}/quality/cost": { body: undefined; answer: QualityCost };
  /** Flag a task, or ask about it */
  "POST /assignments/{assignment}/notes": { body: {
    /** flag or question */
    kind: string;
    text: string;
  }; answer: Note };
  /** Notes, newest first; an expert sees their own */
  "GET /projects/{project}/notes": { body: undefined; answer: NoteList };
  /** Reply to a note */
  "POST /notes/{note}/replies": { body: {
    text: string;
  }; answer: Note };
  /** Resolve a note, or open it again */
  "PATCH /notes/{note}": { body: {
    /** open or resolved */
    state: string;
  }; answer: Note };
  /** Something that another reviewer judged, to judge again blind */
  "POST /projects/{project}/second-looks": { body: undefined; answer: SecondLook | null };
  /** The second verdict; what the first was */
  "POST /submissions/{submission}/second-look": { body: {
    verdict: string;
    reason?: string;
  }; answer: SecondLookGiven };
  /** The caller's verdicts beside the others' */
  "GET /projects/{project}/calibration": { body: undefined; answer: Calibration };
  /** What was done, newest first */
  "GET /projects/{project}/activity": { body: undefined; answer: DeedList };
  /** Make a delivery: a frozen snapshot with a manifest */
  "POST /projects/{project}/deliveries": { body: {
    format: string;
    filter?: JsonObject;
    note?: string;
  }; answer: Delivery };
  /** Deliveries of a project */
  "GET /projects/{project}/deliveries": { body: undefined; answer: DeliveryList };
  /** One delivery */
  "GET /deliveries/{delivery}": { body: undefined; answer: Delivery };
  /** The delivery's file; Range and If-Range are honoured */
  "GET /deliveries/{delivery}/records": { body: undefined; answer: null };
  /** The same lines as a plain stream */
  "GET /projects/{project}/export": { body: undefined; answer: null };
  /** Upload a file */
  "POST /projects/{project}/files": { body: Blob; answer: File };
  /** A file, as an attachment */
  "GET /files/{file}": { body: undefined; answer: null };
  /** The log's newest checkpoint */
  "GET /log": { body: undefined; answer: LogState };
  /** Who opened what, newest first; to an auditor of some projects, in those */
  "GET /log/openings": { body: undefined; answer: OpeningList };
  /** A leaf's proof, as a tlog-proof */
  "GET /log/proof": { body: undefined; answer: null };
  /** That the log has the submission's acceptance, as a tlog-proof */
  "GET /submissions/{submission}/proof": { body: undefined; answer: null };
  /** The room's models, by name */
  "GET /models": { body: undefined; answer: ModelList };
  /** Name a model and its targets */
  "POST /models": { body: {
    /** as programs ask for it */
    name: string;
    /** of its prices: USD */
    currency: string;
    /** in order of fall-back */
    targets: Json[];
    requests_per_minute?: number;
    tokens_per_minute?: number;
  }; answer: Model };
  /** One model */
  "GET /models/{model}": { body: undefined; answer: Model };
  /** Change a model */
  "PATCH /models/{model}": { body: {
    name?: string;
    currency?: string;
    targets?: Json[];
    requests_per_minute?: number;
    tokens_per_minute?: number;
  }; answer: Model };
  /** Remove a model from the room */
  "DELETE /models/{model}": { body: undefined; answer: null };
  /** A project's virtual keys */
  "GET /projects/{project}/virtual-keys": { body: undefined; answer: VirtualKeyList };
  /** Make a virtual key; its secret is shown once */
  "POST /projects/{project}/virtual-keys": { body: {
    name: string;
    /** dialogue, judge or drafting */
    purpose: string;
    budget: string;
    models: string[];
    requests_per_minute?: number;
    tokens_per_minute?: number;
    expires_at?: string;
  }; answer: NewVirtualKey };
  /** Change a virtual key */
  "PATCH /virtual-keys/{virtual_key}": { body: {
    name?: string;
    budget?: string;
    models?: string[];
    requests_per_minute?: number;
    tokens_per_minute?: number;
  }; answer: VirtualKey };
  /** Revoke a virtual key */
  "DELETE /virtual-keys/{virtual_key}": { body: undefined; answer: null };
  /** A project's budgets for models, and what is used of them */
  "GET /projects/{project}/budgets": { body: undefined; answer: BudgetList };
  /** Make a budget */
  "POST /projects/{project}/budgets": { body: {
    name: string;
    /** USD */
    currency: string;
    /** none, day or month (UTC) */
    period?: string;
    /** millionths of the currency; null: no bound */
    money?: Json;
    /** null: no bound */
    tokens?: Json;
  }; answer: Budget };
  /** Change a budget */
  "PATCH /budgets/{budget}": { body: {
    name?: string;
    /** open or paused */
    state?: string;
    money?: Json;
    tokens?: Json;
  }; answer: Budget };
  /** Close a budget for good */
  "DELETE /budgets/{budget}": { body: undefined; answer: null };
  /** Free what was lost with processes that ended */
  "POST /budgets/{budget}/release": { body: undefined; answer: Released };
  /** Exchanges with models, newest first */
  "GET /projects/{project}/exchanges": { body: undefined; answer: ExchangeList };
  /** One exchange with its content */
  "GET /exchanges/{exchange}": { body: undefined; answer: ExchangeContent };
  /** How long exchanges are kept */
  "GET /projects/{project}/exchange-settings": { body: undefined; answer: ExchangeSettings };
  /** Say how long exchanges are kept */
  "PATCH /projects/{project}/exchange-settings": { body: {
    /** 0: for ever */
    keep_days: number;
  }; answer: ExchangeSettings };
  /** The prompts of models that judge, draft and generate */
  "GET /prompts": { body: undefined; answer: PromptList };
  /** What models do in a project */
  "GET /projects/{project}/model-work": { body: undefined; answer: ModelWorkList };
  /** Have a model judge, draft or make up tasks */
  "POST /projects/{project}/model-work": { body: {
    /** judge, draft or generate */
    kind: string;
    /** the name of a prompt */
    template: string;
    /** of that prompt; without it the newest */
    version?: number;
    /** by its name in the room */
    model: string;
    /** of one task, before it is left to people; 3 */
    tries?: number;
    /** of the tasks, percent; 100 */
    share?: number;
    /** generate: what is wanted */
    brief?: string;
    /** generate: data of tasks to go by */
    seeds?: Json[];
    /** generate: how many tasks */
    count?: number;
  }; answer: ModelWork };
  /** One work of a model */
  "GET /model-work/{model_work}": { body: undefined; answer: ModelWork };
  /** Change, pause or go on with it */
  "PATCH /model-work/{model_work}": { body: {
    /** running or paused */
    state?: string;
    model?: string;
    tries?: number;
    share?: number;
    count?: number;
  }; answer: ModelWork };
  /** What it came to, task by task, with what was left to people */
  "GET /model-work/{model_work}/answers": { body: undefined; answer: ModelAnswerList };
  /** Tasks that a model made up */
  "GET /projects/{project}/proposals": { body: undefined; answer: ProposalList };
  /** Take one as a task, as it is or edited */
  "POST /proposals/{proposal}/accept": { body: {
    /** what the task says instead */
    data?: JsonObject;
  }; answer: Proposal };
  /** Refuse one */
  "POST /proposals/{proposal}/refuse": { body: undefined; answer: Proposal };
  /** The servers that the room may reach, and how they are */
  "GET /peers": { body: undefined; answer: PeerList };
  /** What went through the processes to a peer */
  "GET /peers/{peer}/exposure": { body: undefined; answer: PeerExposure };
  /** Who is told of what is done, and how far */
  "GET /projects/{project}/webhooks": { body: undefined; answer: WebhookList };
  /** Have a peer told; the secret that signs is shown once */
  "POST /projects/{project}/webhooks": { body: {
    /** of the kind webhook */
    peer: string;
    /** names of events */
    events: string[];
  }; answer: NewWebhook };
  /** Tell this one no more */
  "DELETE /webhooks/{webhook}": { body: undefined; answer: null };
  /** Try again now, also one that was disabled */
  "POST /webhooks/{webhook}/resume": { body: undefined; answer: null };
}
