import type { Answers, Json, JsonObject } from '../../api/types';
import type { Question } from '../form';
import type { Slot } from '../slots';

/** What one question needs. Functions never close over answers: a block is drawn anew only when its own answer changes. */
export interface QuestionProps {
  question: Question;
  data: JsonObject;
  order: number[];
  /** Only this question's own members are up to date. */
  answers: Answers;
  slots: Slot[];
  /** The current row of this question, if it is answered row by row. */
  row: string;
  readOnly: boolean;
  error: string | null;
  project: string;
  /** The first key of a two-press key that has been pressed. */
  leader: string;
  /** The page's own key that goes to this question. */
  ownKey?: string;
  /** Whether a folded text stands open by itself. */
  unfolded: boolean;
  /** Changes the newest answers. */
  update: (change: (answers: Answers) => Answers) => void;
  onRow: (row: string) => void;
  /** Presses a slot, as its key would. */
  onSlot: (slot: Slot, row?: string) => void;
  /** A question with a tool of its own says here what its keys do; null when it goes. */
  onTool: (press: ((slot: Slot) => void) | null) => void;
}

export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
export const objectOf = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
