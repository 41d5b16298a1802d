// Where a dialogue of the form is kept: of which assignment, and whether one may go on with it. Set by whatever shows a task.
import { createContext } from 'preact';

export interface TalkPlace {
  assignment: string;
  /** Of the reservation; null where the dialogue is only read. */
  token: string | null;
  /** The dialogue, where it came with what is shown. */
  nodes?: unknown;
  /** Texts that are no answer yet: an unsent message, an edit that is being written. They go with the task's journal. */
  kept: (name: string) => string;
  keep: (name: string, text: string) => void;
}

export const PlaceContext = createContext<TalkPlace | null>(null);

/** Only for reading, as reviewers and a person's own history do: what was submitted comes with its dialogue. */
export function placeOf(submission: object | null | undefined): TalkPlace | null {
  const { dialogue, assignment } = (submission ?? {}) as { dialogue?: { nodes?: unknown }; assignment?: string };
  if (!dialogue) return null;
  return { assignment: assignment ?? '', token: null, nodes: dialogue.nodes, kept: () => '', keep: () => undefined };
}
