// The map of a long dialogue: one mark per message from top to bottom, as high as the message is long (on a curve, so that one
// very long message does not hide the others), never too small to be seen.

export type MarkState = 'none' | 'open' | 'good' | 'neutral' | 'bad';

export interface Mark {
  top: number;
  height: number;
}

const kGap = 0.15;

/** Places of the marks on a scale from 0 to 1. */
export function layOut(lengths: number[]): Mark[] {
  const weights = lengths.map((n) => 1 + Math.log2(1 + Math.max(0, n) / 40));
  const all = weights.reduce((sum, w) => sum + w, 0) || 1;
  let top = 0;
  return weights.map((w) => {
    const share = w / all;
    const mark = { top, height: share * (1 - kGap) };
    top += share;
    return mark;
  });
}

/** Which mark lies at a height from 0 to 1. */
export function markAt(marks: Mark[], height: number): number {
  let low = 0;
  let high = marks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((marks[middle]?.top ?? 0) <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function stateOf(rating: unknown, isStep: boolean): MarkState {
  if (!isStep) return 'none';
  return rating === 1 ? 'good' : rating === 0 ? 'neutral' : rating === -1 ? 'bad' : 'open';
}
