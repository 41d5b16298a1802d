// A project's form as the page uses it: every default filled in, JSON pointers resolved against the task. A form that is not
// understood yields null, and the page shows the task raw instead of nothing.
import type { Answers, Json, JsonObject } from '../api/types';
import type { TalkRules } from './talk/tree';

export type ViewKind =
  | 'markdown' | 'chat' | 'code' | 'diff' | 'json' | 'table' | 'trajectory'
  | 'image' | 'audio' | 'video' | 'media' | 'pdf';
export type QuestionKind =
  | 'one' | 'many' | 'rating' | 'compare' | 'rank' | 'text' | 'number' | 'rubric' | 'steps' | 'spans'
  | 'boxes' | 'segments' | 'file' | 'group' | 'dialogue';

export interface Option {
  value: string;
  label: string;
  help?: string;
  key?: string;
}

export interface View {
  id: string;
  kind: ViewKind;
  label: string;
  help: string;
  from: string;
  to: string;
  tools: string;
  each: boolean;
  optional: boolean;
  role: string;
  language: string;
  columns: string[];
}

export interface Condition {
  question: string;
  is?: Json;
  in?: Json[];
  not_in?: Json[];
  at_least?: number;
  at_most?: number;
  answered?: boolean;
}

export interface Question {
  id: string;
  kind: QuestionKind;
  label: string;
  help: string;
  required: boolean;
  na: boolean;
  show_if: Condition | null;
  /** A text question is folded until this holds; anybody may open it. */
  open_if: Condition | null;
  options: Option[];
  options_from: string;
  from: string;
  roles: string[];
  min: number | null;
  max: number | null;
  min_label: string;
  max_label: string;
  min_items: number;
  max_items: number;
  min_length: number;
  max_length: number;
  accept: string[];
  max_bytes: number;
  unit: string;
  strength: number;
  strength_id: string;
  tie: boolean;
  all_bad: boolean;
  ties: boolean;
  overlap: boolean;
  integer: boolean;
  list: boolean;
  preview: boolean;
  cannot_assess: boolean;
  stop_at_first_error: boolean;
  talk: TalkRules | null;
  questions: Question[];
}

export interface Form {
  base: string;
  title: string;
  help: string;
  views: View[];
  questions: Question[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const num = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
const numOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : [];
const objects = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject) : []);

export function readOptions(value: unknown): Option[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item): Option[] => {
    if (typeof item === 'string' || typeof item === 'number') return [{ value: String(item), label: String(item) }];
    if (!isObject(item) || typeof item.value !== 'string') return [];
    const option: Option = { value: item.value, label: text(item.label) || item.value };
    if (text(item.help)) option.help = text(item.help);
    if (text(item.key)) option.key = text(item.key);
    return [option];
  });
}

function readView(raw: Record<string, unknown>): View {
  return {
    id: text(raw.id), kind: text(raw.kind) as ViewKind, label: text(raw.label), help: text(raw.help), from: text(raw.from),
    to: text(raw.to), tools: text(raw.tools), each: raw.each === true, optional: raw.optional === true, role: text(raw.role),
    language: text(raw.language), columns: texts(raw.columns),
  };
}

/** The models by name, as managers see them, or only their letters, or how many there are. */
function readTalk(raw: Record<string, unknown>): TalkRules {
  const rate = isObject(raw.rate) ? raw.rate : null;
  return {
    slots: Math.max(1, num(raw.slots, texts(raw.slots).length || texts(raw.models).length)), min_turns: num(raw.min_turns, 1), max_turns: num(raw.max_turns, 8), may: texts(raw.may),
    rate: rate ? { label: text(rate.label), min: num(rate.min, 1), max: num(rate.max, 7) } : null,
  };
}

function readQuestion(raw: Record<string, unknown>): Question {
  const kind = text(raw.kind) as QuestionKind;
  const id = text(raw.id) || text(raw.name);
  const labels = kind === 'spans' || kind === 'boxes' || kind === 'segments';
  return {
    id, kind, label: text(raw.label) || id, help: text(raw.help), required: raw.required === true, na: raw.na === true,
    show_if: isObject(raw.show_if) ? (raw.show_if as unknown as Condition) : null,
    open_if: isObject(raw.open_if) ? (raw.open_if as unknown as Condition) : null,
    options: readOptions(labels ? raw.labels : raw.options),
    options_from: text(labels ? raw.labels_from : raw.options_from),
    from: text(raw.from), roles: texts(raw.roles),
    min: numOrNull(raw.min) ?? (kind === 'rating' ? 1 : null), max: numOrNull(raw.max) ?? (kind === 'rating' ? 5 : null),
    min_label: text(raw.min_label), max_label: text(raw.max_label),
    min_items: num(raw.min_items, 0), max_items: num(raw.max_items, kind === 'file' ? 1 : 200),
    min_length: num(raw.min_length, 0), max_length: num(raw.max_length, 200_000),
    accept: texts(raw.accept), max_bytes: num(raw.max_bytes, 0), unit: text(raw.unit),
    strength: kind === 'compare' ? num(raw.strength, 0) : 0, strength_id: text(raw.strength_id) || `${id}_strength`,
    tie: raw.tie !== false, all_bad: raw.all_bad !== false, ties: raw.ties === true,
    overlap: raw.overlap !== false, integer: raw.integer === true,
    list: raw.list === true, preview: raw.preview === true, cannot_assess: raw.cannot_assess !== false,
    stop_at_first_error: raw.stop_at_first_error === true,
    talk: kind === 'dialogue' ? readTalk(raw) : null,
    questions: objects(raw.questions).map(readQuestion),
  };
}

export function readForm(raw: unknown): Form | null {
  if (!isObject(raw) || !Array.isArray(raw.views) || !Array.isArray(raw.questions)) return null;
  return {
    base: text(raw.base) || 'custom', title: text(raw.title), help: text(raw.help),
    views: objects(raw.views).map(readView), questions: objects(raw.questions).map(readQuestion),
  };
}

/** RFC 6901; undefined where nothing is there. */
export function resolve(root: Json | undefined, pointer: string): Json | undefined {
  if (pointer === '') return root;
  let here: Json | undefined = root;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replace(/~1/g, '/').replace(/~0/g, '~');
    if (Array.isArray(here)) here = here[Number(name)];
    else if (here !== null && typeof here === 'object') here = here[name];
    else return undefined;
  }
  return here;
}

/** The items a question judges: responses, criteria, steps. */
export function itemsAt(data: JsonObject, pointer: string): Json[] {
  const value = resolve(data, pointer);
  return Array.isArray(value) ? value : [];
}

export function optionsOf(question: Question, data: JsonObject): Option[] {
  const own = question.options_from ? readOptions(resolve(data, question.options_from)) : [];
  return own.length > 0 ? own : question.options;
}

/** Which entries of the list at `from` are steps (with roles: only those roles' messages). */
export function stepIndexes(question: Question, data: JsonObject): number[] {
  const all = itemsAt(data, question.from).map((item, i) => ({ item, i }));
  if (question.roles.length === 0) return all.map(({ i }) => i);
  return all
    .filter(({ item }) => isObject(item) && question.roles.includes(text(item.role)))
    .map(({ i }) => i);
}

/** Null is an answer only where "does not apply" may be said. */
export function isAnswered(question: Question, answers: Answers): boolean {
  const value = answers[question.id];
  if (value === undefined) return false;
  return value === null ? question.na : true;
}

export function isShown(question: Question, siblings: Question[], answers: Answers): boolean {
  return question.show_if === null || holds(question.show_if, siblings, answers);
}

/** Whether a folded text stands open by itself. */
export function isUnfolded(question: Question, siblings: Question[], answers: Answers): boolean {
  return question.open_if === null || holds(question.open_if, siblings, answers);
}

function holds(condition: Condition, siblings: Question[], answers: Answers): boolean {
  const target = siblings.find((q) => q.id === condition.question);
  const value = answers[condition.question];
  const there = target ? isAnswered(target, answers) : value !== undefined;
  if (!there || value === undefined) return condition.answered === false;
  if (condition.answered !== undefined) return condition.answered;
  const has = (list: Json[]): boolean =>
    Array.isArray(value) ? value.some((v) => list.includes(v)) : list.includes(value);
  if ('is' in condition) return has([condition.is ?? null]);
  if (condition.in) return has(condition.in);
  if (condition.not_in) return value !== null && !has(condition.not_in);
  if (condition.at_least !== undefined) return typeof value === 'number' && value >= condition.at_least;
  if (condition.at_most !== undefined) return typeof value === 'number' && value <= condition.at_most;
  return true;
}
