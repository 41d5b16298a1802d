// Answers as text, in the order of the form: for check tasks, the tasks page and adjudication.
import { Fragment } from 'preact';
import type { Answers, Json, JsonObject } from '../api/types';
import { Markdown } from '../markdown/Markdown';
import { t } from '../strings';
import { itemsAt, optionsOf, type Form, type Question } from './form';
import { placeOf } from './order';
import { readCriteria } from './score';

/** One answer in plain words; `order` maps canonical letters to what stands on the screen. */
export function answerText(question: Question, value: Json | undefined, data: JsonObject, order: number[]): string {
  if (value === undefined) return '–';
  if (value === null) return t.work.na;
  const option = (v: Json): string => optionsOf(question, data).find((o) => o.value === v)?.label ?? String(v);
  switch (question.kind) {
    case 'compare': {
      if (value === 'tie') return t.work.tie;
      if (value === 'both_bad') return t.work.bothBad;
      const letters = itemsAt(data, question.from).map((_, i) => i);
      const place = placeOf(order.length === letters.length ? order : letters, value);
      return place < 0 ? String(value) : t.work.better(place + 1);
    }
    case 'one':
      return option(value);
    case 'many':
      return Array.isArray(value) ? value.map(option).join(', ') : '';
    case 'rubric': {
      const given = value as JsonObject;
      const word = (v: Json | undefined): string =>
        v === true ? t.work.criterionMet : v === false ? t.work.criterionNot : v === null ? t.work.criterionSkip : '–';
      const criteria = readCriteria(itemsAt(data, question.from));
      const rows = criteria.length > 0 ? criteria : Object.keys(given).map((id) => ({ id, criterion: id }));
      return rows.map((c) => `${c.criterion}: ${word(given[c.id])}`).join('\n');
    }
    case 'steps': {
      const word = (v: Json): string => (v === 1 ? t.work.steps.good : v === 0 ? t.work.steps.neutral : v === -1 ? t.work.steps.bad : '–');
      return Array.isArray(value) ? value.map((v, i) => `${t.work.step(i + 1)}: ${word(v)}`).join('\n') : '';
    }
    case 'dialogue': {
      const { turns } = value as JsonObject;
      return t.answering.turns(Array.isArray(turns) ? turns.length : 0);
    }
    default:
      if (typeof value === 'string' || typeof value === 'number') return String(value);
      if (Array.isArray(value) && value.every((v) => typeof v === 'string')) return value.join('\n');
      return JSON.stringify(value, null, 2);
  }
}

export function AnswersView({ form, answers, data = {}, order = [] }: {
  form: Form; answers: Answers; data?: JsonObject; order?: number[];
}) {
  return (
    <dl class="facts">
      {form.questions.filter((q) => answers[q.id] !== undefined).map((q) => {
        const text = answerText(q, answers[q.id], data, order);
        const strength = q.strength > 0 ? answers[q.strength_id] : undefined;
        return (
          <Fragment key={q.id}>
            <dt>{q.label}</dt>
            <dd>
              {q.kind === 'text' && !q.list ? <Markdown text={text} /> : <span class="prewrap">{text}</span>}
              {typeof strength === 'number' ? <span class="soft"> · {q.strength === 3 ? t.work.strengths[strength] : strength}</span> : null}
            </dd>
          </Fragment>
        );
      })}
    </dl>
  );
}
