// What can be pressed: each question offers slots, each slot gets a key that no other slot, no global key and no browser
// shortcut uses. The first question takes the digits, the next ones rows of letters. Pure, so that it can be tested whole.
import type { JsonObject } from '../api/types';
import { t } from '../strings';
import { itemsAt, optionsOf, stepIndexes, type Form, type Question } from './form';
import { letterAt, orderOf } from './order';
import { readCriteria } from './score';

export interface Slot {
  /** `strength` answers a second member; `row` answers the current row of a rubric or of steps. */
  part: 'main' | 'strength' | 'row';
  value: string | number | boolean | null;
  label: string;
  help?: string;
  key: string;
}

export type SlotMap = Map<string, Slot[]>;

/** Keys with a meaning of their own on the work and review pages. */
export const kGlobalKeys = new Set(['s', 'j', 'g', '?', '/']);
const kRows = ['1234567890', 'qwertyuiop', 'adfhkl', 'zxcvbnm'];
const kMnemonics: Record<string, string> = { tie: 't', both_bad: 'b' };

function rawSlots(question: Question, data: JsonObject, order: number[]): (Omit<Slot, 'key'> & { wish?: string })[] {
  switch (question.kind) {
    case 'compare': {
      const count = itemsAt(data, question.from).length;
      const places = orderOf(order, count);
      const slots: (Omit<Slot, 'key'> & { wish?: string })[] = places.map((_, place) => ({
        part: 'main', value: letterAt(places, place), label: t.work.better(place + 1),
      }));
      if (question.tie) slots.push({ part: 'main', value: 'tie', label: t.work.tie, wish: kMnemonics.tie });
      if (question.all_bad) {
        const label = count > 2 ? t.work.allBad : t.work.bothBad;
        slots.push({ part: 'main', value: 'both_bad', label, wish: kMnemonics.both_bad });
      }
      for (let n = 1; n <= question.strength; n++) {
        const label = question.strength === 3 ? (t.work.strengths[n] ?? String(n)) : String(n);
        slots.push({ part: 'strength', value: n, label });
      }
      return slots;
    }
    case 'one':
    case 'many':
      return optionsOf(question, data).map((o) => ({
        part: 'main', value: o.value, label: o.label, ...(o.help ? { help: o.help } : {}), ...(o.key ? { wish: o.key } : {}),
      }));
    case 'rating': {
      const [min, max] = [question.min ?? 1, question.max ?? 5];
      return Array.from({ length: max - min + 1 }, (_, i) => ({ part: 'main', value: min + i, label: String(min + i) }));
    }
    case 'rubric':
      return [
        { part: 'row', value: true, label: t.work.criterionMet },
        { part: 'row', value: false, label: t.work.criterionNot },
        ...(question.cannot_assess ? [{ part: 'row' as const, value: null, label: t.work.criterionSkip }] : []),
      ];
    case 'steps':
      return [
        { part: 'row', value: 1, label: t.work.steps.good },
        { part: 'row', value: 0, label: t.work.steps.neutral },
        { part: 'row', value: -1, label: t.work.steps.bad },
      ];
    case 'spans':
      return optionsOf(question, data).map((o) => ({
        part: 'main', value: o.value, label: o.label, ...(o.key ? { wish: o.key } : {}),
      }));
    default:
      return [];
  }
}

/** Slots of every question outside groups, with their keys ('' where the keyboard has run out). */
export function slotsOf(form: Form, data: JsonObject, order: number[]): SlotMap {
  const raw = form.questions.map((q) => ({ q, slots: rawSlots(q, data, order) }));
  const used = new Set(kGlobalKeys);
  const wished = new Map<unknown, string>();
  for (const { slots } of raw) {
    for (const slot of slots) {
      if (!slot.wish || used.has(slot.wish)) continue;
      used.add(slot.wish);
      wished.set(slot, slot.wish);
    }
  }
  let row = 0;
  const takeRow = (count: number): string[] => {
    for (let tried = 0; tried < kRows.length; tried++) {
      const free = [...(kRows[(row + tried) % kRows.length] ?? '')].filter((k) => !used.has(k));
      if (free.length < count) continue;
      row = (row + tried + 1) % kRows.length;
      return free.slice(0, count);
    }
    return [...kRows.join('')].filter((k) => !used.has(k)).slice(0, count);
  };
  const out: SlotMap = new Map();
  for (const { q, slots } of raw) {
    const keys = new Map(wished);
    for (const part of ['main', 'row', 'strength'] as const) {
      const plain = slots.filter((slot) => slot.part === part && !wished.has(slot));
      if (plain.length === 0) continue;
      takeRow(plain.length).forEach((key, i) => {
        used.add(key);
        keys.set(plain[i], key);
      });
    }
    out.set(q.id, slots.map((slot) => {
      const { wish: _, ...rest } = slot;
      return { ...rest, key: keys.get(slot) ?? '' };
    }));
  }
  return out;
}

/** Rows of a question that is answered row by row: criterion ids or places in the list of steps. */
export function rowsOf(question: Question, data: JsonObject): string[] {
  if (question.kind === 'rubric') return readCriteria(itemsAt(data, question.from)).map((c) => c.id);
  if (question.kind === 'steps') return stepIndexes(question, data).map((_, i) => String(i));
  return [];
}

