// How fast something goes, over the last half minute: a rate since the beginning lies after every pause.

export interface Sample {
  at: number;
  value: number;
}

const kWindowMs = 30_000;
const kLeastMs = 1000;

export function sampled(samples: Sample[], at: number, value: number): Sample[] {
  const last = samples.at(-1);
  const kept = last && value < last.value ? [] : samples.filter((s) => at - s.at < kWindowMs);
  if (kept.length > 1 && last && at - last.at < 100) kept.pop();
  return [...kept, { at, value }];
}

/** Per millisecond; null while it is too early to say, or nothing moves. */
export function rateOf(samples: Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < kLeastMs || last.value <= first.value) return null;
  return (last.value - first.value) / (last.at - first.at);
}

export const leftMs = (rate: number | null, value: number, total: number): number | null =>
  rate === null || total <= value ? null : (total - value) / rate;
