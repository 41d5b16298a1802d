// Lines of text, and numbers. What cannot be an answer (a number that is none) stays in the field and says why.
import { useRef, useState } from 'preact/hooks';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { formatCount } from '../../ui/format';
import { setAnswer } from '../answers';
import type { Question } from '../form';
import { focusSoon } from './focusSoon';
import { listOf, textOf, type QuestionProps } from './types';

export function Lines({ question, answers, readOnly, update }: QuestionProps) {
  const root = useRef<HTMLDivElement>(null);
  const lines = listOf(answers[question.id]).map(textOf);
  const change = (next: (lines: string[]) => string[]): void => update((all) => {
    const value = next(listOf(all[question.id]).map(textOf));
    return setAnswer(all, question.id, value.length > 0 ? value : undefined);
  });
  const focus = (at: number): void => {
    focusSoon(() => root.current?.querySelectorAll<HTMLElement>('input')[at]);
  };
  const add = (): void => {
    change((now) => [...now, '']);
    focus(lines.length);
  };
  return (
    <div class="stack tight" ref={root}>
      {lines.map((line, i) => (
        <div key={i} class="line-row">
          <input
            class="input" dir="auto" value={line} readOnly={readOnly} aria-label={t.answering.lineNo(question.label, i + 1)} maxLength={question.max_length}
            onInput={(e) => { const text = e.currentTarget.value; change((now) => now.map((old, j) => (j === i ? text : old))); }}
            onKeyDown={(e) => {
              if (e.key !== 'Enter' || e.ctrlKey || e.metaKey) return;
              e.preventDefault();
              if (i + 1 < lines.length) focus(i + 1);
              else if (lines.length < question.max_items && line.trim() !== '') add();
            }}
          />
          {readOnly ? null : (
            <Button slim look="quiet" aria-label={t.answering.removeLine(i + 1)} onClick={() => change((now) => now.filter((_, j) => j !== i))}>{t.common.remove}</Button>
          )}
        </div>
      ))}
      {readOnly || lines.length >= question.max_items ? null : <div><Button slim onClick={add}>{t.work.addLine}</Button></div>}
    </div>
  );
}

/** What is wrong with a number that was typed; null where it can be an answer. */
export function numberProblem(question: Question, text: string): string | null {
  const words = t.answering.number;
  const value = Number(text);
  if (text.trim() === '') return null;
  if (!Number.isFinite(value)) return words.none;
  const { min, max } = question;
  const [low, high] = [min !== null && value < min, max !== null && value > max];
  if (low || high) {
    if (min !== null && max !== null) return words.range(formatCount(min), formatCount(max));
    return low ? words.least(formatCount(min ?? 0)) : words.most(formatCount(max ?? 0));
  }
  return question.integer && !Number.isInteger(value) ? words.whole : null;
}

export function Numeric({ question, answers, readOnly, update, error }: QuestionProps) {
  const value = answers[question.id];
  // The digits as they were typed, as long as they say what the answer says: "1." must not become "1" under one's hands.
  const [typed, setTyped] = useState<string | null>(null);
  const answered = typeof value === 'number' ? String(value) : '';
  const problem = typed === null ? null : numberProblem(question, typed);
  const same = typed !== null && (problem !== null || typed.trim() === '' ? answered === '' : Number(typed) === value);
  return (
    <div class="stack tight">
      <div class="row">
        <input
          class="input short" inputMode={question.integer ? 'numeric' : 'decimal'} readOnly={readOnly} aria-label={question.label}
          aria-invalid={error || problem ? true : undefined} value={same ? (typed ?? '') : answered}
          onInput={(e) => {
            const text = e.currentTarget.value.replace(',', '.');
            setTyped(text);
            const ok = text.trim() !== '' && numberProblem(question, text) === null;
            update((all) => setAnswer(all, question.id, ok ? Number(text) : undefined));
          }}
        />
        {question.unit ? <span dir="auto">{question.unit}</span> : null}
      </div>
      {problem && same ? <span class="bad small" role="alert">{problem}</span> : null}
    </div>
  );
}
