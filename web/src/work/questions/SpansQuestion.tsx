// Passages of a text, marked on the text itself: by mouse, by finger, or by keyboard. The text is an editable element that
// refuses every change, so that the browser's own cursor, selection, word jumps and screen readers work in it.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Json } from '../../api/types';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { setAnswer } from '../answers';
import { resolve } from '../form';
import type { Slot } from '../slots';
import { inOrder, meets, pieces, readSpans, TextPlaces, type Piece, type Span } from '../spans';
import { plainText } from '../views/messages';
import { focusNote, kept, labelName, LabelButtons, lookOf, MarkedRow } from './Marked';
import { select, selectionIn, showSelection } from './textPlaces';
import type { QuestionProps } from './types';

const kExcerpt = 80;
interface Range { start: number; end: number }

/** The shortest passage around a place. */
function spanAt(spans: Span[], place: number): number {
  const around = spans.flatMap((s, i) => (s.start <= place && place <= s.end ? [i] : []));
  const length = (i: number): number => (spans[i]?.end ?? 0) - (spans[i]?.start ?? 0);
  return around.sort((a, b) => length(a) - length(b))[0] ?? -1;
}

function Pieces({ all, slots, current }: { all: Piece[]; slots: Slot[]; current: number }) {
  return (
    <>
      {all.map((piece) => {
        if (piece.labels.length === 0) return piece.text;
        const names = ['span', lookOf(slots, piece.labels.at(-1) ?? ''), piece.labels.length > 1 ? 'overlapped' : '', piece.spans.includes(current) ? 'current' : ''];
        const title = piece.labels.map((label) => labelName(slots, label)).join(', ');
        return (
          <mark
            key={piece.start} class={names.filter(Boolean).join(' ')} title={title}
            data-ends={piece.ends.length > 0 ? piece.ends.map((n) => labelName(slots, piece.labels[piece.spans.indexOf(n)] ?? '')).join(' · ') : undefined}
          >
            {piece.text}
          </mark>
        );
      })}
    </>
  );
}

/** The selection in code points, kept while buttons and notes are used. `now` reads it at once: the browser tells of a change
    only later, and a key may come before that. */
function useTextSelection(root: { current: HTMLElement | null }, places: TextPlaces, onSelect: () => void): { range: Range | null; now: () => Range | null } {
  const [range, setRange] = useState<Range | null>(null);
  const latest = useRef<Range | null>(null);
  const tell = useRef(onSelect);
  tell.current = onSelect;
  const now = (): Range | null => {
    const found = root.current && selectionIn(root.current);
    if (!found) return latest.current;
    const [start, end] = [places.toPoint(found.start), places.toPoint(found.end)];
    if (latest.current?.start !== start || latest.current.end !== end) {
      latest.current = { start, end };
      setRange(latest.current);
    }
    return latest.current;
  };
  useEffect(() => {
    const read = (): void => {
      const before = latest.current;
      const found = now();
      if (found && found !== before && found.end > found.start) tell.current();
    };
    document.addEventListener('selectionchange', read);
    return () => document.removeEventListener('selectionchange', read);
  }, [places]);
  return { range, now };
}

export function SpansQuestion({ question, data, answers, slots, readOnly, leader, update, onTool }: QuestionProps) {
  const words = t.answering.spans;
  const text = plainText(resolve(data, question.from));
  const places = useMemo(() => new TextPlaces(text), [text]);
  const value = answers[question.id];
  const spans = useMemo(() => readSpans(value), [value]);
  const cut = useMemo(() => pieces(places, spans), [places, spans]);
  const root = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const restore = useRef<Range | null>(null);
  const [said, say] = useState('');
  const [epoch, setEpoch] = useState(0);
  const selection = useTextSelection(root, places, () => say(''));
  const selected = selection.range;
  const current = selected && selected.start === selected.end ? spanAt(spans, selected.start) : -1;
  const excerpt = (span: Range): string => places.slice(span.start, Math.min(span.end, span.start + kExcerpt)).replace(/\s+/g, ' ');

  const change = (next: (spans: Span[]) => Span[]): void => update((all) => {
    const list = next(readSpans(all[question.id])).map(kept);
    return setAnswer(all, question.id, list.length > 0 || question.required ? (list as unknown as Json[]) : undefined);
  });
  const keepCursor = (range: Range): void => {
    if (document.activeElement === root.current) restore.current = { start: places.toUnit(range.start), end: places.toUnit(range.end) };
  };
  const add = (label: string): void => {
    if (readOnly) return;
    const range = selection.now();
    if (!range || range.end === range.start) {
      const here = range ? spanAt(spans, range.start) : -1;
      if (!range || here < 0) return say(words.select);
      keepCursor(range);
      return change((now) => now.map((s, i) => (i === here ? { ...s, label } : s)));
    }
    if (!question.overlap && spans.some((s) => meets(s, range))) return say(words.overlap);
    if (spans.length >= question.max_items) return say(words.most(question.max_items));
    // The cursor stands in the passage afterwards: Enter goes to its note, Del takes it away.
    keepCursor({ start: range.end, end: range.end });
    change((now) => inOrder([...now, { ...range, label }]));
    say(words.added(labelName(slots, label), excerpt(range)));
  };
  const remove = (index: number): void => {
    const range = selection.now();
    if (range) keepCursor(range);
    change((now) => now.filter((_, i) => i !== index));
    say(words.removed);
  };
  const rebound = (index: number): void => {
    if (!selected || selected.end === selected.start) return;
    if (!question.overlap && spans.some((s, i) => i !== index && meets(s, selected))) return say(words.overlap);
    change((now) => inOrder(now.map((s, i) => (i === index ? { ...s, ...selected } : s))));
  };
  const press = useRef<(slot: Slot) => void>(() => undefined);
  press.current = (slot) => add(String(slot.value));
  useEffect(() => {
    onTool((slot) => press.current(slot));
    return () => onTool(null);
  }, []);
  useLayoutEffect(() => {
    if (!restore.current || !root.current) return;
    select(root.current, restore.current.start, restore.current.end);
    restore.current = null;
  }, [cut, epoch]);

  const show = (span: Span): void => {
    if (!root.current) return;
    root.current.focus({ preventScroll: true });
    select(root.current, places.toUnit(span.start), places.toUnit(span.end));
    showSelection();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key.startsWith('Arrow') || event.key === 'Home' || event.key === 'End') return event.stopPropagation();
    const range = selection.now();
    const here = range && range.start === range.end ? spanAt(spans, range.start) : -1;
    if (event.key === 'Escape') root.current?.blur();
    else if (plain && event.key === 'Enter' && here >= 0) focusNote(frame.current, here);
    else if (plain && (event.key === 'Delete' || event.key === 'Backspace')) here >= 0 ? remove(here) : say(words.select);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const editable = {
    contentEditable: true, role: 'textbox' as const, tabIndex: 0, inputMode: 'none' as const, spellcheck: false, 'aria-multiline': true, 'aria-readonly': true,
    'aria-label': words.text(question.label), 'data-begin': '', 'data-gramm': 'false', onKeyDown,
    onFocus: () => { if (root.current && !selectionIn(root.current)) select(root.current, 0, 0); },
    onBeforeInput: (e: Event) => e.preventDefault(), onDrop: (e: Event) => e.preventDefault(),
    // What a browser has put in all the same is taken out by drawing the text anew.
    onInput: () => setEpoch((n) => n + 1), onCompositionEnd: () => setEpoch((n) => n + 1),
  };
  return (
    <div class="stack tight" ref={frame}>
      {readOnly ? null : <p class="small soft">{words.help}</p>}
      <div key={epoch} ref={root} class="span-text" dir="auto" {...(readOnly ? {} : editable)}>
        <Pieces all={cut} slots={slots} current={current} />
      </div>
      {readOnly ? null : (
        <>
          <LabelButtons slots={slots} leader={leader} title={words.labels} onLabel={add} />
          <p class="small soft said" role="status">{said || (selected && selected.end > selected.start ? words.selected(excerpt(selected)) : '')}</p>
        </>
      )}
      <p class="small marked-count">{words.list(spans.length)}</p>
      {spans.length > 0 ? (
        <ol class="marked-list">
          {spans.map((span, i) => (
            <MarkedRow
              key={i} index={i} item={span} slots={slots} current={i === current} readOnly={readOnly} names={words} title={<span dir="auto">“{excerpt(span)}”</span>}
              onShow={() => show(span)} onRemove={() => remove(i)} onChange={(next) => change((now) => now.map((s, j) => (j === i ? { ...s, ...next } : s)))}
            >
              {!readOnly && selected && selected.end > selected.start ? (
                <div><Button slim onMouseDown={(e) => e.preventDefault()} onClick={() => rebound(i)}>{words.useSelection}</Button></div>
              ) : null}
            </MarkedRow>
          ))}
        </ol>
      ) : null}
    </div>
  );
}
