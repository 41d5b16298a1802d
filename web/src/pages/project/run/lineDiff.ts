// The lines of a comparison as a person reads them: what went beside what came, long stretches without a change folded.
import type { DiffLine } from '../../../api';

export interface DiffRow {
  kind: 'same' | 'changed' | 'added' | 'removed';
  before: string | null;
  after: string | null;
}
export type DiffPiece = { fold: false; row: DiffRow } | { fold: true; rows: DiffRow[] };

/** A run of removed lines followed by added ones is a change: first beside first, and so on. */
export function pairedRows(lines: DiffLine[]): DiffRow[] {
  const rows: DiffRow[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = (): void => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++) {
      const [before, after] = [removed[i] ?? null, added[i] ?? null];
      rows.push({ kind: before === null ? 'added' : after === null ? 'removed' : 'changed', before, after });
    }
    [removed, added] = [[], []];
  };
  for (const line of lines) {
    if (line.op === '-') {
      if (added.length > 0) flush();
      removed.push(line.text);
    } else if (line.op === '+') added.push(line.text);
    else {
      flush();
      rows.push({ kind: 'same', before: line.text, after: line.text });
    }
  }
  flush();
  return rows;
}

const kAround = 3;
const kLeastFold = 4;

/** Three lines around each change stay; what lies between them folds where it is worth it. */
export function foldedRows(rows: DiffRow[], around = kAround): DiffPiece[] {
  const near = rows.map(() => false);
  rows.forEach((row, i) => {
    if (row.kind === 'same') return;
    for (let j = Math.max(0, i - around); j <= Math.min(rows.length - 1, i + around); j++) near[j] = true;
  });
  const pieces: DiffPiece[] = [];
  for (let i = 0; i < rows.length;) {
    let end = i;
    while (end < rows.length && !near[end]) end++;
    if (end - i >= kLeastFold) pieces.push({ fold: true, rows: rows.slice(i, end) });
    else for (const row of rows.slice(i, end)) pieces.push({ fold: false, row });
    if (end < rows.length) pieces.push({ fold: false, row: rows[end] as DiffRow });
    i = end + 1;
  }
  return pieces;
}

export function countChanges(rows: DiffRow[]): { added: number; removed: number } {
  return {
    added: rows.filter((r) => r.kind === 'added' || r.kind === 'changed').length,
    removed: rows.filter((r) => r.kind === 'removed' || r.kind === 'changed').length,
  };
}
