import assert from 'node:assert/strict';
import test from 'node:test';
import type { DiffLine } from '../../../api';
import { countChanges, foldedRows, pairedRows } from './lineDiff';

const lines = (text: string): DiffLine[] => text.split('|').map((l) => ({ op: l[0] as DiffLine['op'], text: l.slice(1) }));

test('line diff: a change stands beside what it replaces', () => {
  const rows = pairedRows(lines('=a|-b|-c|+B|=d|+e|-f|+F'));
  assert.deepEqual(rows.map((r) => [r.kind, r.before, r.after]), [
    ['same', 'a', 'a'], ['changed', 'b', 'B'], ['removed', 'c', null], ['same', 'd', 'd'], ['added', null, 'e'], ['changed', 'f', 'F'],
  ]);
  assert.deepEqual(countChanges(rows), { added: 3, removed: 3 });
});

test('line diff: nothing is lost by folding, and short gaps stay open', () => {
  const rows = pairedRows(lines(`${Array.from({ length: 10 }, (_, i) => `=a${i}`).join('|')}|-x|+y|${Array.from({ length: 9 }, (_, i) => `=b${i}`).join('|')}|+z`));
  const pieces = foldedRows(rows);
  assert.deepEqual(pieces.flatMap((p) => (p.fold ? p.rows : [p.row])), rows);
  assert.deepEqual(pieces.filter((p) => p.fold).map((p) => (p.fold ? p.rows.length : 0)), [7]);
  assert.equal(foldedRows(pairedRows(lines('=a|=b|=c'))).length, 3);
});
