// Passages of a text: selected by mouse or by keyboard (the text takes a caret), then labelled by button or key.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Json } from '../../api/types';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { setAnswer } from '../answers';
import { resolve } from '../form';
import { pieces, toPoints, type Span } from '../spans';
import { plainText } from '../views/messages';
import { listOf, objectOf, type QuestionProps } from './types';

function readSpans(value: Json | undefined): Span[] {
  return listOf(value).map(objectOf).flatMap((s) =>
    typeof s.start === 'number' && typeof s.end === 'number' && typeof s.label === 'string'
      ? [{ start: s.start, end: s.end, label: s.label, ...(typeof s.note === 'string' ? { note: s.note } : {}) }]
      : []);
}

export function SpansQuestion({ question, data, answers, slots, readOnly, onChange }: QuestionProps) {
  const text = plainText(resolve(data, question.from));
  const spans = readSpans(answers[question.id]);
  const [selected, setSelected] = useState<{ start: number; end: number } | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const labelOf = (value: string): string => slots.find((s) => s.value === value)?.label ?? value;
  const set = (next: Span[]): void =>
    onChange(setAnswer(answers, question.id, next.length > 0 || question.required ? (next as unknown as Json[]) : undefined));
  const add = (label: string): void => {
    if (!selected) return;
    set([...spans, { ...selected, label }].sort((a, b) => a.start - b.start));
  };
  const readSelection = (): void => {
    const field = area.current;
    if (!field) return;
    const [start, end] = [toPoints(text, field.selectionStart), toPoints(text, field.selectionEnd)];
    setSelected(end > start ? { start, end } : null);
  };
  const press = useRef(add);
  press.current = add;
  useEffect(() => {
    const field = area.current;
    // A read-only field takes no caret from the keyboard, so the text is a field that refuses every change instead; a label's
    // key can be pressed while something is selected.
    field?.setSelectionRange(0, 0);
    const listen = (event: KeyboardEvent): void => {
      const slot = slots.find((s) => s.key === event.key && !event.ctrlKey && !event.metaKey && !event.altKey);
      if (!slot) return;
      event.preventDefault();
      event.stopPropagation();
      press.current(String(slot.value));
    };
    field?.addEventListener('keydown', listen);
    return () => field?.removeEventListener('keydown', listen);
  }, [slots.map((s) => s.key).join()]);
  const points = [...text];
  return (
    <>
      <p class="small soft">{t.work.spansHelp}</p>
      {readOnly ? null : (
        <textarea
          ref={area} class="input" aria-readonly="true" spellcheck={false} rows={Math.min(16, Math.ceil(text.length / 60) + 2)} value={text} aria-label={question.label}
          onBeforeInput={(e) => e.preventDefault()} onInput={(e) => (e.currentTarget.value = text)}
          onSelect={readSelection} onMouseUp={readSelection} onKeyUp={readSelection}
        />
      )}
      {readOnly ? null : (
        <div class="options" role="group" aria-label={t.work.addSpan}>
          {slots.map((slot) => (
            <Button key={String(slot.value)} class="option" hint={slot.key} disabled={!selected} onClick={() => add(String(slot.value))}>
              <span class="name">{slot.label}</span>
            </Button>
          ))}
        </div>
      )}
      <div class="marked-text" aria-label={t.work.spans}>
        {pieces(text, spans).map((piece) =>
          piece.labels.length > 0
            ? <mark key={piece.start} class="span" title={piece.labels.map(labelOf).join(', ')}>{piece.text}</mark>
            : piece.text)}
      </div>
      {spans.length === 0 ? <p class="small soft">{t.work.noSpans}</p> : (
        <ul>
          {spans.map((span, i) => (
            <li key={i}>
              <span class="row between">
                <span><strong>{labelOf(span.label)}</strong>: “{points.slice(span.start, Math.min(span.end, span.start + 80)).join('')}”</span>
                {readOnly ? null : <Button slim look="quiet" onClick={() => set(spans.filter((_, j) => j !== i))}>{t.common.remove}</Button>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
