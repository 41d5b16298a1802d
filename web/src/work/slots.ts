// What can be pressed: each question offers slots, and each slot has a key that no other slot, no key of the page and no
// browser shortcut uses (keys.ts). Pure, so that it can be tested whole.
import type { Json, JsonObject } from '../api/types';
import { t } from '../strings';
import { itemsAt, optionsOf, stepIndexes, type Form, type Question } from './form';
import { allocate, kGlobalKeys, type KeyGroup } from './keys';
import { letterAt, orderOf } from './order';
import { readCriteria } from './score';

export { kGlobalKeys };

/** `strength` answers a second member; `row` the current row of a rubric or of steps; `na` says that the question does not
    apply; `add`, `play`, `start`, `end` work the question's tool; `go` only goes to the question. */
export type Part = 'main' | 'strength' | 'row' | 'na' | 'add' | 'play' | 'start' | 'end' | 'go';

export interface Slot {
  part: Part;
  value: string | number | boolean | null;
  label: string;
  help?: string;
  /** One character, two for two presses, '' for none. */
  key: string;
}

type RawSlot = Omit<Slot, 'key'> & { wish?: string };
export type SlotMap = Map<string, Slot[]>;

/** Items that a rank or a comparison puts in order, as the screen shows them. */
export function rankItems(question: Question, data: JsonObject, order: number[]): { id: string; label: string }[] {
  if (!question.from) return optionsOf(question, data).map((o) => ({ id: o.value, label: o.label }));
  const places = orderOf(order, itemsAt(data, question.from).length);
  return places.map((_, place) => ({ id: letterAt(places, place), label: t.work.response(place + 1) }));
}

function compareSlots(question: Question, data: JsonObject, order: number[]): RawSlot[] {
  const count = itemsAt(data, question.from).length;
  const places = orderOf(order, count);
  const slots: RawSlot[] = places.map((_, place) => ({
    part: 'main', value: letterAt(places, place), label: t.work.better(place + 1),
  }));
  if (question.tie) slots.push({ part: 'main', value: 'tie', label: t.work.tie });
  if (question.all_bad) slots.push({ part: 'main', value: 'both_bad', label: count > 2 ? t.work.allBad : t.work.bothBad });
  for (let n = 1; n <= question.strength; n++) {
    const label = question.strength === 3 ? (t.work.strengths[n] ?? String(n)) : String(n);
    slots.push({ part: 'strength', value: n, label });
  }
  return slots;
}

function optionSlots(question: Question, data: JsonObject): RawSlot[] {
  return optionsOf(question, data).map((o) => ({
    part: 'main', value: o.value, label: o.label, ...(o.help ? { help: o.help } : {}), ...(o.key ? { wish: o.key } : {}),
  }));
}

function ratingSlots(question: Question): RawSlot[] {
  const [min, max] = [question.min ?? 1, question.max ?? 5];
  return Array.from({ length: Math.max(0, max - min + 1) }, (_, i) => ({ part: 'main', value: min + i, label: String(min + i) }));
}

function rowSlots(values: [Json, string][]): RawSlot[] {
  return values.map(([value, label]) => ({ part: 'row', value: value as Slot['value'], label }));
}

const tool = (part: Part, label: string): RawSlot => ({ part, value: null, label });

function rawSlots(question: Question, data: JsonObject, order: number[]): RawSlot[] {
  const words = t.answering;
  switch (question.kind) {
    case 'compare':
      return compareSlots(question, data, order);
    case 'one':
    case 'many':
      return optionSlots(question, data);
    case 'rating':
      return ratingSlots(question);
    case 'rank':
      return rankItems(question, data, order).map(({ id, label }) => ({ part: 'main', value: id, label }));
    case 'rubric':
      return rowSlots([
        [true, t.work.criterionMet], [false, t.work.criterionNot],
        ...(question.cannot_assess ? [[null, t.work.criterionSkip] as [Json, string]] : []),
      ]);
    case 'steps':
      return rowSlots([[1, t.work.steps.good], [0, t.work.steps.neutral], [-1, t.work.steps.bad]]);
    case 'spans':
      return [...optionSlots(question, data), tool('go', question.label)];
    case 'boxes':
      return [...optionSlots(question, data), tool('add', words.boxes.add)];
    case 'segments':
      return [
        ...optionSlots(question, data), tool('play', words.segments.play),
        tool('start', words.segments.start), tool('end', words.segments.end),
      ];
    case 'dialogue': {
      const letters = Array.from({ length: question.talk?.slots ?? 1 }, (_, i) => String.fromCharCode(65 + i));
      return [...(letters.length > 1 ? letters : []).map((value): RawSlot => ({ part: 'main', value, label: value })), tool('go', question.label)];
    }
    case 'group':
      return [tool('add', t.work.addRow)];
    case 'text':
    case 'number':
    case 'file':
      return [tool('go', question.label)];
    default:
      return [];
  }
}

/** The buttons of a question inside a group: the same, without keys. */
export function bareSlots(question: Question, data: JsonObject, order: number[]): Slot[] {
  return rawSlots(question, data, order).map(({ wish: _, ...slot }) => ({ ...slot, key: '' }));
}

/** Where the key j goes: the justification, else the first text. */
export function textOfJ(form: Form): Question | undefined {
  return form.questions.find((q) => q.id === 'justification' && q.kind === 'text') ?? form.questions.find((q) => q.kind === 'text' && !q.list);
}

const kFirst: Part[][] = [['main'], ['row'], ['strength'], ['add', 'play', 'start', 'end']];

interface Lettered {
  slots: RawSlot[];
  group: KeyGroup;
}

function lettered(slots: RawSlot[], spare: boolean): Lettered {
  const group: KeyGroup = { wishes: slots.map((s) => s.wish ?? ''), spare };
  const values = slots.map((s) => s.value);
  if (values.every((v) => typeof v === 'number' && v >= 0 && v <= 9) && slots.every((s) => s.part === 'main')) group.digits = values.map(String);
  return { slots, group };
}

/** Slots of every question outside groups, with their keys. */
export function slotsOf(form: Form, data: JsonObject, order: number[]): SlotMap {
  const raw = form.questions.map((question) => {
    const slots = rawSlots(question, data, order);
    if (question.na) slots.push({ part: 'na', value: null, label: t.answering.na });
    return { question, slots };
  });
  const all: Lettered[] = [];
  for (const { slots } of raw) {
    for (const parts of kFirst) {
      const some = slots.filter((s) => parts.includes(s.part));
      if (some.length > 0) all.push(lettered(some, false));
    }
  }
  for (const { slots } of raw) for (const s of slots) if (s.part === 'na') all.push(lettered([s], false));
  // The page's own j goes to one text; the other ones have a key while there are any.
  const own = textOfJ(form);
  for (const { question, slots } of raw) for (const s of slots) if (s.part === 'go' && question !== own) all.push(lettered([s], true));
  const keys = new Map<RawSlot, string>();
  allocate(all.map((one) => one.group)).forEach((found, i) => {
    all[i]?.slots.forEach((slot, n) => keys.set(slot, found[n] ?? ''));
  });
  return new Map(raw.map(({ question, slots }) => [
    question.id, slots.map((slot) => {
      const { wish: _, ...rest } = slot;
      return { ...rest, key: keys.get(slot) ?? '' };
    }),
  ]));
}

/** First keys of two-press keys that the map uses. */
export function leadersOf(slots: SlotMap): Set<string> {
  return new Set([...slots.values()].flat().filter((s) => s.key.length === 2).map((s) => s.key.charAt(0)));
}

/** Rows of a question that is answered row by row: criterion ids or places in the list of steps. */
export function rowsOf(question: Question, data: JsonObject): string[] {
  if (question.kind === 'rubric') return readCriteria(itemsAt(data, question.from)).map((c) => c.id);
  if (question.kind === 'steps') return stepIndexes(question, data).map((_, i) => String(i));
  return [];
}
