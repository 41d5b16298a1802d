import assert from 'node:assert/strict';
import test from 'node:test';
import type { Day } from '../../../api/manage';
import { burnUp, daysBefore, expectedEnd, filledDays, meanMs } from './pace';

const now = Date.parse('2026-11-21T12:00:00Z');
const day = (date: string, submitted: number): Day => ({ day: date, submitted, accepted: 0, returned: 0, rejected: 0, active_ms: 0 });

test('pace: days without work are zeros', () => {
  const days = filledDays([day('2026-11-20', 3)], '2026-11-19', '2026-11-21');
  assert.deepEqual(days.map((d) => [d.day, d.submitted]), [['2026-11-19', 0], ['2026-11-20', 3], ['2026-11-21', 0]]);
  assert.equal(daysBefore(now, 6), '2026-11-15');
});

test('pace: the end is at the pace of the days since work began', () => {
  // 30 answers in a day and a half: 20 a day; 40 left: two days.
  const end = expectedEnd(40, [day('2026-11-20', 20), day('2026-11-21', 10)], now);
  assert.equal(end.kind, 'at');
  if (end.kind !== 'at') return;
  assert.equal(end.perDay, 20);
  assert.equal(end.at, now + 2 * 86_400_000);
});

test('pace: only the last seven days count, idle ones too', () => {
  const end = expectedEnd(65, [day('2026-11-01', 1000), day('2026-11-16', 65)], now);
  assert.equal(end.kind, 'at');
  if (end.kind === 'at') assert.equal(Math.round(end.perDay), 10);
});

test('pace: where too little is known, nothing is said', () => {
  assert.deepEqual(expectedEnd(0, [], now), { kind: 'done' });
  assert.deepEqual(expectedEnd(5, [], now), { kind: 'early', answers: 0 });
  assert.deepEqual(expectedEnd(5, [day('2026-11-20', 4)], now), { kind: 'early', answers: 4 });
  assert.deepEqual(expectedEnd(5, [day('2026-11-21', 50)], Date.parse('2026-11-21T01:00:00Z')), { kind: 'early', answers: 50 });
  assert.deepEqual(expectedEnd(5, [day('2026-11-01', 50)], now), { kind: 'still' });
});

test('pace: answers in all are counted back from now', () => {
  assert.deepEqual(burnUp([day('a', 1), day('b', 2), day('c', 3)], 10), [5, 7, 10]);
  assert.equal(meanMs(0, 0), null);
  assert.equal(meanMs(3000, 2), 1500);
});
