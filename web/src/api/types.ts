// The shapes of docs/api.md: the server's own description, generated, under the names that pages use; what a list leaves out
// and one object has is optional here. Times are RFC 3339 strings, durations are milliseconds (_ms) or seconds (_s).
import type * as G from './generated';

export type Role = G.Member['role'];
export type Kind = G.Assignment['kind'];
export type Json = G.Json;
export type JsonObject = G.JsonObject;
export type Answers = JsonObject;

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type Member = G.Member;

export type Me = G.Me;

export type InviteInfo = G.Invite;

/** `token` is there once, when it is made. */
export type Token = Partial<G.TokenList['items'][number]> & Pick<G.NewToken, 'id' | 'name'> & { token?: string };

export type Settings = G.Settings;

export type ProjectState = G.Project['state'];

export type Project = G.Project;

export type Progress = G.Progress;

export type ProjectMember = G.ProjectMemberList['items'][number];

export type Guidelines = G.GuidelinesList['items'][number] & { markdown?: string };

export type DiffLine = G.GuidelinesDiff['lines'][number];

export type TemplateInfo = G.TemplateList[number];

export type Template = G.Template;

/** `samples`: what is wrong with each, null where nothing is. */
export type TemplateCheck = Omit<G.TemplateCheck, 'samples'> & Partial<Pick<G.TemplateCheck, 'samples'>>;

export type TaskState = G.Task['state'];

export type Task = G.Task & Partial<Pick<G.TaskDetail, 'gold' | 'suggestions' | 'submissions'>>;

export type Suggestion = G.Suggestion;

export type ImportResult = G.ImportReport;

export type Lease = G.Lease['lease'];

export type ReviewInfo = NonNullable<G.Assignment['review']>;

export type Assignment = G.Assignment;

export type SubmissionState = G.Submission['state'];
export type Verdict = G.SecondLookGiven['mine']['verdict'];
export type ReviewReason = 'wrong' | 'guidelines' | 'incomplete' | 'quality' | 'spam' | 'other';
export type SkipReason = 'not-my-field' | 'broken' | 'too-long' | 'unsafe' | 'other';

export type Submission = G.Submission & Partial<Pick<G.SubmissionDetail, 'reviews' | 'revisions'>>;

export type AcceptedAll = G.BulkVerdict;

/** Work that another reviewer has judged, without what they said. */
export type SecondLook = G.SecondLook;

export type JudgedAs = G.SecondLookGiven['mine'];

export type SecondVerdict = G.SecondLookGiven;

export type Calibration = G.Calibration;

export type Manifest = G.Manifest;

export const kFormats = [
  'guildhall', 'trl-preference', 'trl-sft', 'trl-stepwise', 'openai-sft',
  'openai-preference', 'openai-rft', 'healthbench', 'csv',
] as const;
export type Format = (typeof kFormats)[number];

export type Delivery = Omit<G.Delivery, 'format'> & { format: Format };

export type ActivityClass = G.ActivityList['items'][number]['class'];

export interface ActivityEntry {
  class: ActivityClass;
  started_at: string;
  ended_at: string;
  assignment?: string;
  source?: string;
}
