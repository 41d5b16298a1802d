// The room's log: its newest checkpoint, who opened what, and the proof of a leaf.
import type * as G from './generated';
import { kApiRoot, request } from './http';
import { Problem } from './problem';

export type LogState = G.LogState;
export type Opening = G.OpeningList['items'][number];

export interface OpeningQuery {
  log?: number;
  member?: string | null;
  task?: string | null;
  submission?: string | null;
  project?: string | null;
  about?: string | null;
  from?: string | null;
  to?: string | null;
  cursor?: string | null;
  limit?: number;
}

export const audit = {
  state: async (log: number) => (await request<LogState>('GET', '/log', { query: { log } })).data,
  openings: async (query: OpeningQuery) => (await request<G.OpeningList>('GET', '/log/openings', { query: { ...query } })).data,
  proofAddress: (log: number, index: number) => `${kApiRoot}/log/proof?index=${index}&log=${log}`,
  submissionProofAddress: (submission: string) => `${kApiRoot}/submissions/${submission}/proof`,
  /** The proof itself is text, to be kept as it is. */
  proof: async (log: number, index: number): Promise<string> => {
    const reply = await fetch(audit.proofAddress(log, index), { credentials: 'same-origin', cache: 'no-store' }).catch(() => {
      throw Problem.network();
    });
    if (reply.ok) return reply.text();
    throw new Problem(reply.status, (await reply.json().catch(() => ({}))) as Record<string, unknown>);
  },
};
