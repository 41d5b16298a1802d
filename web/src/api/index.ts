// Every route the pages use, typed. Nothing here decides anything.
import { request, type CallOptions } from './http';
import type * as T from './types';

export * from './types';
export { Problem, asProblem } from './problem';
export { newKey, onAccessProblem, shutRoom, url } from './http';

type Query = NonNullable<CallOptions['query']>;
const get = async <R>(path: string, query?: Query, signal?: AbortSignal): Promise<R> =>
  (await request<R>('GET', path, { query: query ?? {}, ...(signal ? { signal } : {}) })).data;
const post = async <R>(path: string, body?: unknown, options: CallOptions = {}): Promise<R> =>
  (await request<R>('POST', path, body === undefined ? options : { ...options, body })).data;
const patch = async <R>(path: string, body: unknown): Promise<R> => (await request<R>('PATCH', path, { body })).data;
const remove = async (path: string): Promise<void> => {
  await request<null>('DELETE', path);
};

export interface Claim {
  assignment: T.Assignment | null;
  /** Why there is none: none-left, all-leased, quota, paused. */
  reason: string | null;
}

export interface ListQuery {
  limit?: number;
  cursor?: string | null;
}

export const api = {
  // Signing in
  checkInvite: (code: string) => post<T.InviteInfo>('/invites/check', { code }),
  acceptInvite: (body: { code: string; name?: string; password?: string }) => post<T.Me>('/invites/accept', body),
  signIn: (email: string, password: string) => post<T.Me>('/sessions', { email, password }),
  signOut: () => remove('/sessions/current'),
  me: () => get<T.Me>('/me'),
  tokens: () => get<T.Page<T.Token> | T.Token[]>('/tokens'),
  createToken: (name: string, expires_at?: string) =>
    post<T.Token>('/tokens', expires_at ? { name, expires_at } : { name }),
  revokeToken: (id: string) => remove(`/tokens/${id}`),

  // Members
  members: (query: ListQuery = {}) => get<T.Page<T.Member>>('/members', { ...query }),
  invite: (body: {
    role: T.Role; name?: string; email?: string; vendor?: string; everywhere?: boolean; projects?: string[]; quota?: number;
  }, mail = false) => post<{ member: T.Member; link: string; mail?: string }>(`/members${mail ? '?mail=yes' : ''}`, body),
  removeMember: (id: string) => remove(`/members/${id}`),
  memberLink: (id: string) => post<{ link: string }>(`/members/${id}/link`),
  projectMembers: (project: string, query: ListQuery = {}) =>
    get<T.Page<T.ProjectMember>>(`/projects/${project}/members`, { ...query }),
  addToProject: (project: string, member: string, quota?: number) =>
    post<null>(`/projects/${project}/members`, quota === undefined ? { member } : { member, quota }),
  removeFromProject: (project: string, member: string) => remove(`/projects/${project}/members/${member}`),

  // Projects
  projects: (query: ListQuery = {}) => get<T.Page<T.Project>>('/projects', { ...query }),
  project: (id: string) => get<T.Project>(`/projects/${id}`),
  createProject: (body: { title: string; template: unknown; guidelines?: string; settings?: Partial<T.Settings> }) =>
    post<T.Project>('/projects', body),
  changeProject: (
    id: string, body: { title?: string; state?: T.ProjectState; settings?: Partial<T.Settings>; template?: unknown },
  ) => patch<T.Project>(`/projects/${id}`, body),
  templates: () => get<T.TemplateInfo[] | T.Page<T.TemplateInfo>>('/templates'),
  checkTemplate: (template: unknown, samples: T.JsonObject[], signal?: AbortSignal) =>
    post<T.TemplateCheck>('/templates/check', { template, ...(samples.length > 0 ? { samples } : {}) }, { ...(signal ? { signal } : {}), retries: 0 }),
  template: (project: string, version?: number) =>
    get<T.Template>(`/projects/${project}/template`, { version: version ?? null }),
  progress: (project: string) => get<T.Progress>(`/projects/${project}/progress`),
  guidelinesList: (project: string) => get<T.Page<T.Guidelines>>(`/projects/${project}/guidelines`),
  guidelines: (project: string, version: number | 'latest') =>
    get<T.Guidelines>(`/projects/${project}/guidelines/${version}`),
  saveGuidelines: (project: string, markdown: string, note?: string) =>
    post<T.Guidelines>(`/projects/${project}/guidelines`, note ? { markdown, note } : { markdown }),
  guidelinesDiff: (project: string, to: number, from: number) =>
    get<{ from: number; to: number; lines: T.DiffLine[] }>(`/projects/${project}/guidelines/${to}/diff`, { from }),

  // Tasks
  tasks: (project: string, query: ListQuery & { state?: string; kind?: string } = {}) =>
    get<T.Page<T.Task>>(`/projects/${project}/tasks`, { ...query }),
  task: (id: string) => get<T.Task>(`/tasks/${id}`),
  changeTask: (id: string, body: { priority?: number }) => patch<T.Task>(`/tasks/${id}`, body),
  cancelTask: (id: string) => post<T.Task>(`/tasks/${id}/cancel`),
  requeueTask: (id: string) => post<T.Task>(`/tasks/${id}/requeue`, {}),

  // Work
  claim: async (project: string, kind: T.Kind, submission?: string): Promise<Claim> => {
    const query = { kind, submission: submission ?? null };
    const reply = await request<T.Assignment | null>('POST', `/projects/${project}/assignments`, { query });
    if (reply.status === 204) return { assignment: null, reason: reply.headers.get('Guildhall-Reason') ?? 'none-left' };
    return { assignment: reply.data, reason: null };
  },
  myAssignments: (project?: string) =>
    get<T.Page<T.Assignment>>('/assignments', { mine: true, project: project ?? null }),
  assignment: (id: string) => get<T.Assignment>(`/assignments/${id}`),
  heartbeat: (id: string, token: string) => post<{ lease: T.Lease }>(`/assignments/${id}/heartbeat`, { token }),
  saveDraft: async (id: string, body: { token: string; revision: number; answers: T.Answers }, keepalive = false) =>
    (await request<{ revision: number }>('PUT', `/assignments/${id}/draft`, { body, retries: 0, keepalive })).data,
  submit: (id: string, body: { token: string; answers: T.Answers; active_ms: number }, idempotencyKey: string) =>
    post<T.Submission>(`/assignments/${id}/submission`, body, { idempotencyKey }),
  skip: (id: string, body: { token: string; reason: T.SkipReason; note?: string; active_ms: number }) =>
    post<null>(`/assignments/${id}/skip`, body),
  submissions: (project: string, query: ListQuery & { state?: string; member?: string; task?: string; mine?: boolean; order?: string } = {}) =>
    get<T.Page<T.Submission>>(`/projects/${project}/submissions`, { ...query }),
  submission: (id: string) => get<T.Submission>(`/submissions/${id}`),
  revise: (id: string, body: { token?: string; answers: T.Answers; active_ms: number }, idempotencyKey: string) =>
    post<T.Submission>(`/submissions/${id}/revision`, body, { idempotencyKey }),
  review: (
    id: string,
    body: { token?: string; verdict: T.Verdict; reason?: T.ReviewReason; note?: string; answers?: T.Answers; active_ms: number },
    idempotencyKey: string, keepalive = false,
  ) => post<{ submission: T.Submission }>(`/submissions/${id}/reviews`, body, { idempotencyKey, keepalive }),
  acceptAll: (project: string, submissions: string[], idempotencyKey: string) =>
    post<T.AcceptedAll>(`/projects/${project}/reviews`, { submissions }, { idempotencyKey }),
  secondLook: async (project: string): Promise<T.SecondLook | null> =>
    (await request<T.SecondLook | null>('POST', `/projects/${project}/second-looks`)).data,
  judgeAgain: (submission: string, body: { verdict: T.Verdict; reason?: T.ReviewReason }, idempotencyKey: string) =>
    post<T.SecondVerdict>(`/submissions/${submission}/second-look`, body, { idempotencyKey }),
  calibration: (project: string) => get<T.Calibration>(`/projects/${project}/calibration`),
  adjudicate: (
    task: string, body: { token?: string; answers: T.Answers; note?: string; active_ms: number }, idempotencyKey: string,
  ) => post<T.Submission>(`/tasks/${task}/adjudication`, body, { idempotencyKey }),
  activities: (project: string, entries: T.ActivityEntry[]) =>
    post<{ ids: string[] }>(`/projects/${project}/activities`, { entries }),

  // Deliveries
  deliver: (project: string, body: { format: T.Format; filter?: T.Delivery['filter']; note?: string }) =>
    post<T.Delivery>(`/projects/${project}/deliveries`, body),
  deliveries: (project: string) => get<T.Page<T.Delivery>>(`/projects/${project}/deliveries`),
  delivery: (id: string) => get<T.Delivery>(`/deliveries/${id}`),
};

/** Some short lists may come bare or as a page; both read alike. */
export function itemsOf<I>(value: I[] | T.Page<I>): I[] {
  return Array.isArray(value) ? value : value.items;
}
