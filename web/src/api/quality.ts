// The figures on a project's quality, as docs/api.md has them.
import type * as G from './generated';
import { request, type CallOptions } from './http';
import type * as T from './types';

type Query = NonNullable<CallOptions['query']>;
const get = async <R>(path: string, query: Query = {}): Promise<R> => (await request<R>('GET', path, { query })).data;

export type Quality = G.Quality;
export type QualityQuestion = Quality['questions'][number];
export type QualityAlert = Quality['alerts'][number];
export type QualityTask = G.QualityTaskList['items'][number];
export type QualityMember = G.QualityMemberList['items'][number];
export type QualityVendor = G.QualityVendorList['items'][number];
export type QualityRanking = G.QualityRanking;
export type QualityModel = QualityRanking['models'][number];
export type QualityCost = G.QualityCost;
export type QualityPoint = QualityCost['points'][number];
export type Interval = G.QualityInterval;

export interface QualityQuery {
  question: string;
  cursor?: string | null;
  limit?: number;
}

export const qualityApi = {
  figures: (project: string) => get<Quality>(`/projects/${project}/quality`),
  tasks: (project: string, query: QualityQuery & { order?: string }) => get<T.Page<QualityTask>>(`/projects/${project}/quality/tasks`, { ...query }),
  members: (project: string, query: QualityQuery) => get<T.Page<QualityMember>>(`/projects/${project}/quality/members`, { ...query }),
  vendors: (project: string, query: QualityQuery) => get<T.Page<QualityVendor>>(`/projects/${project}/quality/vendors`, { ...query }),
  ranking: (project: string, question: string) => get<QualityRanking>(`/projects/${project}/quality/ranking`, { question }),
  cost: (project: string, question: string) => get<QualityCost>(`/projects/${project}/quality/cost`, { question }),
};
