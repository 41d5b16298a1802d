// Live dialogues: the tree that the server keeps, and its streams. A stream is read with fetch, since it answers a POST.
import { open, request } from './http';
import { Problem } from './problem';
import { readEvents, readNode, readNodes, type TalkEvent } from './dialogueEvents';

export type TalkState = 'streaming' | 'complete' | 'incomplete' | 'error' | 'cancelled';

export interface TalkNode {
  id: string;
  parent: string | null;
  kind: 'user' | 'reply' | 'edit';
  /** Which of the blind models: A, B, …; null for what the person said. */
  slot: string | null;
  state: TalkState;
  text: string;
  edited_from: string | null;
  at: string;
  /** A sentence for a person, where it is not whole. */
  why: string;
  /** Where the form does not hide it, and for those who run the project. */
  model: string;
}

export interface TalkTree {
  nodes: TalkNode[];
  /** An answer is still being written, by this page or another. */
  streaming: boolean;
}

export interface Listening {
  key: string;
  signal: AbortSignal;
  onEvent: (event: TalkEvent) => void;
}

const root = (assignment: string): string => `/assignments/${assignment}/dialogue`;

/** Resolves after the stream's own end; a stream that breaks before it is a lost connection. */
async function listen(path: string, body: object, { key, signal, onEvent }: Listening): Promise<void> {
  const stream = await open(path, { body, signal, idempotencyKey: key });
  let ended = false;
  try {
    await readEvents(stream, (event) => {
      ended ||= event.kind === 'end';
      onEvent(event);
    });
  } catch (error) {
    if (signal.aborted) throw new DOMException('stopped', 'AbortError');
    if (!ended) throw error instanceof Problem ? error : Problem.network();
  }
  if (!ended) throw Problem.network();
}

export const dialogueApi = {
  tree: async (assignment: string): Promise<TalkTree> => {
    const { data } = await request<{ nodes: unknown; streaming: boolean }>('GET', root(assignment), { retries: 1 });
    return { nodes: readNodes(data.nodes), streaming: data.streaming };
  },
  turn: (assignment: string, token: string, parent: string | null, text: string, listening: Listening) =>
    listen(`${root(assignment)}/turns`, { token, parent, text }, listening),
  replies: (assignment: string, token: string, node: string, slots: string[] | null, listening: Listening) =>
    listen(`${root(assignment)}/replies`, { token, node, ...(slots ? { slots } : {}) }, listening),
  edit: async (assignment: string, token: string, node: string, text: string, key: string): Promise<TalkNode> =>
    readNode((await request<object>('POST', `${root(assignment)}/edits`, { body: { token, node, text }, idempotencyKey: key })).data),
};
