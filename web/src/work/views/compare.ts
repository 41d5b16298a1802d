// Which words of a text another one lacks. Lines that both have come first, so that only what lies between is compared word by
// word; texts that differ in too much for that are not compared at all.
import { wordDiff } from '../diff';

export interface Word {
  text: string;
  /** Only this text has it. */
  own: boolean;
}

const kMostChars = 200_000;
const kMostLineCells = 2_000_000;
const kMostWordCells = 3_000_000;

interface Hunk {
  same: boolean;
  a: string;
  b: string;
}

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Longest common subsequence of lines as alternating hunks; null where there are too many lines. */
function hunksOf(before: string, after: string): Hunk[] | null {
  const [a, b] = [linesOf(before), linesOf(after)];
  if (a.length * b.length > kMostLineCells) return null;
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] = a[i] === b[j]
        ? (best[(i + 1) * width + j + 1] ?? 0) + 1
        : Math.max(best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0);
    }
  }
  const out: Hunk[] = [];
  const add = (same: boolean, left: string, right: string): void => {
    const last = out.at(-1);
    if (last?.same === same) [last.a, last.b] = [last.a + left, last.b + right];
    else out.push({ same, a: left, b: right });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    if (x !== undefined && x === y && ++i && ++j) add(true, x, x);
    else if (x !== undefined && (y === undefined || (best[(i + 1) * width + j] ?? 0) >= (best[i * width + j + 1] ?? 0)) && ++i) add(false, x, '');
    else if (y !== undefined && ++j) add(false, '', y);
  }
  return out;
}

const wordsIn = (text: string): number => text.match(/\S+/g)?.length ?? 0;

/** The words of `text`, marked where `other` lacks them; null where the two are too long to compare. */
export function ownWords(text: string, other: string): Word[] | null {
  if (text.length > kMostChars || other.length > kMostChars) return null;
  if (text === other) return [{ text, own: false }];
  const hunks = hunksOf(other, text);
  if (!hunks) return null;
  let cells = 0;
  for (const h of hunks) if (!h.same) cells += 4 * wordsIn(h.a) * wordsIn(h.b);
  if (cells > 4 * kMostWordCells) return null;
  const out: Word[] = [];
  const add = (piece: string, own: boolean): void => {
    const last = out.at(-1);
    if (piece === '') return;
    if (last?.own === own) last.text += piece;
    else out.push({ text: piece, own });
  };
  for (const h of hunks) {
    if (h.same) add(h.b, false);
    else for (const op of wordDiff(h.a, h.b)) if (op.op !== '-') add(op.text, op.op === '+');
  }
  return out;
}
