// Where a dialogue of the form is kept: of which assignment, and whether one may go on with it. Set by whatever shows a task.
import { createContext } from 'preact';
import type { TalkNode } from '../../api/dialogue';

export interface TalkPlace {
  assignment: string;
  /** Of the reservation; null where the dialogue is only read. */
  token: string | null;
  /** The dialogue, where it came with what is shown. */
  nodes?: TalkNode[];
  /** Texts that are no answer yet: an unsent message, an edit that is being written. They go with the task's journal. */
  kept: (name: string) => string;
  keep: (name: string, text: string) => void;
}

export const PlaceContext = createContext<TalkPlace | null>(null);

const nothing = { kept: () => '', keep: () => undefined };

/** Only for reading, as reviewers and a person's own history do. */
export const readOnlyPlace = (assignment: string, nodes?: TalkNode[]): TalkPlace => ({ assignment, token: null, ...(nodes ? { nodes } : {}), ...nothing });
