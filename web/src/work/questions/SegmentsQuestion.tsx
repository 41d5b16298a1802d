// Segments of a recording: the browser's own player above a timeline of ours. Marked by key while it plays, drawn with a mouse
// or a finger, nudged by arrow keys, listed with label, times and note.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Json } from '../../api/types';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { setAnswer } from '../answers';
import { resolve } from '../form';
import { lanesOf, nudged, overlaps, readSegments, stretch, timeText, type Segment } from '../segments';
import type { Slot } from '../slots';
import { fileAt } from './fileAt';
import { focusSoon } from './focusSoon';
import { kept, labelName, LabelButtons, lookOf, MarkedRow } from './Marked';
import { mainSlots, slotFor, SlotButton } from './parts';
import { kWaveWidth, usePlayer, useWave } from './player';
import { Raw } from './Raw';
import type { QuestionProps } from './types';
import { useDrag } from './useDrag';

const kZooms = [1, 2, 4, 8, 16];
const kNudgeMs = 100;
type Grip = 'all' | 'start' | 'end';
type Start = { kind: 'draw'; ms: number } | { kind: Grip; index: number; segment: Segment; ms: number };

function Mark({ segment, index, lane, lanes, lengthMs, slots, current, readOnly, onFocus, onKeyDown, grab }: {
  segment: Segment; index: number; lane: number; lanes: number; lengthMs: number; slots: Slot[]; current: boolean; readOnly: boolean;
  onFocus: () => void; onKeyDown: (event: KeyboardEvent) => void; grab: (grip: Grip) => (event: PointerEvent) => void;
}) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const style = element.current?.style;
    if (!style) return;
    style.left = `${(100 * segment.start_ms) / lengthMs}%`;
    style.width = `${(100 * (segment.end_ms - segment.start_ms)) / lengthMs}%`;
    style.top = `${(100 * lane) / lanes}%`;
    style.height = `${100 / lanes}%`;
  }, [segment, lane, lanes, lengthMs]);
  const name = labelName(slots, segment.label);
  return (
    <div
      ref={element} class={`segment ${lookOf(slots, segment.label)}${current ? ' current' : ''}`} role="button" tabIndex={0} data-segment={index}
      aria-pressed={current} aria-label={t.answering.segments.item(index + 1, name, timeText(segment.start_ms), timeText(segment.end_ms))}
      onFocus={onFocus} onKeyDown={onKeyDown} onPointerDown={readOnly ? undefined : grab('all')}
    >
      <span class="segment-label" dir="auto">{index + 1} {name}</span>
      {current && !readOnly ? (
        <>
          <span class="grip-start" data-grip="start" onPointerDown={grab('start')} />
          <span class="grip-end" data-grip="end" onPointerDown={grab('end')} />
        </>
      ) : null}
    </div>
  );
}

function Seconds({ name, ms, onChange }: { name: string; ms: number; onChange: (ms: number) => void }) {
  return (
    <input
      class="input seconds" type="number" step="0.01" min="0" aria-label={name} value={(ms / 1000).toFixed(2)}
      onChange={(e) => { const value = e.currentTarget.valueAsNumber; if (Number.isFinite(value)) onChange(Math.round(value * 1000)); }}
    />
  );
}

export function SegmentsQuestion(props: QuestionProps) {
  const file = fileAt(resolve(props.data, props.question.from));
  return file ? <Recording {...props} source={file.source} /> : <Raw data={props.data} why={t.answering.segments.failed} />;
}

function Recording({ question, answers, slots, readOnly, leader, update, onTool, source }: QuestionProps & { source: string }) {
  const words = t.answering.segments;
  const player = usePlayer(source);
  const wave = useWave(source);
  const value = answers[question.id];
  const segments = useMemo(() => readSegments(value), [value]);
  const [label, setLabel] = useState(String(mainSlots(slots)[0]?.value ?? ''));
  const [current, setCurrent] = useState(-1);
  const [startedMs, setStartedMs] = useState<number | null>(null);
  const [said, say] = useState('');
  const [zoom, setZoom] = useState(1);
  const [draft, setDraft] = useState<{ index: number; segment: Segment } | null>(null);
  const line = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { lengthMs } = player;

  const change = (next: (segments: Segment[]) => Segment[]): void => update((all) => {
    const list = next(readSegments(all[question.id])).map(kept);
    return setAnswer(all, question.id, list.length > 0 || question.required ? (list as unknown as Json[]) : undefined);
  });
  const meetsAny = (segment: Segment, except: number): boolean =>
    !question.overlap && segments.some((s, i) => i !== except && overlaps(s, segment));
  const set = (index: number, segment: Segment): void => {
    if (meetsAny(segment, index)) return say(words.overlap);
    change((now) => now.map((s, i) => (i === index ? segment : s)));
  };
  const add = (times: { start_ms: number; end_ms: number }): void => {
    const segment = { ...times, label };
    if (segments.length >= question.max_items) return say(words.most(question.max_items));
    if (meetsAny(segment, -1)) return say(words.overlap);
    change((now) => [...now, segment]);
    setCurrent(segments.length);
    say(words.item(segments.length + 1, labelName(slots, label), timeText(times.start_ms), timeText(times.end_ms)));
  };
  const focusSegment = (index: number): void => {
    focusSoon(() => frame.current?.querySelector<HTMLElement>(`[data-segment="${index}"]`));
  };
  const remove = (index: number): void => {
    change((now) => now.filter((_, i) => i !== index));
    setCurrent(-1);
    if (segments.length > 1) focusSegment(Math.min(index, segments.length - 2));
  };
  const setLabelTo = (next: string): void => {
    setLabel(next);
    const segment = segments[current];
    if (segment) set(current, { ...segment, label: next });
  };
  const press = useRef<(slot: Slot) => void>(() => undefined);
  press.current = (slot) => {
    if (slot.part === 'play') return player.toggle();
    if (readOnly) return;
    if (slot.part === 'main') return setLabelTo(String(slot.value));
    const now = player.nowMs();
    if (slot.part === 'start') {
      setStartedMs(now);
      setCurrent(-1);
      return say(words.startedAt(timeText(now)));
    }
    if (startedMs === null) return say(words.noStart);
    add(stretch(startedMs, now, lengthMs));
    setStartedMs(null);
  };
  useEffect(() => {
    onTool((slot) => press.current(slot));
    return () => onTool(null);
  }, []);

  const at = (event: PointerEvent): number => {
    const area = line.current?.getBoundingClientRect();
    return area && area.width > 0 ? Math.min(Math.max((event.clientX - area.left) / area.width, 0), 1) * lengthMs : 0;
  };
  const sketch = (start: Start, event: PointerEvent): { index: number; segment: Segment } => {
    const now = at(event);
    if (start.kind === 'draw') return { index: -1, segment: { ...stretch(start.ms, now, lengthMs), label } };
    return { index: start.index, segment: nudged(start.segment, Math.round(now - start.ms), start.kind, lengthMs) };
  };
  const drag = useDrag<Start>(
    (start, event) => setDraft(sketch(start, event)),
    (start, event, isMoved) => {
      setDraft(null);
      if (start.kind === 'draw') {
        if (isMoved) add(sketch(start, event).segment);
        else player.seek(start.ms);
        return;
      }
      setCurrent(start.index);
      focusSegment(start.index);
      if (isMoved) set(start.index, sketch(start, event).segment);
    },
    () => setDraft(null),
  );
  const begin = (make: (event: PointerEvent) => Start) => (event: PointerEvent): void => {
    if (!readOnly && lengthMs > 0) drag.begin(event, make(event));
  };
  const onKeyDown = (index: number) => (event: KeyboardEvent): void => {
    const segment = segments[index];
    if (!segment || event.metaKey || event.altKey) return;
    const by = { ArrowLeft: -kNudgeMs, ArrowRight: kNudgeMs }[event.key];
    if (by && !readOnly) set(index, nudged(segment, by, event.shiftKey ? 'end' : event.ctrlKey ? 'start' : 'all', lengthMs));
    else if (event.key === 'Enter' && !event.ctrlKey) player.playFromTo(segment.start_ms, segment.end_ms);
    else if ((event.key === 'Delete' || event.key === 'Backspace') && !readOnly) remove(index);
    else if (event.key === 'Escape') setCurrent(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  useLayoutEffect(() => {
    if (line.current) line.current.style.width = `${zoom * 100}%`;
  }, [zoom]);
  const zoomBy = (by: 1 | -1): void => setZoom((now) => kZooms[Math.min(Math.max(kZooms.indexOf(now) + by, 0), kZooms.length - 1)] ?? now);
  const drawn = draft ? (draft.index < 0 ? [...segments, draft.segment] : segments.map((s, i) => (i === draft.index ? draft.segment : s))) : segments;
  const lanes = lanesOf(drawn);
  const tools = (['play', 'start', 'end'] as const).flatMap((part) => slotFor(slots, part) ?? []).filter((s) => !readOnly || s.part === 'play');
  return (
    <div class="stack tight" ref={frame}>
      {readOnly ? null : <p class="small soft">{words.help}</p>}
      <video ref={player.media} class={player.hasPicture ? 'player' : 'player sound'} src={source} controls preload="metadata" playsInline aria-label={question.label} />
      {player.failed ? <p class="bad" role="alert">{words.failed}</p> : null}
      <div class="row between">
        <div class="row">{tools.map((slot) => <SlotButton key={slot.part} slot={slot} slim leader={leader} onPress={() => press.current(slot)} />)}</div>
        <div class="row">
          <Button slim aria-label={t.answering.boxes.zoomOut} disabled={zoom === kZooms[0]} onClick={() => zoomBy(-1)}>−</Button>
          <span class="small num">{t.answering.boxes.zoom(zoom * 100)}</span>
          <Button slim aria-label={t.answering.boxes.zoomIn} disabled={zoom === kZooms.at(-1)} onClick={() => zoomBy(1)}>+</Button>
        </div>
      </div>
      <div class="timeline-scroll" tabIndex={zoom > 1 ? 0 : undefined} role={zoom > 1 ? 'group' : undefined} aria-label={zoom > 1 ? words.timeline(question.label) : undefined}>
        <div
          ref={line} class="timeline" dir="ltr" role="group" aria-label={words.timeline(question.label)} data-timeline="" data-length={Math.round(lengthMs)}
          onPointerDown={begin((event) => ({ kind: 'draw', ms: at(event) }))} onPointerMove={drag.move} onPointerUp={drag.end} onPointerCancel={drag.cancel}
        >
          {wave ? <svg class="wave" viewBox={`0 -1 ${kWaveWidth} 2`} preserveAspectRatio="none" aria-hidden="true"><path d={wave} /></svg> : null}
          {lengthMs > 0 ? drawn.map((segment, i) => (
            <Mark
              key={i} segment={segment} index={i} lane={lanes.lanes[i] ?? 0} lanes={lanes.count} lengthMs={lengthMs} slots={slots} current={i === current}
              readOnly={readOnly} onFocus={() => setCurrent(i)} onKeyDown={onKeyDown(i)}
              grab={(grip) => begin((event) => ({ kind: grip, index: i, segment: segments[i] ?? segment, ms: at(event) }))}
            />
          )) : null}
          <span ref={player.head as { current: HTMLSpanElement | null }} class="playhead" aria-hidden="true" />
        </div>
      </div>
      <div class="row between small soft num" dir="ltr"><span>{timeText(0)}</span><span>{lengthMs > 0 ? timeText(lengthMs) : words.waiting}</span></div>
      {wave === null ? <p class="small soft">{words.noWave}</p> : null}
      {readOnly ? null : <LabelButtons slots={slots} leader={leader} title={words.labels} pressed={segments[current]?.label ?? label} onLabel={setLabelTo} />}
      <p class="small soft said" role="status">{said}</p>
      <p class="small marked-count">{words.list(segments.length)}</p>
      {segments.length > 0 ? (
        <ol class="marked-list">
          {segments.map((segment, i) => (
            <MarkedRow
              key={i} index={i} item={segment} slots={slots} current={i === current} readOnly={readOnly} names={t.answering.spans}
              title={<span class="num" dir="ltr">{timeText(segment.start_ms)} – {timeText(segment.end_ms)}</span>}
              onShow={() => focusSegment(i)} onRemove={() => remove(i)} onChange={(next) => change((now) => now.map((s, j) => (j === i ? { ...s, ...next } : s)))}
            >
              <div class="row">
                {readOnly ? null : (
                  <>
                    <Seconds name={words.from(i + 1)} ms={segment.start_ms} onChange={(ms) => set(i, { ...segment, ...stretch(Math.min(ms, segment.end_ms - 10), segment.end_ms, lengthMs) })} />
                    <Seconds name={words.to(i + 1)} ms={segment.end_ms} onChange={(ms) => set(i, { ...segment, ...stretch(segment.start_ms, Math.max(ms, segment.start_ms + 10), lengthMs) })} />
                  </>
                )}
                <Button slim aria-label={words.playThis(i + 1)} onClick={() => player.playFromTo(segment.start_ms, segment.end_ms)}>▶</Button>
              </div>
            </MarkedRow>
          ))}
        </ol>
      ) : null}
    </div>
  );
}
