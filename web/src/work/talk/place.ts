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

/** Only for reading, as reviewers and a person's own history do: what was submitted comes with its dialogue. Of several people's
    the one that the answer names is shown, and the others as branches. */
export function placeOf(...submissions: (object | null | undefined)[]): TalkPlace | null {
  const found = submissions.flatMap((one) => {
    const nodes = (one as { dialogue?: { nodes?: unknown } } | null | undefined)?.dialogue?.nodes;
    return Array.isArray(nodes) ? [nodes as unknown[]] : [];
  });
  return found.length === 0 ? null : { assignment: '', token: null, nodes: found.flat(), kept: () => '', keep: () => undefined };
}
