import { useRef } from 'preact/hooks';
import { t } from '../strings';
import { formatDuration } from './format';
import { leftMs, rateOf, sampled, type Sample } from './rate';

/** How far, how fast, how long still. Without a total only how far and how fast. */
export function ProgressBar({ label, value, total, format, rate, note }: {
  label: string; value: number; total: number | null; format: (n: number) => string; rate?: boolean; note?: string;
}) {
  const samples = useRef<Sample[]>([]);
  const share = total && total > 0 ? Math.min(1, value / total) : 0;
  const tail: string[] = note ? [note] : [];
  if (rate) {
    samples.current = sampled(samples.current, Date.now(), value);
    const perMs = rateOf(samples.current);
    if (perMs !== null && perMs * 1000 >= 0.5) tail.push(t.common.perSecond(format(Math.round(perMs * 1000))));
    const left = leftMs(perMs, value, total ?? 0);
    if (left !== null) tail.push(t.common.left(formatDuration(left)));
  }
  const said = total === null ? format(value) : t.common.of(format(value), format(total));
  return (
    <div class="progress">
      <div class="row between">
        <span>{label}</span>
        <span class="soft small num">{[said, ...tail].join(' · ')}</span>
      </div>
      <div
        class={total === null ? 'bar moving' : 'bar'} role="progressbar" aria-label={label} aria-valuetext={said}
        {...(total === null ? {} : { 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': Math.round(share * 100) })}
      >
        <span style={{ width: total === null ? '30%' : `${share * 100}%` }} />
      </div>
    </div>
  );
}
