// A small picture of each kind of work: what is read in grey, what is answered in the accent's colour.
import type { ComponentChildren } from 'preact';

const lines = (x: number, y: number, w: number, n: number): ComponentChildren =>
  Array.from({ length: n }, (_, i) => <rect key={`${x}-${i}`} class="ink" x={x} y={y + i * 9} width={i === n - 1 ? w * 0.6 : w} height={4} rx={2} />);
const dot = (x: number, y: number, on: boolean): ComponentChildren =>
  <circle key={`${x}-${y}`} class={on ? 'hit' : 'ink'} cx={x} cy={y} r={5} />;

const arts: Record<string, () => ComponentChildren> = {
  preference: () => <>{lines(14, 14, 74, 5)}{lines(112, 14, 74, 5)}<rect class="hit" x={112} y={64} width={74} height={8} rx={4} /><rect class="ink" x={14} y={64} width={74} height={8} rx={4} /></>,
  rubric: () => <>{[16, 36, 56].map((y, i) => <g key={y}>{dot(24, y + 4, i < 2)}{lines(40, y + 2, 140, 1)}</g>)}</>,
  demonstration: () => <>{lines(14, 14, 120, 2)}<rect class="line" x={14} y={38} width={172} height={34} rx={5} />{lines(24, 48, 90, 1)}<rect class="hit" x={82} y={46} width={2} height={9} /></>,
  authoring: () => <><rect class="line" x={14} y={12} width={172} height={20} rx={4} /><rect class="line" x={14} y={38} width={172} height={14} rx={4} /><rect class="line" x={14} y={58} width={100} height={14} rx={4} /></>,
  steps: () => <>{[14, 36, 58].map((y, i) => <g key={y}>{lines(14, y + 4, 120, 1)}{[150, 166, 182].map((x, n) => dot(x, y + 6, n === (i === 2 ? 2 : 0)))}</g>)}</>,
  trajectory: () => <><path class="line" d="M24 14v56" />{[16, 40, 64].map((y, i) => <g key={y}>{dot(24, y + 2, i === 1)}<rect class="ink" x={40} y={y - 4} width={i === 1 ? 110 : 144} height={12} rx={4} /></g>)}</>,
  choice: () => <>{lines(14, 14, 150, 2)}{[0, 1, 2].map((n) => <rect key={n} class={n === 1 ? 'hit' : 'ink'} x={14 + n * 60} y={48} width={52} height={20} rx={6} />)}</>,
  spans: () => <>{lines(14, 16, 172, 5)}<rect class="hit" x={60} y={23} width={54} height={8} rx={2} opacity={0.7} /><rect class="hit" x={24} y={41} width={80} height={8} rx={2} opacity={0.7} /></>,
  boxes: () => <><rect class="ink" x={44} y={10} width={112} height={64} rx={4} /><rect class="line" x={64} y={22} width={36} height={30} /><rect class="line" x={112} y={40} width={30} height={24} /></>,
  segments: () => <>{Array.from({ length: 28 }, (_, i) => <rect key={i} class={i > 8 && i < 17 ? 'hit' : 'ink'} x={18 + i * 6} y={42 - ((i * 7) % 23)} width={3} height={((i * 7) % 23) * 2 + 4} rx={1} />)}</>,
  dialogue: () => <><rect class="hit" x={112} y={10} width={74} height={14} rx={6} /><rect class="line" x={14} y={32} width={80} height={26} rx={5} /><rect class="line" x={106} y={32} width={80} height={26} rx={5} />{dot(24, 70, false)}{dot(116, 70, true)}</>,
  custom: () => <><rect class="line" x={14} y={12} width={80} height={26} rx={5} stroke-dasharray="5 4" /><rect class="line" x={106} y={12} width={80} height={60} rx={5} stroke-dasharray="5 4" /><rect class="line" x={14} y={46} width={80} height={26} rx={5} stroke-dasharray="5 4" /></>,
  copy: () => <><rect class="ink" x={60} y={10} width={64} height={54} rx={6} /><rect class="line" x={76} y={20} width={64} height={54} rx={6} />{lines(86, 34, 44, 3)}</>,
};

export function KindArt({ kind }: { kind: string }) {
  return <svg class="kind-art" viewBox="0 0 200 84" preserveAspectRatio="xMidYMid meet" aria-hidden="true">{(arts[kind] ?? arts.custom)?.()}</svg>;
}
