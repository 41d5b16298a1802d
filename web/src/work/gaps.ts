// What still keeps answers from being submitted, in the order of the form, and the words that say how to mend it.
import { onForget } from '../dark/forget';
import type { Answers, Json, JsonObject } from '../api/types';
import { t } from '../strings';
import { cleaned, isRowOpen } from './answers';
import { isAnswered, isShown, itemsAt, optionsOf, stepIndexes, type Form, type Question } from './form';
import { readCriteria } from './score';
import { known } from './talk/known';

export interface Gap {
  question: string;
  reason: 'required' | 'short' | 'strength' | 'rows' | 'few' | 'many' | 'rank' | 'group' | 'turns' | 'busy';
  /** The bound that is not met, and what there is. */
  least?: number;
  now?: number;
  /** The first row that is open: a criterion, a step, a row of a group; counted from 1. */
  row?: number;
  inner?: Gap;
}

const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const asObject = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};

/** Unicode characters, as the API counts them. */
export function lengthOf(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) pairs++;
  return text.length - pairs;
}

/** The last result is kept: a page that draws itself anew for its clock asks again and again about the same answers. */
let last: { form: Form; data: JsonObject; answers: Answers; round: number; gaps: Gap[] } | null = null;
onForget(() => {
  last = null;
});

export function gaps(form: Form, data: JsonObject, answers: Answers): Gap[] {
  const { round } = known;
  if (last?.answers === answers && last.form === form && last.data === data && last.round === round) return last.gaps;
  const found = gapsIn(form.questions, data, cleaned(form, answers));
  last = { form, data, answers, round, gaps: found };
  return found;
}

function gapsIn(questions: Question[], data: JsonObject, answers: Answers): Gap[] {
  const out: Gap[] = [];
  for (const question of questions) {
    if (!isShown(question, questions, answers)) continue;
    const value = answers[question.id];
    if (!isAnswered(question, answers)) {
      if (question.required) out.push({ question: question.id, reason: 'required' });
      continue;
    }
    const gap = value === null || value === undefined ? null : gapOf(question, data, value, answers);
    if (gap) out.push({ question: question.id, ...gap });
  }
  return out;
}

function countGap(question: Question, now: number): Omit<Gap, 'question'> | null {
  if (now < question.min_items) return { reason: 'few', least: question.min_items, now };
  return now > question.max_items ? { reason: 'many', least: question.max_items, now } : null;
}

function rowsGap(question: Question, rows: string[], answers: Answers): Omit<Gap, 'question'> | null {
  const open = rows.filter((row) => isRowOpen(question, answers, row));
  const [first] = open;
  return first === undefined ? null : { reason: 'rows', now: open.length, row: rows.indexOf(first) + 1 };
}

function gapOf(question: Question, data: JsonObject, value: Json, answers: Answers): Omit<Gap, 'question'> | null {
  switch (question.kind) {
    case 'compare': {
      const one = value !== 'tie' && value !== 'both_bad';
      return question.strength > 0 && one && answers[question.strength_id] === undefined ? { reason: 'strength' } : null;
    }
    case 'rubric':
      return rowsGap(question, readCriteria(itemsAt(data, question.from)).map((c) => c.id), answers);
    case 'steps':
      return rowsGap(question, stepIndexes(question, data).map((_, i) => String(i)), answers);
    case 'rank': {
      const placed = asList(value).flatMap(asList).length;
      const all = question.from ? itemsAt(data, question.from).length : optionsOf(question, data).length;
      return placed === all ? null : { reason: 'rank', now: all - placed };
    }
    case 'text':
      if (question.list) return countGap(question, asList(value).length);
      // Twice as many units hold at least that many characters: no need to count a long text.
      if (typeof value !== 'string' || value.length >= question.min_length * 2 || lengthOf(value) >= question.min_length) return null;
      return { reason: 'short', least: question.min_length, now: lengthOf(value) };
    case 'group': {
      const rows = asList(value);
      const inner = rows.map((row) => gapsIn(question.questions, data, asObject(row))[0]);
      const at = inner.findIndex(Boolean);
      const found = inner[at];
      return found ? { reason: 'group', row: at + 1, inner: found } : countGap(question, rows.length);
    }
    case 'many':
    case 'spans':
    case 'boxes':
    case 'segments':
    case 'file':
      return countGap(question, asList(value).length);
    case 'dialogue':
      return known.look(question.id, value);
    default:
      return null;
  }
}

/** Which answer is missing and what to do about it. */
export function gapText(gap: Gap, questions: Question[]): string {
  const words = t.answering.gap;
  const question = questions.find((q) => q.id === gap.question);
  const name = question?.label ?? gap.question;
  const [least, now, row] = [gap.least ?? 0, gap.now ?? 0, gap.row ?? 0];
  switch (gap.reason) {
    case 'short':
      return words.short(name, least, now);
    case 'strength':
      return words.strength(name);
    case 'rows':
      return words.rows(name, now, question?.kind === 'steps' ? t.answering.row.step(row) : t.answering.row.criterion(row));
    case 'turns':
      return words.rows(name, now, t.answering.row.turn(row));
    case 'busy':
      return words.busy(name);
    case 'few':
      return words.few(name, least, now);
    case 'many':
      return words.many(name, least, now);
    case 'rank':
      return words.rank(name, now);
    case 'group':
      return words.group(name, row, gap.inner ? gapText(gap.inner, question?.questions ?? []) : '');
    default:
      if (question?.kind === 'text') return words.write(name);
      return question && ['one', 'compare', 'rating'].includes(question.kind) ? words.choose(name) : words.required(name);
  }
}
