// A question that is answered by writing: with its length, a preview, and folded where it is not asked for.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Markdown } from '../../markdown/Markdown';
import { t } from '../../strings';
import { Segmented } from '../../ui/Button';
import { setAnswer } from '../answers';
import type { Question } from '../form';
import { lengthOf } from '../gaps';
import { textOf, type QuestionProps } from './types';

const kMostRows = 24;
const kShortEnough = 180_000;

function lineCount(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && lines < kMostRows; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

function Length({ question, value }: { question: Question; value: string }) {
  const now = lengthOf(value);
  if (now < question.min_length) return <span class="small soft num">{t.answering.lengthLeast(now, question.min_length)}</span>;
  // A limit is said where it can be met.
  if (question.max_length < kShortEnough || now > kShortEnough / 2) return <span class="small soft num">{t.answering.lengthOf(now, question.max_length)}</span>;
  return now > 0 ? <span class="small soft num">{t.answering.length(now)}</span> : <span />;
}

function TextField({ question, answers, update, error, errorId }: QuestionProps & { errorId?: string }) {
  const [preview, setPreview] = useState(false);
  const value = textOf(answers[question.id]);
  return (
    <>
      {preview ? <div class="turn" dir="auto"><Markdown text={value || '–'} /></div> : (
        <textarea
          class="input" dir="auto" rows={Math.min(kMostRows, Math.max(question.required ? 6 : 3, lineCount(value) + 1))} value={value}
          aria-label={question.label} aria-invalid={error ? true : undefined} aria-describedby={errorId} aria-required={question.required || undefined}
          data-text={question.id} maxLength={question.max_length}
          onInput={(e) => { const text = e.currentTarget.value; update((all) => setAnswer(all, question.id, text === '' ? undefined : text)); }}
        />
      )}
      <div class="row between">
        <Length question={question} value={value} />
        {question.preview && value ? (
          <Segmented
            label={question.label} value={preview ? 'preview' : 'write'} onChange={(v) => setPreview(v === 'preview')}
            options={[['write', t.work.write], ['preview', t.work.preview]]}
          />
        ) : null}
      </div>
    </>
  );
}

/** Folded until its condition holds; what was written is never hidden, and nobody's focus is moved when it opens by itself. */
export function Text(props: QuestionProps & { errorId?: string }) {
  const { question, answers, readOnly, unfolded } = props;
  const [opened, setOpened] = useState(false);
  const wantsFocus = useRef(false);
  const root = useRef<HTMLDivElement>(null);
  const value = textOf(answers[question.id]);
  const open = unfolded || opened || value !== '';
  // Before the next key can come: typing right after the key belongs to the text.
  useLayoutEffect(() => {
    if (!open || !wantsFocus.current) return;
    wantsFocus.current = false;
    root.current?.querySelector('textarea')?.focus();
  }, [open]);
  if (readOnly) return <div class="turn" dir="auto"><Markdown text={value || '–'} /></div>;
  if (!open) {
    return (
      <div class="stack tight">
        <button
          type="button" class="button slim" data-text={question.id} aria-expanded={false}
          onClick={() => {
            wantsFocus.current = true;
            setOpened(true);
          }}
        >
          {t.answering.unfold}
        </button>
        <span class="small soft">{t.answering.folded}</span>
      </div>
    );
  }
  return (
    <div class="stack tight" ref={root}>
      {question.open_if && unfolded && value === '' ? <p class="small" role="status">{t.answering.unfolded}</p> : null}
      <TextField {...props} />
    </div>
  );
}
