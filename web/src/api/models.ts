// Models of the room, what reaches them, and a project's keys, budgets and exchanges.
import type * as G from './generated';
import { request, type CallOptions } from './http';
import type * as T from './types';

type Query = NonNullable<CallOptions['query']>;
const get = async <R>(path: string, query: Query = {}): Promise<R> => (await request<R>('GET', path, { query })).data;
const post = async <R>(path: string, body: unknown): Promise<R> => (await request<R>('POST', path, { body })).data;
const patch = async <R>(path: string, body: unknown): Promise<R> => (await request<R>('PATCH', path, { body })).data;
const remove = async (path: string): Promise<void> => void (await request<null>('DELETE', path));

export type Model = G.Model;
export type Target = Model['targets'][number];
export type ModelBody = Pick<Model, 'name' | 'currency' | 'targets' | 'requests_per_minute' | 'tokens_per_minute'>;
export type PeerList = G.PeerList;
export type Peer = PeerList['items'][number];
export type Exposure = G.PeerExposure;
export type ExposedRun = Exposure['runs'][number];
export type Budget = G.Budget;
export type BudgetState = 'open' | 'paused';
export type Period = Budget['period'];
export interface BudgetBody {
  name: string;
  currency: string;
  period: Period;
  money: number | null;
  tokens: number | null;
}
export type VirtualKey = G.VirtualKey;
export type Purpose = VirtualKey['purpose'];
export interface KeyBody {
  name: string;
  budget: string;
  models: string[];
  requests_per_minute: number;
  tokens_per_minute: number;
}
export type Exchange = G.Exchange;
export type ExchangeState = Exchange['state'];
export type OpenedExchange = G.ExchangeContent;
export type ExchangeContent = NonNullable<OpenedExchange['content']>;

export const kPurposes = ['dialogue', 'judge', 'drafting'] as const satisfies readonly Purpose[];
export const kPeriods = ['none', 'day', 'month'] as const satisfies readonly Period[];
export const kExchangeStates = ['complete', 'incomplete', 'error', 'cancelled', 'refused-upstream'] as const satisfies readonly ExchangeState[];

export interface ExchangeQuery {
  key?: string | null;
  model?: string | null;
  purpose?: string | null;
  state?: string | null;
  from?: string | null;
  to?: string | null;
  cursor?: string | null;
  limit?: number;
}

export const modelsApi = {
  peers: () => get<PeerList>('/peers'),
  exposure: (peer: string, from: string | null, to: string | null) => get<Exposure>(`/peers/${encodeURIComponent(peer)}/exposure`, { from, to }),
  models: async () => (await get<G.ModelList>('/models')).items,
  createModel: (body: ModelBody) => post<Model>('/models', body),
  changeModel: (id: string, body: ModelBody) => patch<Model>(`/models/${id}`, body),
  removeModel: (id: string) => remove(`/models/${id}`),

  budgets: async (project: string) => (await get<G.BudgetList>(`/projects/${project}/budgets`)).items,
  createBudget: (project: string, body: BudgetBody) => post<Budget>(`/projects/${project}/budgets`, body),
  changeBudget: (id: string, body: Partial<Pick<BudgetBody, 'name' | 'money' | 'tokens'>> & { state?: BudgetState }) => patch<Budget>(`/budgets/${id}`, body),
  closeBudget: (id: string) => remove(`/budgets/${id}`),
  releaseLost: (id: string) => post<G.Released>(`/budgets/${id}/release`, {}),

  keys: (project: string, cursor: string | null, limit: number) => get<T.Page<VirtualKey>>(`/projects/${project}/virtual-keys`, { cursor, limit }),
  createKey: (project: string, body: KeyBody & { purpose: Purpose; expires_at?: string }) => post<G.NewVirtualKey>(`/projects/${project}/virtual-keys`, body),
  changeKey: (id: string, body: KeyBody) => patch<VirtualKey>(`/virtual-keys/${id}`, body),
  revokeKey: (id: string) => remove(`/virtual-keys/${id}`),

  exchanges: (project: string, query: ExchangeQuery) => get<T.Page<Exchange>>(`/projects/${project}/exchanges`, { ...query }),
  /** Opens its content: the log has it before it is shown. */
  exchange: (id: string) => get<OpenedExchange>(`/exchanges/${id}`),
  exchangeSettings: (project: string) => get<G.ExchangeSettings>(`/projects/${project}/exchange-settings`),
  keepExchanges: (project: string, keep_days: number) => patch<G.ExchangeSettings>(`/projects/${project}/exchange-settings`, { keep_days }),
};
