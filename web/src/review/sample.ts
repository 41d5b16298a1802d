// Accepting many after looking at some: which are looked at, and what is then known of the rest.

import type { Verdict } from '../api';

export const kSmallestSample = 3;
/** So many are taken at once: a sitting's work, and a list that a page can hold. */
export const kMostAtOnce = 1000;

export const proposedSample = (total: number): number => Math.min(total, Math.max(kSmallestSample, Math.ceil(total / 10)));

/** `count` of `items` in random order (Fisher and Yates); `random` gives whole numbers below its argument. */
export function drawSample<T>(items: readonly T[], count: number, random: (below: number) => number): { sample: T[]; rest: T[] } {
  const all = [...items];
  const taken = Math.min(count, all.length);
  for (let i = 0; i < taken; i++) {
    const j = i + random(all.length - i);
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return { sample: all.slice(0, taken), rest: all.slice(taken) };
}

/** What was said of a sampled one; null where nothing was, which proves nothing of the rest. */
export type Looked = Verdict | null;

/** With the last of the sample, which counts only if all that was decided has been sent. */
export const withLast = (before: readonly Looked[], last: Looked, sent: boolean): Looked[] => [...before, sent ? last : null];

export const notAccepted = (looks: readonly Looked[]): number => looks.filter((look) => look !== 'accept').length;

/** Without the bias of a remainder. */
export function randomBelow(below: number): number {
  const most = Math.floor(0x1_0000_0000 / below) * below;
  for (;;) {
    const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
    if (value < most) return value % below;
  }
}

/** The most wrong ones among `total` that still leave a sample of `looked` without any in at least one draw of twenty:
    the exact upper 95 % bound of the hypergeometric distribution after zero wrong. */
export function wrongAtMost(looked: number, total: number): number {
  if (looked <= 0) return total;
  let chance = 1;
  let wrong = 0;
  while (wrong < total - looked) {
    // From `wrong` to one more: C(total-wrong-1, looked) / C(total-wrong, looked).
    chance *= (total - wrong - looked) / (total - wrong);
    if (chance < 0.05) break;
    wrong++;
  }
  return wrong;
}
