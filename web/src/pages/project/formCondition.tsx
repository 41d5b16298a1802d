// When a question is shown, or its box opened: an earlier question, one test, and what it compares with.
import type { Json, JsonObject } from '../../api';
import { t } from '../../strings/make';
import { Select, TextField } from '../../ui/Field';
import { readOptions } from '../../work/form';
import type { Place } from './formMembers';

type Test = 'is' | 'in' | 'not_in' | 'at_least' | 'at_most' | 'answered' | 'unanswered';
const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);

/** What can be named: each earlier question, and the strength that a comparison asks for. */
function targets(earlier: JsonObject[]): { id: string; label: string; kind: string; options: string[] }[] {
  return earlier.flatMap((q) => {
    const label = String(q.label || q.id);
    const own = { id: String(q.id), label, kind: String(q.kind), options: q.kind === 'compare' ? ['a', 'b', 'tie', 'both_bad'] : readOptions(q.options).map((o) => o.value) };
    const strong = q.kind === 'compare' && Number(q.strength) > 0;
    return strong ? [own, { id: String(q.strength_id ?? `${own.id}_strength`), label: t.make.form.strengthOf(label), kind: 'rating', options: [] }] : [own];
  });
}

function testsFor(kind: string): Test[] {
  if (kind === 'rating' || kind === 'number') return ['at_least', 'at_most', 'is', 'in', 'not_in', 'answered', 'unanswered'];
  return ['one', 'many', 'compare'].includes(kind) ? ['is', 'in', 'not_in', 'answered', 'unanswered'] : ['answered', 'unanswered'];
}

const testOf = (value: JsonObject): Test =>
  value.answered === true ? 'answered' : value.answered === false ? 'unanswered' : (['is', 'in', 'not_in', 'at_least', 'at_most'] as const).find((name) => name in value) ?? 'answered';

const scalar = (text: string, numeric: boolean): Json => (numeric && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text);

function conditionOf(question: string, test: Test, text: string, numeric: boolean): JsonObject {
  const list = text.split(',').map((one) => one.trim()).filter(Boolean).map((one) => scalar(one, numeric));
  switch (test) {
    case 'answered': return { question, answered: true };
    case 'unanswered': return { question, answered: false };
    case 'at_least':
    case 'at_most': return { question, [test]: Number(text) || 0 };
    case 'is': return { question, is: scalar(text, numeric) };
    default: return { question, [test]: list };
  }
}

export function ConditionField({ label, help, pointer, value, place, onInput }: {
  label: string; help: string; pointer: string; value: Json | undefined; place: Place; onInput: (value: JsonObject | undefined) => void;
}) {
  const w = t.make.form;
  const known = targets(place.earlier);
  const condition = isObject(value) ? value : null;
  const id = condition ? String(condition.question ?? '') : '';
  const target = known.find((one) => one.id === id);
  const numeric = target?.kind === 'rating' || target?.kind === 'number';
  const test = condition ? testOf(condition) : 'answered';
  const raw = condition?.[test];
  const text = Array.isArray(raw) ? raw.join(', ') : raw === undefined || typeof raw === 'object' ? '' : String(raw);
  const error = place.errors.get(pointer) ?? place.errors.get(`${pointer}/question`) ?? place.errors.get(`${pointer}/${test}`) ?? null;
  const choose = (next: string): void => {
    if (next === '') return onInput(undefined);
    const found = known.find((one) => one.id === next);
    const first = found ? testsFor(found.kind)[0] ?? 'answered' : 'answered';
    onInput(conditionOf(next, first, found?.options[0] ?? '1', found?.kind === 'rating' || found?.kind === 'number'));
  };
  if (known.length === 0 && !condition) return null;
  const names: [string, string][] = [['', w.always], ...known.map((one) => [one.id, one.label] as [string, string]), ...(condition && !target ? [[id, id] as [string, string]] : [])];
  const takes = test !== 'answered' && test !== 'unanswered';
  return (
    <div class="stack tight" data-field={pointer}>
      <div class="grid-2">
        <Select label={label} value={id} options={names} onInput={choose} {...(help ? { help } : {})} />
        {condition ? (
          <Select
            label={w.test} value={test} options={testsFor(target?.kind ?? 'rating').map((name) => [name, w.tests[name]])}
            onInput={(next) => onInput(conditionOf(id, next, text || target?.options[0] || '1', numeric))}
          />
        ) : null}
      </div>
      {condition && takes && test === 'is' && target && target.options.length > 0 ? (
        <Select label={w.testValue} value={text} options={[...new Set([...target.options, text])].map((one) => [one, one])} onInput={(next) => onInput(conditionOf(id, test, next, numeric))} />
      ) : condition && takes ? (
        <TextField label={w.testValue} value={text} onInput={(next) => onInput(conditionOf(id, test, next, numeric))} {...(test === 'in' || test === 'not_in' ? { help: w.commas } : {})} />
      ) : null}
      {error ? <span class="bad small" role="alert">{error}</span> : null}
    </div>
  );
}
