import type { Day } from '../../../api/manage';
import { t } from '../../../strings';
import { Segmented } from '../../../ui/Button';
import { formatCount, formatDuration, formatUtcDay } from '../../../ui/format';
import { Plot } from '../../../ui/Plot';
import { burnUp, meanMs } from './pace';

export interface PlotsProps {
  days: Day[];
  given: number;
  wanted: number;
  span: '14' | '30' | '90';
  onSpan: (span: '14' | '30' | '90') => void;
}

export function OverviewPlots({ days, given, wanted, span, onSpan }: PlotsProps) {
  const r = t.run.overview;
  const xs = days.map((d) => Date.parse(`${d.day}T00:00:00Z`) / 1000);
  const names = days.map((d) => formatUtcDay(d.day));
  return (
    <section class="card" aria-label={r.byDay}>
      <div class="row between">
        <h2>{r.byDay}</h2>
        <Segmented label={r.span} value={span} onChange={onSpan} options={[['14', r.days(14)], ['30', r.days(30)], ['90', r.days(90)]]} />
      </div>
      <div class="plots">
        <Plot
          label={r.answersPerDay} xs={xs} names={names} format={formatCount}
          series={[
            { label: r.submitted, values: days.map((d) => d.submitted), color: '--plot-1', kind: 'bars' },
            { label: t.overview.accepted, values: days.map((d) => d.accepted), color: '--plot-3', kind: 'line' },
            { label: t.overview.returned, values: days.map((d) => d.returned), color: '--plot-2', kind: 'line' },
          ]}
        />
        <Plot
          label={r.towardsEnd} xs={xs} names={names} format={formatCount}
          series={[
            { label: r.inAll, values: burnUp(days, given), color: '--plot-1', kind: 'line' },
            { label: r.wanted, values: days.map(() => wanted), color: '--text-soft', kind: 'dashed' },
          ]}
        />
        <Plot
          label={r.timePerDay} xs={xs} names={names} format={formatDuration}
          series={[{ label: r.mean, values: days.map((d) => meanMs(d.active_ms, d.submitted)), color: '--plot-3', kind: 'line' }]}
        />
      </div>
    </section>
  );
}
