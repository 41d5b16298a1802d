import assert from 'node:assert/strict';
import test from 'node:test';
import type { TimeEntry } from '../api/person';
import { Problem } from '../api/problem';
import { ActiveTimer, kIdleMs } from '../work/timer';
import { findAll } from '../work/guidelines/find';
import { guidelinesState, isNew, mustSee } from '../work/guidelines/seen';
import { earnedSoFar, formatMoney, rateOf } from './money';
import { readResearch, researchEntries } from './research';
import { atClock, clockOf, overlapping, rowsSince, totals, wrongWith } from './timeLog';
import { waitingEntry } from './useWaiting';
import { TimeQueue, type Waiting } from './timeQueue';

test('timer: what holds it stops it, and two holds need two releases', () => {
  const timer = new ActiveTimer(0);
  timer.hold('research', true, 1000);
  timer.setVisible(false, 2000);
  timer.touch(3000);
  timer.setVisible(true, 5000);
  assert.equal(timer.totalMs(6000), 1000);
  assert.equal(timer.isActive(6000), false);
  timer.hold('research', false, 10_000);
  assert.equal(timer.totalMs(12_000), 3000);
  assert.equal(timer.isActive(12_000), true);
});

test('timer: time away does not count, coming back does not bring it back', () => {
  const timer = new ActiveTimer(0);
  timer.touch(kIdleMs + 500_000);
  assert.equal(timer.totalMs(kIdleMs + 500_000), kIdleMs);
  timer.touch(kIdleMs + 501_000);
  assert.equal(timer.totalMs(kIdleMs + 501_000), kIdleMs + 1000);
});

test('timer: a correction is what counts from then on', () => {
  const timer = new ActiveTimer(0);
  timer.correct(600_000, 5000);
  assert.equal(timer.totalMs(6000), 601_000);
  timer.correct(-5, 6000);
  assert.equal(timer.totalMs(6000), 0);
});

test('money: the smallest unit is that of the currency', () => {
  assert.equal(formatMoney(1234, 'USD', 'en-US'), '$12.34');
  assert.equal(formatMoney(1234, 'JPY', 'en-US'), '¥1,234');
  assert.equal(formatMoney(1234, 'KWD', 'en-US').replace(/\s/g, ' '), 'KWD 1.234');
  assert.equal(formatMoney(1234, 'no such', 'en-US'), '12.34 no such');
});

test('money: an hour pays while it runs, a task when it is submitted, and no rate is no rate', () => {
  assert.equal(earnedSoFar({ minor: 6000, currency: 'EUR', per: 'hour' }, 100, 90_000), 250);
  assert.equal(earnedSoFar({ minor: 6000, currency: 'EUR', per: 'task' }, 100, 90_000), 100);
  assert.equal(rateOf({ pay_minor: 0, pay_currency: 'USD', pay_per: 'hour' }), null);
  assert.equal(rateOf({}), null);
  assert.equal(rateOf({ pay_minor: 5 })?.per, 'hour');
});

const entry = (id: string, from: number, to: number, more: Partial<TimeEntry> = {}): TimeEntry => ({
  id, member: 'mem_1', vendor: '', class: 'work', source: 'timer', started_at: new Date(from).toISOString(), ended_at: new Date(to).toISOString(), assignment: null,
  replaces: null, ...more,
});

test('time: a correction stands in place of what it corrects, also twice, and what was taken away is gone', () => {
  const day = 1_000_000;
  const rows = rowsSince([
    entry('old', 0, day - 1), entry('a', day + 10_000, day + 20_000), entry('b', day + 30_000, day + 40_000),
    entry('a2', day + 5000, day + 20_000, { replaces: 'a' }), entry('a3', day + 6000, day + 20_000, { replaces: 'a2', class: 'research' }),
    entry('b2', day + 30_000, day + 30_001, { replaces: 'b' }),
  ], day);
  assert.deepEqual(rows.map((r) => [r.id, r.endMs - r.startMs]), [['a3', 14_000]]);
});

test('time: sums are of today alone, by kind', () => {
  const rows = rowsSince([entry('a', 500, 1500), entry('b', 2000, 2500, { class: 'guidelines' }), entry('c', 3000, 3100)], 1000);
  assert.deepEqual([...totals(rows, 1000)], [['work', 600], ['guidelines', 500]]);
});

test('time: overlaps, order, future and length are noticed', () => {
  const rows = rowsSince([entry('a', 1000, 2000)], 0);
  assert.equal(overlapping(rows, 1999, 3000, null)?.id, 'a');
  assert.equal(overlapping(rows, 2000, 3000, null), null);
  assert.equal(overlapping(rows, 1500, 3000, 'a'), null);
  assert.equal(wrongWith(5, 5, 10), 'order');
  assert.equal(wrongWith(Number.NaN, 5, 10), 'order');
  assert.equal(wrongWith(0, 3_600_000, 0), 'future');
  assert.equal(wrongWith(0, 13 * 3_600_000, 20 * 3_600_000), 'long');
  assert.equal(wrongWith(0, 5, 10), null);
});

test('time: the clock reads and writes the same minute', () => {
  const noon = new Date(2026, 5, 1, 12, 0).getTime();
  assert.equal(clockOf(atClock(noon, '09:07')), '09:07');
  assert(Number.isNaN(atClock(noon, 'nine')));
});

function queueWith(answers: ('ok' | Problem)[]): { queue: TimeQueue; sent: string[]; kept: () => Waiting[] } {
  let text: string | null = null;
  const sent: string[] = [];
  const queue = new TimeQueue({
    read: () => text,
    write: (next) => void (text = next),
    send: async (_, __, key) => {
      const answer = answers.shift() ?? 'ok';
      sent.push(key);
      if (answer !== 'ok') throw answer;
    },
  });
  return { queue, sent, kept: () => JSON.parse(text ?? '[]') as Waiting[] };
}
const waiting = (key: string, member = 'me'): Waiting => ({ member, project: 'p', key, entries: [] });

test('time queue: a broken connection keeps it, under the same key', async () => {
  const { queue, sent, kept } = queueWith([Problem.network(), 'ok', 'ok']);
  queue.add(waiting('1'));
  queue.add(waiting('2'));
  await queue.flush('me');
  assert.deepEqual([sent, kept().length], [['1'], 2]);
  await queue.flush('me');
  assert.deepEqual([sent, kept().length], [['1', '1', '2'], 0]);
});

test('time queue: what is refused does not hold up the rest, and nobody sends another person’s', async () => {
  const { queue, sent, kept } = queueWith([new Problem(422, { type: '/problems/invalid-interval' }), 'ok']);
  for (const one of [waiting('1'), waiting('2'), waiting('3', 'other')]) queue.add(one);
  await queue.flush('me');
  assert.deepEqual(sent, ['1', '2']);
  assert.deepEqual(kept().map((one) => one.key), ['3']);
});

test('time queue: signed out or locked is not refused', async () => {
  const { queue, kept } = queueWith([new Problem(401, {}), new Problem(423, {})]);
  queue.add(waiting('1'));
  await queue.flush('me');
  await queue.flush('me');
  assert.equal(kept().length, 1);
});

test('research: reported whole, in pieces that the server takes, and what is damaged is none', () => {
  assert.equal(researchEntries('a', 0, 90_000).length, 1);
  assert.equal(researchEntries('a', 0, 500).length, 0);
  const long = researchEntries('a', 0, 25 * 3_600_000);
  assert.equal(long.length, 3);
  assert.equal(long.reduce((sum, e) => sum + Date.parse(e.ended_at) - Date.parse(e.started_at), 0), 25 * 3_600_000);
  assert.equal(readResearch('{"member": 1}'), null);
  assert.equal(readResearch('no json'), null);
  assert.equal(readResearch(null), null);
});

const project = (version: number, seen: number, must: number, required = false) =>
  guidelinesState({ guidelines_version: version, guidelines_seen: seen, guidelines_must: must, settings: { guidelines_required: required } });

test('guidelines: seen first where the manager says so, once', () => {
  assert.equal(mustSee(project(0, 0, 0, true)), false);
  assert.equal(mustSee(project(1, 0, 0, false)), false);
  assert.equal(mustSee(project(1, 0, 0, true)), true);
  assert.equal(mustSee(project(3, 1, 0, true)), false, 'an ordinary change does not stop anybody');
  assert.equal(mustSee(project(3, 1, 2)), true);
  assert.equal(mustSee(project(3, 3, 2)), false);
  assert.equal(isNew(project(3, 1, 0)), true);
  assert.equal(isNew(project(3, 0, 0)), false, 'to a newcomer nothing has changed');
});

test('guidelines: the search folds case, accents and white space, and says where', () => {
  const text = 'The Résumé\n  counts; a resume   counts twice.';
  assert.deepEqual(findAll(text, 'resume counts').map((h) => text.slice(h.start, h.end)), ['Résumé\n  counts', 'resume   counts']);
  assert.deepEqual(findAll(text, '  '), []);
  assert.deepEqual(findAll(text, 'absent'), []);
});

test('waiting: counted where it is worth a line', () => {
  assert.equal(waitingEntry(0, 4999), null);
  assert.equal(waitingEntry(0, 60_000)?.ended_at, '1970-01-01T00:01:00.000Z');
});
