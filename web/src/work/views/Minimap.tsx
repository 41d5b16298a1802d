// The map of a long dialogue, drawn to the height of the window: where a mark stands says who, its length how much was said,
// the sign beside it how the step was rated. One control for the keyboard: arrows, pages, Home, End.
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../strings';
import { layOut, markAt, type MarkState } from './mapLayout';

export interface MapEntry {
  role: string;
  length: number;
  state: MarkState;
  error: boolean;
  label: string;
}

const kWidth = 30;
const kSigns = 24;
/** Below this many pixels a mark has no room for a sign: a tick stands for it. */
const kRoom = 6;

function Sign({ state, at, room }: { state: MarkState; at: number; room: number }) {
  if (state === 'none') return null;
  if (room < kRoom) return <rect class={`sign ${state}`} x={state === 'open' ? kSigns + 2 : kSigns - 3} y={at - Math.min(1, room / 2)} width={state === 'open' ? 2 : 7} height={Math.min(2, room)} />;
  if (state === 'good') return <circle class="sign good" cx={kSigns} cy={at} r={3} />;
  if (state === 'bad') return <path class="sign bad" d={`M${kSigns - 3} ${at - 3}l6 6m0 -6l-6 6`} />;
  if (state === 'neutral') return <path class="sign neutral" d={`M${kSigns - 3} ${at}h6`} />;
  return <circle class="sign open" cx={kSigns} cy={at} r={2.5} />;
}

/** User to the left, tools to the right, the assistant across: the side says who even without colour. */
const kPlaces: Record<string, [number, number]> = { user: [2, 9], tool: [9, 9], function: [9, 9] };

export function Minimap({ entries, here, onGo }: { entries: MapEntry[]; here: number; onGo: (index: number) => void }) {
  const ref = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(600);
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const watch = new ResizeObserver(() => setHeight(box.clientHeight || 600));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  const marks = layOut(entries.map((e) => e.length));
  const keys: Record<string, number> = {
    ArrowUp: here - 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowRight: here + 1, PageUp: here - 10, PageDown: here + 10, Home: 0, End: entries.length - 1,
  };
  const press = (event: KeyboardEvent): void => {
    const to = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onGo(Math.max(0, Math.min(entries.length - 1, to)));
  };
  const goTo = (event: PointerEvent): void => {
    const box = event.currentTarget as HTMLElement;
    const frame = box.getBoundingClientRect();
    onGo(markAt(marks, (event.clientY - frame.top) / frame.height));
  };
  const now = marks[here];
  return (
    <div
      ref={ref} class="minimap" role="slider" tabIndex={0} aria-orientation="vertical" aria-label={t.reading.map}
      aria-valuemin={1} aria-valuemax={entries.length} aria-valuenow={here + 1}
      aria-valuetext={`${t.reading.place(here + 1, entries.length)}: ${entries[here]?.label ?? ''}`}
      onKeyDown={press} onPointerDown={(event) => event.button === 0 && goTo(event)}
      onPointerMove={(event) => event.buttons === 1 && goTo(event)}
    >
      <svg width={kWidth} height={height} viewBox={`0 0 ${kWidth} ${height}`} aria-hidden="true">
        {entries.map((entry, i) => {
          const [mark, [x, width]] = [marks[i], kPlaces[entry.role] ?? [2, 16]];
          if (!mark) return null;
          const [top, tall] = [mark.top * height, Math.max(1, mark.height * height)];
          return (
            <g key={i} class={entry.error ? 'failed' : entry.role}>
              <rect class="mark" x={entry.error ? 2 : x} y={top} width={entry.error ? 16 : width} height={tall} rx={Math.min(1.5, tall / 2)} />
              {entry.error && tall >= kRoom ? <path class="cross" d={`M7 ${top + tall / 2 - 2.5}l5 5m0 -5l-5 5`} /> : null}
              <Sign state={entry.state} at={top + tall / 2} room={tall} />
            </g>
          );
        })}
        {now ? <rect class="here" x={0.75} y={now.top * height - 1.5} width={kWidth - 1.5} height={Math.max(4, now.height * height + 3)} rx={2.5} /> : null}
      </svg>
    </div>
  );
}
