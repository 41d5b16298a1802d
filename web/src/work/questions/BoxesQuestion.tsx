// Boxes on an image: drawn, moved and resized with a mouse, a finger or keys. What is kept are fractions of the image, so
// zoom and the width of the page change nothing.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Json } from '../../api/types';
import { t } from '../../strings';
import { Button, Segmented } from '../../ui/Button';
import { setAnswer } from '../answers';
import { between, kCorners, moved, readBoxes, resized, stretched, type Box, type Corner } from '../boxes';
import { resolve } from '../form';
import type { Slot } from '../slots';
import { fileAt } from './fileAt';
import { focusSoon } from './focusSoon';
import { focusNote, kept, labelName, LabelButtons, lookOf, MarkedRow } from './Marked';
import { mainSlots, slotFor, SlotButton } from './parts';
import { Raw } from './Raw';
import type { QuestionProps } from './types';
import { useDrag } from './useDrag';

const kZooms = [1, 1.5, 2, 3, 4, 6];
const kStep = 0.01;
const kFine = 0.001;
/** Smaller drags are taken for a press beside a box. */
const kLeastDrawn = 0.005;
const percent = (n: number): number => Math.round(n * 1000) / 10;

type Start = { kind: 'draw'; x: number; y: number } | { kind: 'move'; index: number; box: Box; x: number; y: number } | { kind: 'corner'; index: number; box: Box; corner: Corner };

function place(element: HTMLElement | null, box: Omit<Box, 'label' | 'note'>): void {
  if (!element) return;
  element.style.left = `${box.x * 100}%`;
  element.style.top = `${box.y * 100}%`;
  element.style.width = `${box.w * 100}%`;
  element.style.height = `${box.h * 100}%`;
}

function BoxMark({ box, index, slots, current, readOnly, onFocus, onKeyDown, grab }: {
  box: Box; index: number; slots: Slot[]; current: boolean; readOnly: boolean; onFocus: () => void; onKeyDown: (event: KeyboardEvent) => void;
  grab: (corner: Corner | null) => (event: PointerEvent) => void;
}) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => place(element.current, box), [box]);
  const name = labelName(slots, box.label);
  return (
    <div
      ref={element} class={`box ${lookOf(slots, box.label)}${current ? ' current' : ''}`} role="button" tabIndex={0} data-box={index} aria-pressed={current}
      aria-label={t.answering.boxes.item(index + 1, name, percent(box.x), percent(box.y), percent(box.w), percent(box.h))}
      onFocus={onFocus} onKeyDown={onKeyDown} onPointerDown={readOnly ? undefined : grab(null)}
    >
      <span class="box-label" dir="auto">{index + 1} {name}</span>
      {current && !readOnly ? kCorners.map((corner) => <span key={corner} class={`handle ${corner}`} data-handle={corner} onPointerDown={grab(corner)} />) : null}
    </div>
  );
}

export function BoxesQuestion(props: QuestionProps) {
  const { question, data, answers, slots, readOnly, leader, update, onTool } = props;
  const words = t.answering.boxes;
  const file = fileAt(resolve(data, question.from));
  const value = answers[question.id];
  const boxes = useMemo(() => readBoxes(value), [value]);
  const labels = mainSlots(slots);
  const [label, setLabel] = useState(String(labels[0]?.value ?? ''));
  const [current, setCurrent] = useState(-1);
  const [said, say] = useState('');
  const [zoom, setZoom] = useState(1);
  const [touch, setTouch] = useState<'draw' | 'move'>('draw');
  const [failed, setFailed] = useState(false);
  const [draft, setDraft] = useState<{ index: number; box: Box } | null>(null);
  const stage = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const ghost = useRef<HTMLDivElement>(null);

  const change = (next: (boxes: Box[]) => Box[]): void => update((all) => {
    const list = next(readBoxes(all[question.id])).map(kept);
    return setAnswer(all, question.id, list.length > 0 || question.required ? (list as unknown as Json[]) : undefined);
  });
  const set = (index: number, box: Box): void => change((now) => now.map((b, i) => (i === index ? box : b)));
  const focusBox = (index: number): void => {
    focusSoon(() => frame.current?.querySelector<HTMLElement>(`[data-box="${index}"]`));
  };
  const add = (sides: Omit<Box, 'label' | 'note'>): void => {
    if (boxes.length >= question.max_items) return say(words.most(question.max_items));
    change((now) => [...now, { ...sides, label }]);
    setCurrent(boxes.length);
    focusBox(boxes.length);
    say('');
  };
  const remove = (index: number): void => {
    change((now) => now.filter((_, i) => i !== index));
    setCurrent(-1);
    if (boxes.length > 1) focusBox(Math.min(index, boxes.length - 2));
    else stage.current?.focus({ preventScroll: true });
  };
  const setLabelTo = (next: string): void => {
    setLabel(next);
    const box = boxes[current];
    if (box) set(current, { ...box, label: next });
  };
  const press = useRef<(slot: Slot) => void>(() => undefined);
  press.current = (slot) => {
    if (readOnly) return;
    if (slot.part === 'main') return setLabelTo(String(slot.value));
    // Each new box stands a little aside, so that none hides another.
    const shift = (boxes.length % 5) * 0.04;
    add(between(0.35 + shift, 0.35 + shift, 0.65 + shift, 0.65 + shift));
  };
  useEffect(() => {
    onTool((slot) => press.current(slot));
    return () => onTool(null);
  }, []);

  const at = (event: PointerEvent): { x: number; y: number } => {
    const area = stage.current?.getBoundingClientRect();
    if (!area || area.width === 0 || area.height === 0) return { x: 0, y: 0 };
    return { x: (event.clientX - area.left) / area.width, y: (event.clientY - area.top) / area.height };
  };
  const sketch = (start: Start, event: PointerEvent): { index: number; box: Box } => {
    const { x, y } = at(event);
    if (start.kind === 'draw') return { index: -1, box: { ...between(start.x, start.y, x, y), label } };
    if (start.kind === 'corner') return { index: start.index, box: stretched(start.box, start.corner, x, y) };
    return { index: start.index, box: moved(start.box, x - start.x, y - start.y) };
  };
  const drag = useDrag<Start>(
    (start, event) => setDraft(sketch(start, event)),
    (start, event, isMoved) => {
      setDraft(null);
      if (start.kind !== 'draw') {
        setCurrent(start.index);
        focusBox(start.index);
        if (isMoved) set(start.index, sketch(start, event).box);
        return;
      }
      const { box } = sketch(start, event);
      if (isMoved && box.w >= kLeastDrawn && box.h >= kLeastDrawn) add(box);
      else setCurrent(-1);
    },
    () => setDraft(null),
  );
  useLayoutEffect(() => {
    if (draft?.index === -1) place(ghost.current, draft.box);
  }, [draft]);

  const onKeyDown = (index: number) => (event: KeyboardEvent): void => {
    const box = boxes[index];
    if (readOnly || !box || event.metaKey || event.altKey) return;
    const step = event.ctrlKey ? kFine : kStep;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] as [number, number] | undefined;
    if (by) set(index, event.shiftKey ? resized(box, ...by) : moved(box, ...by));
    else if (event.key === 'Delete' || event.key === 'Backspace') remove(index);
    else if (event.key === 'Enter' && !event.ctrlKey) focusNote(frame.current, index);
    else if (event.key === 'Escape') {
      setCurrent(-1);
      stage.current?.focus({ preventScroll: true });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const begin = (make: (event: PointerEvent) => Start) => (event: PointerEvent): void => {
    if (readOnly || (event.pointerType === 'touch' && touch === 'move')) return;
    drag.begin(event, make(event));
  };
  const zoomBy = (by: 1 | -1): void => setZoom((now) => kZooms[Math.min(Math.max(kZooms.indexOf(now) + by, 0), kZooms.length - 1)] ?? now);
  useLayoutEffect(() => {
    if (stage.current) stage.current.style.width = `${zoom * 100}%`;
  }, [zoom]);
  if (!file) return <Raw data={data} why={words.failed} />;
  const tool = slotFor(slots, 'add');
  return (
    <div class="stack tight" ref={frame}>
      {readOnly ? null : <p class="small soft">{words.help}</p>}
      <div class="row between">
        {readOnly || !tool ? <span /> : <div class="row"><SlotButton slot={tool} slim leader={leader} onPress={() => press.current(tool)} /></div>}
        <div class="row">
          {readOnly ? null : (
            <span class="touch-only">
              <Segmented label={words.touch} value={touch} onChange={setTouch} options={[['draw', words.draw], ['move', words.move]]} />
            </span>
          )}
          <Button slim aria-label={words.zoomOut} disabled={zoom === kZooms[0]} onClick={() => zoomBy(-1)}>−</Button>
          <span class="small num">{words.zoom(zoom * 100)}</span>
          <Button slim aria-label={words.zoomIn} disabled={zoom === kZooms.at(-1)} onClick={() => zoomBy(1)}>+</Button>
        </div>
      </div>
      {failed ? <p class="bad" role="alert">{words.failed}</p> : null}
      <div class="stage-scroll" tabIndex={zoom > 1 ? 0 : undefined} role={zoom > 1 ? 'group' : undefined} aria-label={zoom > 1 ? words.image(question.label) : undefined}>
        <div
          ref={stage} class={`stage ${touch}${readOnly ? ' still' : ''}`} dir="ltr" role="group" tabIndex={-1} aria-label={words.image(question.label)} data-stage=""
          onPointerDown={begin((event) => ({ kind: 'draw', ...at(event) }))} onPointerMove={drag.move} onPointerUp={drag.end} onPointerCancel={drag.cancel}
        >
          <img src={file.source} alt={file.alt || question.label} draggable={false} onError={() => setFailed(true)} />
          {boxes.map((box, i) => (
            <BoxMark
              key={i} box={draft?.index === i ? draft.box : box} index={i} slots={slots} current={i === current} readOnly={readOnly}
              onFocus={() => setCurrent(i)} onKeyDown={onKeyDown(i)}
              grab={(corner) => begin((event) => (corner ? { kind: 'corner', index: i, box, corner } : { kind: 'move', index: i, box, ...at(event) }))}
            />
          ))}
          {draft?.index === -1 ? <div ref={ghost} class="box ghost" /> : null}
        </div>
      </div>
      {readOnly ? null : <LabelButtons slots={slots} leader={leader} title={words.labels} pressed={boxes[current]?.label ?? label} onLabel={setLabelTo} />}
      <p class="small soft said" role="status">{said}</p>
      <p class="small marked-count">{words.list(boxes.length)}</p>
      {boxes.length > 0 ? (
        <ol class="marked-list">
          {boxes.map((box, i) => (
            <MarkedRow
              key={i} index={i} item={box} slots={slots} current={i === current} readOnly={readOnly} names={t.answering.spans}
              title={<span class="num">{words.percent(percent(box.x), percent(box.y), percent(box.w), percent(box.h))}</span>}
              onShow={() => focusBox(i)} onRemove={() => remove(i)} onChange={(next) => change((now) => now.map((b, j) => (j === i ? { ...b, ...next } : b)))}
            />
          ))}
        </ol>
      ) : null}
    </div>
  );
}
