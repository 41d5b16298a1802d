// A plot by uPlot, which is fetched with the first of them, and its figures as a table for whoever does not see a canvas.
import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { language, t } from '../strings';
import { Details } from './Details';

export interface Series {
  label: string;
  values: (number | null)[];
  /** A variable of the style, such as --plot-1. */
  color: string;
  kind: 'bars' | 'line' | 'dashed';
}

export interface PlotProps {
  label: string;
  /** Seconds since 1970, UTC. */
  xs: number[];
  names: string[];
  series: Series[];
  format: (n: number) => string;
  height?: number;
}

const kPadRight = 12;
const kHalfDay = 43_200;

function optionsOf(props: PlotProps, Plot: typeof uPlot, width: number, onPoint: (index: number | null) => void): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: color('--text-soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false },
    font: `12px ${style.getPropertyValue('--font')}`,
  };
  const bars = Plot.paths.bars?.({ size: [0.65, 28], radius: 0.15 });
  return {
    width, height: props.height ?? 220, padding: [8, kPadRight, 0, 0], legend: { show: false }, tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { time: true, range: (_, min, max) => [min - kHalfDay, max + kHalfDay] }, y: { range: (_, __, max) => [0, Math.max(1, (max || 0) * 1.08)] } },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 70, values: (_, at) => at.map((x) => new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(x * 1000)), incrs: [86_400, 172_800, 604_800, 1_209_600, 2_592_000] },
      { ...axis, size: 56, values: (_, at) => at.map((y) => props.format(y)) },
    ],
    series: [
      {},
      ...props.series.map((one): uPlot.Series => ({
        label: one.label, stroke: color(one.color), width: one.kind === 'bars' ? 0 : 2,
        ...(one.kind === 'bars' ? { fill: color(one.color), points: { show: false }, ...(bars ? { paths: bars } : {}) } : {}),
        ...(one.kind === 'dashed' ? { dash: [6, 6], points: { show: false } } : {}),
        ...(one.kind === 'line' ? { points: { show: props.xs.length < 40, size: 5, fill: color(one.color) } } : {}),
      })),
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

export function Plot(props: PlotProps) {
  const { label, xs, names, series, format } = props;
  const holder = useRef<HTMLDivElement>(null);
  const [point, setPoint] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);
  const [look, setLook] = useState(0);
  const figures = JSON.stringify([xs, series]);
  useEffect(() => {
    const watch = new MutationObserver(() => setLook((n) => n + 1));
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'lang'] });
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    let plot: uPlot | null = null;
    let watch: ResizeObserver | null = null;
    let ended = false;
    import('./uplot').then(({ default: Made }) => {
      const box = holder.current;
      if (ended || !box) return;
      plot = new Made(optionsOf(props, Made, Math.max(200, box.clientWidth), setPoint), [xs, ...series.map((s) => s.values)], box);
      watch = new ResizeObserver(() => plot?.setSize({ width: Math.max(200, box.clientWidth), height: props.height ?? 220 }));
      watch.observe(box);
    }, () => setFailed(true));
    return () => {
      ended = true;
      watch?.disconnect();
      plot?.destroy();
    };
  }, [figures, look]);
  const at = point !== null && point < xs.length ? point : xs.length - 1;
  return (
    <figure class="plot">
      <figcaption class="row between">
        <strong>{label}</strong>
        <span class="legend small" aria-hidden="true">
          <span class="soft">{names[at]}</span>
          {series.map((s) => <span key={s.label} class={`key ${s.kind}`} style={{ '--key': `var(${s.color})` }}>{s.label} <b class="num">{shown(s.values[at], format)}</b></span>)}
        </span>
      </figcaption>
      {failed ? null : <div ref={holder} class="plot-canvas" dir="ltr" role="img" aria-label={label} style={{ minHeight: `${props.height ?? 220}px` }} />}
      <Details summary={<span class="small">{t.ui.asTable}</span>} open={failed}><FiguresTable {...props} /></Details>
    </figure>
  );
}

const shown = (value: number | null | undefined, format: (n: number) => string): string => (value === null || value === undefined ? '–' : format(value));

function FiguresTable({ label, names, series, format }: PlotProps) {
  return (
    <div class="table-wrap figures" tabIndex={0} role="region" aria-label={label}>
      <table class="table">
        <thead><tr><th scope="col">{t.run.day}</th>{series.map((s) => <th key={s.label} scope="col" class="end">{s.label}</th>)}</tr></thead>
        <tbody>
          {names.map((name, i) => ({ name, i })).reverse().map(({ name, i }) => (
            <tr key={i}><th scope="row">{name}</th>{series.map((s) => <td key={s.label} class="end">{shown(s.values[i], format)}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
