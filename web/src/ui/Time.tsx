import { formatTime, formatWhen } from './format';
import { useNow } from './hooks';

/** How long ago, with the exact time at hand. */
export function Ago({ at, everyMs = 30_000 }: { at: string | null | undefined; everyMs?: number }) {
  const now = useNow(everyMs);
  if (!at) return <span class="soft">–</span>;
  return <time dateTime={at} title={formatTime(at)}>{formatWhen(at, now)}</time>;
}

export function Moment({ at }: { at: string | null | undefined }) {
  return at ? <time dateTime={at}>{formatTime(at)}</time> : <span class="soft">–</span>;
}
