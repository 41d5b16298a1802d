// Changing and checking answers. Values are never mutated: each change is a new object, so that a draft that is being sent
// stays what it was.
import type { Answers, Json, JsonObject } from '../api/types';
import { isAnswered, isShown, itemsAt, stepIndexes, type Form, type Question } from './form';
import { readCriteria } from './score';
import type { Slot } from './slots';

/** undefined takes the answer away. */
export function setAnswer(answers: Answers, id: string, value: Json | undefined): Answers {
  const next = { ...answers };
  if (value === undefined) delete next[id];
  else next[id] = value;
  return next;
}

const asObject = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

function chooseCompare(answers: Answers, question: Question, slot: Slot): Answers {
  if (slot.part === 'strength') return setAnswer(answers, question.strength_id, slot.value);
  const next = setAnswer(answers, question.id, slot.value);
  // How much better is meaningless for a tie, and the form's schema may refuse it.
  return slot.value === 'tie' || slot.value === 'both_bad' ? setAnswer(next, question.strength_id, undefined) : next;
}

export function rateStep(question: Question, data: JsonObject, answers: Answers, place: number, value: Json): Answers {
  const count = stepIndexes(question, data).length;
  const ratings = Array.from({ length: count }, (_, i) => asList(answers[question.id])[i] ?? null);
  ratings[place] = value;
  const stop = question.stop_at_first_error ? ratings.indexOf(-1) : -1;
  return setAnswer(answers, question.id, stop < 0 ? ratings : ratings.slice(0, stop + 1));
}

/** What pressing a slot does; `row` says which criterion or step for questions answered row by row. */
export function choose(
  question: Question, data: JsonObject, answers: Answers, slot: Slot, row: string | undefined,
): Answers {
  switch (question.kind) {
    case 'compare':
      return chooseCompare(answers, question, slot);
    case 'many': {
      const chosen = asList(answers[question.id]);
      const next = chosen.includes(slot.value) ? chosen.filter((v) => v !== slot.value) : [...chosen, slot.value];
      return setAnswer(answers, question.id, next.length > 0 || question.required ? next : undefined);
    }
    case 'rubric':
      return row === undefined
        ? answers
        : setAnswer(answers, question.id, { ...asObject(answers[question.id]), [row]: slot.value });
    case 'steps':
      return row === undefined ? answers : rateStep(question, data, answers, Number(row), slot.value);
    case 'one':
    case 'rating': {
      const again = answers[question.id] === slot.value && !question.required;
      return setAnswer(answers, question.id, again ? undefined : slot.value);
    }
    default:
      return answers;
  }
}

/** The next row without an answer after `row`, else `row`. */
export function nextOpenRow(question: Question, answers: Answers, rows: string[], row: string): string {
  const given = answers[question.id];
  const open = (id: string): boolean =>
    question.kind === 'steps'
      ? (asList(given)[Number(id)] ?? null) === null
      : asObject(given)[id] === undefined;
  const from = rows.indexOf(row);
  return [...rows.slice(from + 1), ...rows.slice(0, from)].find(open) ?? row;
}

/** Answers without those to questions that are not shown, empty texts, empty lines. */
export function cleaned(form: Form, answers: Answers): Answers {
  return cleanList(form.questions, answers);
}

function cleanList(questions: Question[], answers: Answers): Answers {
  const out: Answers = {};
  for (const question of questions) {
    let value = answers[question.id];
    if (value === undefined || !isShown(question, questions, out)) continue;
    if (question.kind === 'text') {
      if (question.list) value = asList(value).filter((v) => typeof v === 'string' && v.trim() !== '');
      if (value === '' || (Array.isArray(value) && value.length === 0)) continue;
    }
    if (question.kind === 'group') value = asList(value).map((row) => cleanList(question.questions, asObject(row)));
    out[question.id] = value;
    const strength = answers[question.strength_id];
    if (question.strength > 0 && strength !== undefined) out[question.strength_id] = strength;
  }
  return out;
}

export type Gap = { question: string; reason: 'required' | 'short'; least?: number };

/** What still keeps the answers from being submitted, in the order of the form. */
export function gaps(form: Form, data: JsonObject, answers: Answers): Gap[] {
  return gapsIn(form.questions, data, cleaned(form, answers));
}

function gapsIn(questions: Question[], data: JsonObject, answers: Answers): Gap[] {
  const out: Gap[] = [];
  for (const question of questions) {
    if (!isShown(question, questions, answers)) continue;
    const value = answers[question.id];
    if (!isAnswered(question, answers)) {
      if (question.required) out.push({ question: question.id, reason: 'required' });
    } else if (value !== null && !isComplete(question, data, value, answers)) {
      out.push({ question: question.id, reason: 'required' });
    } else if (typeof value === 'string' && question.kind === 'text' && [...value].length < question.min_length) {
      out.push({ question: question.id, reason: 'short', least: question.min_length });
    }
  }
  return out;
}

function isComplete(question: Question, data: JsonObject, value: Json | undefined, answers: Answers): boolean {
  switch (question.kind) {
    case 'compare':
      return question.strength === 0 || value === 'tie' || value === 'both_bad' || answers[question.strength_id] !== undefined;
    case 'rubric':
      return readCriteria(itemsAt(data, question.from)).every((c) => asObject(value)[c.id] !== undefined);
    case 'steps': {
      const ratings = asList(value);
      if (ratings.includes(null)) return false;
      const stopped = question.stop_at_first_error && ratings.at(-1) === -1;
      return stopped || ratings.length === stepIndexes(question, data).length;
    }
    case 'rank': {
      const placed = asList(value).flatMap((tier) => asList(tier)).length;
      return placed === (question.from ? itemsAt(data, question.from).length : question.options.length);
    }
    case 'group':
      return (
        asList(value).length >= question.min_items &&
        asList(value).every((row) => gapsIn(question.questions, data, asObject(row)).length === 0)
      );
    case 'many':
    case 'spans':
    case 'file':
      return asList(value).length >= question.min_items;
    default:
      return true;
  }
}
