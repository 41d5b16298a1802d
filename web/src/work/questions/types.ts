import type { Answers, Json, JsonObject } from '../../api/types';
import type { Question } from '../form';
import type { Slot } from '../slots';

export interface QuestionProps {
  question: Question;
  data: JsonObject;
  order: number[];
  answers: Answers;
  slots: Slot[];
  /** The current row of this question, if it is answered row by row. */
  row: string;
  readOnly: boolean;
  error: string | null;
  project: string;
  onChange: (answers: Answers) => void;
  onRow: (row: string) => void;
  /** Presses a slot, as its key would. */
  onSlot: (slot: Slot, row?: string) => void;
}

export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
export const objectOf = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
