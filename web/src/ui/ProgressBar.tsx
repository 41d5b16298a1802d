import { useRef } from 'preact/hooks';
import { t } from '../strings';
import { formatDuration } from './format';

/** How far, how fast, how long still. The rate is that of the last half minute. */
export function ProgressBar({ label, value, total, format, rate }: {
  label: string; value: number; total: number; format: (n: number) => string; rate?: boolean;
}) {
  const samples = useRef<{ at: number; value: number }[]>([]);
  const share = total > 0 ? Math.min(1, value / total) : 0;
  let tail = '';
  if (rate) {
    const now = Date.now();
    const kept = samples.current.filter((s) => now - s.at < 30_000 && s.value <= value);
    kept.push({ at: now, value });
    samples.current = kept;
    const first = kept[0];
    if (first && now - first.at > 1000 && value > first.value) {
      const perMs = (value - first.value) / (now - first.at);
      tail = t.common.perSecond(format(Math.max(1, Math.round(perMs * 1000))));
      if (total > value) tail += ` · ${t.common.left(formatDuration((total - value) / perMs))}`;
    }
  }
  return (
    <div class="stack tight">
      <div class="row between small">
        <span>{label}</span>
        <span class="soft num">{t.common.of(format(value), format(total))}{tail ? ` · ${tail}` : ''}</span>
      </div>
      <div class="bar" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)}>
        <span style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
