// Changing and checking answers. Values are never mutated: each change is a new object, so that a draft that is being sent
// stays what it was.
import type { Answers, Json, JsonObject } from '../api/types';
import { isShown, stepIndexes, type Form, type Question } from './form';
import { readTiers, toggled } from './rank';
import type { Slot } from './slots';

export { gaps, type Gap } from './gaps';

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

/** "Does not apply", or back to nothing. */
export function toggleNa(question: Question, answers: Answers): Answers {
  const next = setAnswer(answers, question.id, answers[question.id] === null ? undefined : null);
  return question.strength > 0 ? setAnswer(next, question.strength_id, undefined) : next;
}

function toggleRanked(question: Question, answers: Answers, id: string): Answers {
  const next = toggled(readTiers(answers[question.id]), id);
  return setAnswer(answers, question.id, next.length > 0 ? next : undefined);
}

/** What pressing a slot does; `row` says which criterion or step for questions answered row by row. */
export function choose(
  question: Question, data: JsonObject, answers: Answers, slot: Slot, row: string | undefined,
): Answers {
  if (slot.part === 'na') return toggleNa(question, answers);
  switch (question.kind) {
    case 'compare':
      return chooseCompare(answers, question, slot);
    case 'many': {
      const chosen = asList(answers[question.id]);
      const next = chosen.includes(slot.value) ? chosen.filter((v) => v !== slot.value) : [...chosen, slot.value];
      return setAnswer(answers, question.id, next.length > 0 || question.required ? next : undefined);
    }
    case 'rank':
      return toggleRanked(question, answers, String(slot.value));
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

/** Whether a criterion or step waits for an answer; steps behind the first wrong one do not where the form stops there. */
export function isRowOpen(question: Question, answers: Answers, row: string): boolean {
  const given = answers[question.id];
  if (question.kind !== 'steps') return asObject(given)[row] === undefined;
  const ratings = asList(given);
  const stop = question.stop_at_first_error ? ratings.indexOf(-1) : -1;
  return (stop < 0 || Number(row) < stop) && (ratings[Number(row)] ?? null) === null;
}

/** The next row without an answer after `row`, else `row`. */
export function nextOpenRow(question: Question, answers: Answers, rows: string[], row: string): string {
  const from = rows.indexOf(row);
  return [...rows.slice(from + 1), ...rows.slice(0, Math.max(0, from))].find((id) => isRowOpen(question, answers, id)) ?? row;
}

/** Takes the first wrong step back, so that the steps behind it can be rated again. */
export function unstop(question: Question, data: JsonObject, answers: Answers): Answers {
  const place = asList(answers[question.id]).indexOf(-1);
  return place < 0 ? answers : rateStep(question, data, answers, place, null);
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
    if (question.strength > 0 && strength !== undefined && value !== null) out[question.strength_id] = strength;
  }
  return out;
}
