// What each kind of view and question may say, as docs/templates.md has it: the editor draws its controls from these lists.
import type { Json, JsonObject } from '../../api';

export type MemberType =
  | 'text' | 'long' | 'flag' | 'whole' | 'number' | 'pointer' | 'texts' | 'options' | 'condition' | 'role' | 'id'
  | 'parts' | 'choices';

export interface Member {
  name: string;
  type: MemberType;
  /** What holds where nothing is said. */
  otherwise?: Json;
  min?: number;
  max?: number;
  needed?: boolean;
  /** Behind the fold of the card. */
  rare?: boolean;
  /** The members of an object that is a member: it is there while one of them is. */
  parts?: Member[];
  /** Any of these, as check boxes. */
  choices?: string[];
}

const flag = (name: string, otherwise: boolean, rare = false): Member => ({ name, type: 'flag', otherwise, rare });
const whole = (name: string, otherwise: number | undefined, min: number, max: number, rare = false): Member =>
  ({ name, type: 'whole', ...(otherwise === undefined ? {} : { otherwise }), min, max, rare });
const from: Member = { name: 'from', type: 'pointer', needed: true };
const text = (name: string, rare = false): Member => ({ name, type: 'text', rare });
const counts = (max: number, rare = true, most?: number): Member[] => [whole('min_items', 0, 0, max, rare), whole('max_items', most, 1, max, rare)];

const kViewHead: Member[] = [text('label'), from];
const kViewTail: Member[] = [{ name: 'help', type: 'long', rare: true }, flag('optional', false, true), { name: 'id', type: 'id', needed: true, rare: true }];
const kOne = ['diff', 'table', 'json', 'image', 'audio', 'video', 'pdf', 'media'];
const kViewOwn: Record<string, Member[]> = {
  markdown: [], chat: [{ name: 'role', type: 'role', rare: true }], code: [text('language')], diff: [{ name: 'to', type: 'pointer', needed: true }], json: [],
  table: [{ name: 'columns', type: 'texts' }], trajectory: [{ name: 'tools', type: 'pointer' }], image: [], audio: [], video: [], pdf: [], media: [],
};
export const kViewKinds = Object.keys(kViewOwn);

/** As docs/limits.md has them. */
const kMostTurns = 50;
const kMostTokens = 32_768;

const kQuestionHead: Member[] = [text('label'), { name: 'help', type: 'long', rare: true }];
const kQuestionTail: Member[] = [
  flag('required', false), { name: 'show_if', type: 'condition' }, flag('na', false, true), { name: 'id', type: 'id', needed: true, rare: true },
];
const options: Member = { name: 'options', type: 'options' };
const optionsFrom: Member = { name: 'options_from', type: 'pointer', rare: true };
const labels: Member[] = [{ name: 'labels', type: 'options' }, { name: 'labels_from', type: 'pointer', rare: true }];
const kQuestionOwn: Record<string, Member[]> = {
  one: [options, optionsFrom],
  many: [options, optionsFrom, ...counts(256)],
  rating: [whole('min', 1, -100, 100), whole('max', 5, -100, 100), text('min_label'), text('max_label')],
  compare: [from, whole('strength', 0, 0, 10), flag('tie', true), flag('all_bad', true), { name: 'strength_id', type: 'id', rare: true }],
  rank: [options, { name: 'from', type: 'pointer' }, flag('ties', false)],
  text: [
    whole('min_length', 0, 0, 200_000), whole('max_length', undefined, 1, 200_000), flag('preview', false), flag('list', false, true), ...counts(200),
    { name: 'open_if', type: 'condition', rare: true },
  ],
  number: [{ name: 'min', type: 'number' }, { name: 'max', type: 'number' }, flag('integer', false), text('unit')],
  rubric: [from, flag('cannot_assess', true)],
  steps: [from, flag('stop_at_first_error', false), { name: 'roles', type: 'texts', rare: true }],
  spans: [from, ...labels, flag('overlap', true, true), ...counts(2000)],
  boxes: [from, ...labels, ...counts(2000)],
  segments: [from, ...labels, flag('overlap', true, true), ...counts(2000)],
  file: [{ name: 'accept', type: 'texts' }, whole('max_bytes', undefined, 1, 512 * 1024 * 1024, true), ...counts(16, false, 1)],
  group: counts(200, false),
  dialogue: [
    { name: 'models', type: 'texts', needed: true, max: 4 }, flag('blind', true), { name: 'system', type: 'long' },
    { name: 'parameters', type: 'parts', parts: [
      { name: 'temperature', type: 'number', min: 0, max: 2 }, { name: 'top_p', type: 'number', min: 0, max: 1 }, whole('max_tokens', 1024, 1, kMostTokens),
    ] },
    whole('min_turns', 1, 1, kMostTurns), whole('max_turns', 8, 1, kMostTurns),
    { name: 'rate', type: 'parts', parts: [text('label'), whole('min', 1, -100, 100), whole('max', 7, -100, 100)] },
    { name: 'may', type: 'choices', choices: ['edit', 'regenerate', 'branch'] },
  ],
};
export const kQuestionKinds = Object.keys(kQuestionOwn);

export type Side = 'views' | 'questions';
export const kindsOf = (side: Side, inGroup: boolean): string[] =>
  side === 'views' ? kViewKinds : kQuestionKinds.filter((kind) => !inGroup || (kind !== 'group' && kind !== 'dialogue'));

export function membersOf(side: Side, kind: string): Member[] {
  if (side === 'views') {
    const each = kOne.includes(kind) ? [] : [flag('each', false)];
    return [...kViewHead, ...(kViewOwn[kind] ?? []), ...each, ...kViewTail];
  }
  return [...kQuestionHead, ...(kQuestionOwn[kind] ?? []), ...kQuestionTail];
}

/** Members whose absence means the same are left out: what is written is what was chosen. */
export function isDefault(member: Member, value: Json | undefined): boolean {
  return value === undefined || value === '' || (member.otherwise !== undefined && value === member.otherwise)
    || (Array.isArray(value) && value.length === 0 && member.type !== 'options' && !member.needed)
    || (member.type === 'parts' && value !== null && typeof value === 'object' && Object.keys(value).length === 0);
}

/** The same item as another kind: what both know stays. */
export function asKind(side: Side, item: JsonObject, kind: string): JsonObject {
  const known = new Set(['kind', ...membersOf(side, kind).map((member) => member.name)]);
  const kept = Object.fromEntries(Object.entries(item).filter(([name]) => known.has(name)));
  const filled: JsonObject = { ...kept, kind };
  if (kind === 'one' || kind === 'many') filled.options ??= ['yes', 'no'];
  if (kind === 'rank' && !filled.from) filled.options ??= ['first', 'second'];
  if (['spans', 'boxes', 'segments'].includes(kind) && !filled.labels_from) filled.labels ??= ['label'];
  if (kind === 'group') filled.questions ??= [{ id: 'part', kind: 'text', label: '' }];
  if (kind === 'dialogue') Object.assign(filled, { models: filled.models ?? [], may: filled.may ?? ['edit', 'regenerate', 'branch'] });
  // A bound of one kind means something else in another.
  for (const name of ['min', 'max']) if (item.kind !== kind) delete filled[name];
  return filled;
}
