// Who holds the room's keys. These routes work while the room is locked.
import { request } from './http';

export interface KeeperState {
  /** The line that names it to a room. */
  id: string;
  contact_at: string | null;
  leased_until: string | null;
  withdrawn: boolean;
  withdrawn_projects: string[];
  /** Their keys are destroyed: nothing of them opens again. */
  shredded_projects: string[];
}

export interface KeeperStatement {
  kind: 'lease' | 'withdrawal' | 'restore' | 'shredding';
  at: string;
  keeper: string;
  counter: string;
  whole_room: boolean;
  project: string | null;
  /** The signed bytes, base64. */
  statement: string;
  taken: boolean;
}

export interface Wish {
  at: string;
  project: string | null;
  answered: boolean;
}

export interface RoomKeys {
  held_by: 'keeper' | 'file' | 'open-file';
  room: 'open' | 'locked';
  since: string | null;
  keepers: KeeperState[];
  /** Null: the room's own matters. */
  projects: { id: string | null; leased: boolean }[];
  last_statement: KeeperStatement | null;
  wish: Wish | null;
}

export const keysApi = {
  keys: async () => (await request<RoomKeys>('GET', '/room/keys', { retries: 1 })).data,
  withdraw: async (project: string | null) =>
    (await request<{ wish: Wish }>('POST', '/room/withdrawal', { body: project ? { project } : {} })).data,
};
