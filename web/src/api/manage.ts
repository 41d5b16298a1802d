// The routes that only the managers' pages use: groups, batches, days, what happened, the first records of a dataset.
import type * as G from './generated';
import { kApiRoot, request, type CallOptions } from './http';
import { Problem } from './problem';
import type * as T from './types';

type Query = NonNullable<CallOptions['query']>;
const get = async <R>(path: string, query: Query = {}): Promise<R> => (await request<R>('GET', path, { query })).data;
const post = async <R>(path: string, body: unknown): Promise<R> => (await request<R>('POST', path, { body })).data;
const patch = async <R>(path: string, body: unknown): Promise<R> => (await request<R>('PATCH', path, { body })).data;

export type Group = G.Group;

export type Audience = 'everyone' | { members?: string[]; groups?: string[] };

export type Batch = Omit<G.Batch, 'audience'> & { audience: Audience };
export type BatchBody = Partial<Pick<Batch, 'name' | 'priority' | 'state' | 'audience' | 'quota'>>;

/** What one UTC day brought. */
export type Day = G.Days['items'][number];

export type Deed = G.DeedList['items'][number];

export type TaskOrder = 'oldest' | 'newest' | 'priority';
export interface TaskQuery {
  order?: TaskOrder;
  state?: string;
  kind?: string;
  batch?: string;
  key?: string;
  limit?: number;
  cursor?: string | null;
}

export const manage = {
  groups: (project: string, cursor: string | null = null) =>
    get<T.Page<Group>>(`/projects/${project}/groups`, { limit: 200, cursor }),
  createGroup: (project: string, name: string, members: string[]) => post<Group>(`/projects/${project}/groups`, { name, members }),
  /** Gives or takes a quota and groups; the person is in the project already. */
  changeMember: (project: string, member: string, body: { quota?: number; groups?: string[] }) =>
    post<null>(`/projects/${project}/members`, { member, ...body }),

  batches: (project: string, cursor: string | null = null, limit = 200) =>
    get<T.Page<Batch>>(`/projects/${project}/batches`, { limit, cursor }),
  createBatch: (project: string, body: BatchBody) => post<Batch>(`/projects/${project}/batches`, body),
  changeBatch: (id: string, body: BatchBody) => patch<Batch>(`/batches/${id}`, body),

  days: (project: string, from: string, to: string) => get<{ items: Day[] }>(`/projects/${project}/days`, { from, to }),
  activity: (project: string, cursor: string | null, limit: number) =>
    get<T.Page<Deed>>(`/projects/${project}/activity`, { cursor, limit }),

  tasks: (project: string, query: TaskQuery) => get<T.Page<T.Task>>(`/projects/${project}/tasks`, { ...query }),
  changeTask: (id: string, body: { priority?: number; batch?: string | null }) => patch<T.Task>(`/tasks/${id}`, body),
  requeueTask: (id: string, submissions: 'keep' | 'reject') => post<T.Task>(`/tasks/${id}/requeue`, { submissions }),

  saveGuidelines: (project: string, body: { markdown: string; note?: string; must_read?: boolean }) =>
    post<T.Guidelines>(`/projects/${project}/guidelines`, body),

  /** The first records in a format, as text: what the file would begin with. */
  preview: async (project: string, format: string, state: string, limit: number): Promise<string> => {
    const query = new URLSearchParams({ format, state, limit: String(limit) });
    const reply = await fetch(`${kApiRoot}/projects/${project}/export?${query}`, { credentials: 'same-origin', cache: 'no-store' })
      .catch(() => {
        throw Problem.network();
      });
    if (reply.ok) return reply.text();
    throw new Problem(reply.status, (await reply.json().catch(() => ({}))) as Record<string, unknown>);
  },
};

const kMostPages = 10;

/** A list that pages choose from is short; where it is not, the first of it. */
export async function allOf<R>(load: (cursor: string | null) => Promise<T.Page<R>>): Promise<R[]> {
  const found: R[] = [];
  let cursor: string | null = null;
  for (let n = 0; n < kMostPages; n++) {
    const page: T.Page<R> = await load(cursor);
    found.push(...page.items);
    cursor = page.next;
    if (cursor === null) break;
  }
  return found;
}
