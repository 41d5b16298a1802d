// Small plots of intervals, drawn by style: they follow theme, direction and width by themselves, and their figures stand
// beside them as text.
import type { Interval, QualityQuestion } from '../../../api/quality';
import { t } from '../../../strings';
import { Details } from '../../../ui/Details';
import { formatCount, formatDay, formatPercent } from '../../../ui/format';
import { Table } from '../../../ui/Table';
import { labelText } from './words';
import { lowEnd, shareOfRow, stretch } from './scale';

/** A mean and the stretch in which it lies. */
export function IntervalBar({ of, low }: { of: Interval; low: number }) {
  const { at, length } = stretch(of.lower, of.upper, low, 1);
  const { at: mean } = stretch(of.mean, of.mean, low, 1);
  const said = t.quality.people.interval(formatPercent(of.mean), formatPercent(of.lower), formatPercent(of.upper));
  return (
    <span class="interval">
      <span class="num">{said}</span>
      <span class="track" aria-hidden="true">
        <span class="range" style={{ insetInlineStart: `${at}%`, width: `${length}%` }} />
        <span class="dot" style={{ insetInlineStart: `${mean}%` }} />
      </span>
    </span>
  );
}

const kSides = 1.96;
export const alphaText = (value: number): string => value.toFixed(2);

/** Alpha of each stretch of time as a point with its interval; the same as a table below. */
export function AgreementPlot({ of }: { of: QualityQuestion['agreement_over_time'] }) {
  const q = t.quality;
  const points = of.flatMap((one) => (one.value === null || one.error === null ? [] : [{ ...one, value: one.value, half: kSides * one.error }]));
  if (points.length < 2) return null;
  const low = lowEnd(Math.min(0, ...points.map((p) => p.value - p.half)));
  return (
    <section class="card">
      <h2>{q.overTime}</h2>
      <p class="soft small">{q.overTimeNote}</p>
      <div class="alpha-plot" aria-hidden="true">
        <span class="axis"><span>1</span><span>{alphaText(low)}</span></span>
        {points.map((p) => {
          const { at, length } = stretch(p.value - p.half, p.value + p.half, low, 1);
          return (
            <span key={p.from} class="alpha-point">
              <span class="range" style={{ insetBlockEnd: `${at}%`, height: `${length}%` }} />
              <span class="dot" style={{ insetBlockEnd: `${stretch(p.value, p.value, low, 1).at}%` }} />
              <span class="day">{formatDay(p.from)}</span>
            </span>
          );
        })}
      </div>
      <Details summary={<span class="small">{t.ui.asTable}</span>}>
        <Table
          label={q.overTime} rows={points} keyOf={(p) => p.from}
          columns={[
            { head: q.from, cell: (p) => formatDay(p.from) },
            { head: q.value, end: true, cell: (p) => q.plusMinus(alphaText(p.value), alphaText(p.error ?? 0)) },
            { head: q.tasks.task, end: true, cell: (p) => formatCount(p.tasks) },
          ]}
        />
      </Details>
    </section>
  );
}

/** What is right against what was said; the darker, the larger the share of its row. */
export function Confusion({ labels, rows }: { labels: string[]; rows: number[][] }) {
  const c = t.quality.confusion;
  if (rows.length === 0) return <p>{c.none}</p>;
  return (
    <div class="stack tight">
      <p class="soft small">{c.note}</p>
      <div class="table-wrap" tabIndex={0} role="region" aria-label={t.quality.people.confusion}>
        <table class="table confusion">
          <thead><tr><th scope="col">{c.right} ↓ {c.said} →</th>{labels.map((label) => <th key={label} scope="col" class="end">{labelText(label)}</th>)}</tr></thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={labels[i]}>
                <th scope="row">{labelText(labels[i] ?? '')}</th>
                {row.map((n, j) => <td key={j} class="end num" style={{ '--share': `${Math.round(shareOfRow(row, j) * 70)}%` }}>{n.toFixed(1)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
