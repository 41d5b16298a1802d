// Routes of what belongs to the person: questions to the lead, time, money, guidelines seen.
import type * as G from './generated';
import { request } from './http';
import type { ActivityClass, Assignment, Page, Submission } from './types';

export type NoteReply = G.Note['replies'][number];

export type Note = G.Note;

export type Today = G.Today;

export type TimeEntry = G.ActivityList['items'][number];

export interface TimeReport {
  class: ActivityClass;
  started_at: string;
  ended_at: string;
  assignment?: string;
  source?: 'timer' | 'manual';
  replaces?: string;
}

const get = async <R>(path: string, query: Record<string, string | number | boolean | null | undefined> = {}): Promise<R> =>
  (await request<R>('GET', path, { query })).data;

export const personApi = {
  notes: (project: string, query: { state?: string; task?: string; mine?: boolean; cursor?: string | null; limit?: number } = {}) =>
    get<Page<Note>>(`/projects/${project}/notes`, query),
  note: async (assignment: string, kind: Note['kind'], text: string) =>
    (await request<Note>('POST', `/assignments/${assignment}/notes`, { body: { kind, text } })).data,
  reply: async (note: string, text: string) => (await request<Note>('POST', `/notes/${note}/replies`, { body: { text } })).data,
  resolve: async (note: string, state: Note['state']) => (await request<Note>('PATCH', `/notes/${note}`, { body: { state } })).data,
  today: (project: string, since: string) => get<Today>(`/projects/${project}/today`, { since }),
  time: (project: string, cursor: string | null) =>
    get<Page<TimeEntry>>(`/projects/${project}/activities`, { mine: true, limit: 200, cursor }),
  reportTime: async (project: string, entries: TimeReport[], idempotencyKey: string) =>
    (await request<{ ids: string[] }>('POST', `/projects/${project}/activities`, { body: { entries }, idempotencyKey })).data,
  guidelinesSeen: async (project: string, version: number): Promise<void> => {
    await request<null>('POST', `/projects/${project}/guidelines/${version}/seen`);
  },
  mySubmissions: (project: string, query: { state?: string | null; cursor?: string | null; limit?: number }) =>
    get<Page<Submission>>(`/projects/${project}/submissions`, { mine: true, order: 'newest', ...query }),
  /** Also after it was submitted: the task as this person saw it. */
  taskAsSeen: (assignment: string) => get<Assignment>(`/assignments/${assignment}`),
};
