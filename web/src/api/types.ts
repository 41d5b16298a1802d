// The shapes of docs/api.md. Times are RFC 3339 strings, durations are milliseconds (_ms) or seconds (_s).

export type Role = 'owner' | 'manager' | 'reviewer' | 'expert' | 'auditor';
export type Kind = 'work' | 'review' | 'adjudication';
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };
export type JsonObject = { [key: string]: Json | undefined };
export type Answers = JsonObject;

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Member {
  id: string;
  name: string;
  email: string | null;
  role: Role;
  everywhere: boolean;
  state: 'invited' | 'active' | 'removed';
  vendor: string | null;
  created_at: string;
}

export interface Me {
  member: Member;
  room: { title: string; insecure_demo: boolean; locked: boolean };
}

export interface InviteInfo {
  role: Role;
  name: string | null;
  email: string | null;
  needs_password: boolean;
  room: { title: string };
}

export interface Token {
  id: string;
  name: string;
  created_at?: string;
  expires_at?: string | null;
  last_used_at?: string | null;
  token?: string;
}

export interface Settings {
  overlap: number;
  lease_s: number;
  max_open: number;
  review_percent: number;
  adjudicate: boolean;
  gold_percent?: number;
  gold_feedback: boolean;
  quota: number;
  show_suggestions: boolean;
  return_s: number;
  guidelines_required: boolean;
  offline: boolean;
  preload: boolean;
  pay_minor?: number;
  pay_currency?: string;
  pay_per?: 'hour' | 'task';
  /** How long a decision can be taken back. */
  undo_s?: number;
}

export type ProjectState = 'draft' | 'open' | 'paused' | 'closed';

export interface Project {
  id: string;
  title: string;
  state: ProjectState;
  template: { kind: string; version: number };
  guidelines_version: number;
  settings_version: number;
  settings: Settings;
  created_at: string;
  role: Role;
  /** The newest version that the caller has seen, and the newest that must be seen; 0: none. */
  guidelines_seen?: number;
  guidelines_must?: number;
}

export interface Progress {
  state: ProjectState;
  tasks: { total: number; open: number; done: number; cancelled: number; gold: number };
  submissions: {
    wanted: number;
    submitted: number;
    in_review: number;
    accepted: number;
    returned: number;
    rejected: number;
  };
  reviews: { open: number; done: number };
  adjudications: { open: number; done: number };
  leased: number;
  active_ms: number;
  updated_at: string;
}

export interface ProjectMember {
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
}

export interface Guidelines {
  version: number;
  markdown?: string;
  note: string | null;
  created_at: string;
  must_read?: boolean;
}

export interface DiffLine {
  op: '=' | '-' | '+';
  text: string;
}

export interface TemplateInfo {
  kind: string;
  title: string;
  description: string;
  form: unknown;
}

export interface Template {
  version: number;
  kind: string;
  form: unknown;
  answers_schema: unknown;
}

/** `samples`: what is wrong with each, null where nothing is. */
export interface TemplateCheck {
  form: unknown;
  answers_schema: unknown;
  samples?: (null | { field: string; reason: string })[];
}

export type TaskState = 'open' | 'done' | 'cancelled';

export interface Task {
  id: string;
  kind: 'work' | 'gold' | 'review' | 'adjudication';
  key: string | null;
  batch: string | null;
  priority: number;
  state: TaskState;
  version: number;
  overlap: number;
  leased: number;
  submitted: number;
  accepted: number;
  created_at: string;
  data?: JsonObject;
  gold?: { answers: Answers; reason?: string } | null;
  suggestions?: Suggestion[];
  submissions?: Submission[];
}

export interface Suggestion {
  answers: Answers;
  author?: string;
}

export interface ImportResult {
  imported: number;
  duplicate: number;
  rejected: number;
  errors: { line: number; reason: string; field?: string | null }[];
}

export interface Lease {
  token: string;
  expires_at: string;
}

export interface ReviewInfo {
  submission: { id: string; revision: number; answers: Answers; member: string; submitted_at: string };
  previous: { verdict: Verdict; reason: string | null; note: string | null }[];
}

export interface Assignment {
  id: string;
  kind: Kind;
  state: string;
  project: { id: string; title: string };
  task: { id: string; data?: JsonObject };
  presentation: { order?: number[] } | null;
  guidelines_version: number;
  template_version: number;
  lease: Lease;
  draft: { revision: number; answers: Answers } | null;
  suggestions?: Suggestion[];
  review?: Partial<ReviewInfo> & { verdict?: Verdict; reason?: string | null; note?: string | null };
  adjudication?: { submissions: { id: string; revision: number; answers: Answers; member: string }[] };
}

export type SubmissionState = 'submitted' | 'in_review' | 'accepted' | 'fixed' | 'returned' | 'rejected';
export type Verdict = 'accept' | 'fix' | 'return' | 'reject';
export type ReviewReason = 'wrong' | 'guidelines' | 'incomplete' | 'quality' | 'spam' | 'other';
export type SkipReason = 'not-my-field' | 'broken' | 'too-long' | 'unsafe' | 'other';

export interface Submission {
  id: string;
  task: string;
  assignment: string;
  member: string;
  vendor: string | null;
  state: SubmissionState;
  revision: number;
  submitted_at: string;
  active_ms: number;
  guidelines_version: number;
  template_version: number;
  score?: number | null;
  answers?: Answers;
  revisions?: { revision: number; author?: string; answers?: Answers; submitted_at?: string }[];
  reviews?: { verdict: Verdict; reason: string | null; note: string | null; revision?: number; created_at?: string }[];
  gold?: { right: boolean; agreement?: number; answers?: Answers; reason?: string };
}

export interface AcceptedAll {
  accepted: number;
  refused: { submission: string; type: string; detail: string }[];
}

/** Work that another reviewer has judged, without what they said. */
export interface SecondLook {
  submission: {
    id: string; revision: number; answers: Answers; member: string; template_version: number; guidelines_version: number;
  };
  task: { id: string; data: JsonObject };
}

export interface JudgedAs {
  verdict: Verdict;
  reason: string | null;
}

export interface SecondVerdict {
  mine: JudgedAs;
  first: JudgedAs & { note: string | null; reviewer: string };
}

export interface Calibration {
  mine: Record<Verdict, number>;
  others: Record<Verdict, number>;
  second_looks: { count: number; same: number; matrix: Record<string, Record<string, number>> };
  recent: { submission: string; mine: JudgedAs; first: JudgedAs; at: string }[];
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
}

export const kFormats = [
  'guildhall', 'trl-preference', 'trl-sft', 'trl-stepwise', 'openai-sft',
  'openai-preference', 'openai-rft', 'healthbench', 'csv',
] as const;
export type Format = (typeof kFormats)[number];

export interface Delivery {
  id: string;
  format: Format;
  filter: { state?: 'accepted' | 'any'; batch?: string; since?: string };
  note: string | null;
  state: 'building' | 'ready' | 'failed';
  built?: number;
  manifest: Manifest | null;
  created_at: string;
}

export type ActivityClass = 'work' | 'guidelines' | 'training' | 'rework' | 'review' | 'research' | 'waiting';

export interface ActivityEntry {
  class: ActivityClass;
  started_at: string;
  ended_at: string;
  assignment?: string;
  source?: string;
}
