// Several answers to one task, brought into rows that can be laid beside one another: a question is one row, a rubric one
// row a criterion, steps one row a step. Pure: what the page draws and what "take this" does follow from here.
import type { Answers, Json, JsonObject } from '../api/types';
import { t } from '../strings';
import { setAnswer } from '../work/answers';
import { answerText } from '../work/AnswersView';
import { itemsAt, stepIndexes, type Form, type Question } from '../work/form';
import { readCriteria } from '../work/score';

export interface AlignedRow {
  question: string;
  /** Criterion id, place of the step, 'strength', or '' for the whole answer. */
  part: string;
  label: string;
  /** One text per answer, in the order given. */
  cells: string[];
  differs: boolean;
}

const objectOf = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

function row(question: Question, part: string, label: string, cells: string[]): AlignedRow {
  return { question: question.id, part, label, cells, differs: new Set(cells).size > 1 };
}

function rubricRows(question: Question, data: JsonObject, all: Answers[]): AlignedRow[] {
  const word = (value: Json | undefined): string =>
    value === true ? t.work.criterionMet : value === false ? t.work.criterionNot : value === null ? t.work.criterionSkip : '–';
  return readCriteria(itemsAt(data, question.from)).map((c) =>
    row(question, c.id, c.criterion || c.id, all.map((answers) => word(objectOf(answers[question.id])[c.id]))));
}

function stepRows(question: Question, data: JsonObject, all: Answers[]): AlignedRow[] {
  const word = (value: Json | undefined): string =>
    value === 1 ? t.work.steps.good : value === 0 ? t.work.steps.neutral : value === -1 ? t.work.steps.bad : '–';
  return stepIndexes(question, data).map((_, place) =>
    row(question, String(place), t.work.step(place + 1), all.map((answers) => word(listOf(answers[question.id])[place]))));
}

export function alignedRows(form: Form, data: JsonObject, order: number[], all: Answers[]): AlignedRow[] {
  return form.questions.flatMap((question) => {
    if (question.kind === 'rubric') return rubricRows(question, data, all);
    if (question.kind === 'steps') return stepRows(question, data, all);
    const rows = [row(question, '', question.label, all.map((answers) => answerText(question, answers[question.id], data, order)))];
    if (question.strength > 0) {
      const strength = (answers: Answers): string => {
        const value = answers[question.strength_id];
        if (typeof value !== 'number') return '–';
        return question.strength === 3 ? (t.work.strengths[value] ?? String(value)) : String(value);
      };
      rows.push(row(question, 'strength', `${question.label}: ${t.review.strength}`, all.map(strength)));
    }
    return rows;
  });
}

/** `mine` with this row's part as `from` has it. */
export function takePart(form: Form, mine: Answers, from: Answers, at: AlignedRow): Answers {
  const question = form.questions.find((q) => q.id === at.question);
  if (!question) return mine;
  if (at.part === 'strength') return setAnswer(mine, question.strength_id, from[question.strength_id]);
  if (question.kind === 'rubric') {
    const value = objectOf(from[question.id])[at.part];
    return value === undefined ? mine : setAnswer(mine, question.id, { ...objectOf(mine[question.id]), [at.part]: value });
  }
  if (question.kind === 'steps') {
    const value = listOf(from[question.id])[Number(at.part)];
    const ratings = [...listOf(mine[question.id])];
    while (ratings.length <= Number(at.part)) ratings.push(null);
    ratings[Number(at.part)] = value ?? null;
    return setAnswer(mine, question.id, ratings);
  }
  return setAnswer(mine, question.id, from[question.id]);
}

/** What every answer says alike: a settlement starts from it. */
export function agreedPart(form: Form, rows: AlignedRow[], all: Answers[]): Answers {
  const [first] = all;
  if (!first) return {};
  return rows.filter((r) => !r.differs && r.cells[0] !== '–').reduce((answers, r) => takePart(form, answers, first, r), {} as Answers);
}
