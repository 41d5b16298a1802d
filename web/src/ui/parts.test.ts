import assert from 'node:assert/strict';
import test from 'node:test';
import { Problem } from '../api/problem';
import { pathOf, queryOf, withQuery, wordsOf } from './address';
import { runBulk, type BulkState } from './bulk';
import { back, cursorOf, forward, hasNext, kTrailStart, range, reached } from './paging';
import { leftMs, rateOf, sampled, type Sample } from './rate';
import { pageToggled, rangeAdded, toggled } from './selection';

test('an address keeps its path when its query changes', () => {
  const hash = '#/projects/prj_x/tasks?state=open&order=newest';
  assert.deepEqual(pathOf(hash), ['projects', 'prj_x', 'tasks']);
  assert.equal(queryOf(hash).get('state'), 'open');
  assert.equal(withQuery(hash, { state: 'open,done' }), '#/projects/prj_x/tasks?state=open,done&order=newest');
  assert.equal(withQuery(hash, { state: null, order: '' }), '#/projects/prj_x/tasks');
  assert.equal(withQuery('', { a: 'b' }), '#/?a=b');
  assert.deepEqual(pathOf('#/%zz'), ['%zz']);
});

test('only known words of a closed set come out of an address', () => {
  assert.deepEqual(wordsOf('done,nonsense,open', ['open', 'done', 'cancelled'] as const), ['open', 'done']);
  assert.deepEqual(wordsOf(null, ['open'] as const), []);
});

test('a trail of cursors goes both ways', () => {
  let trail = reached(kTrailStart, 'c1');
  assert(hasNext(trail));
  trail = reached(forward(trail), 'c2');
  assert.equal(cursorOf(trail), 'c1');
  trail = reached(forward(trail), null);
  assert.equal(cursorOf(trail), 'c2');
  assert.equal(hasNext(trail), false);
  assert.deepEqual(range(trail, 50, 7), [101, 107]);
  trail = back(back(back(trail)));
  assert.equal(cursorOf(trail), null);
  assert.equal(cursorOf(forward(trail)), 'c1');
  // The first page now ends elsewhere: what lay behind it is forgotten.
  trail = reached(trail, 'other');
  assert.deepEqual(trail.cursors, [null, 'other']);
  assert.deepEqual(range(kTrailStart, 50, 0), [0, 0]);
});

test('marks hold across pages', () => {
  const rows = ['a', 'b', 'c', 'd'];
  const self = (x: string): string => x;
  let picked = toggled(new Map<string, string>(), 'z', 'z');
  picked = pageToggled(picked, rows, self);
  assert.deepEqual([...picked.keys()].sort(), ['a', 'b', 'c', 'd', 'z']);
  assert.deepEqual([...pageToggled(picked, rows, self).keys()], ['z']);
  assert.deepEqual([...toggled(picked, 'a', 'a').keys()].includes('a'), false);
  assert.deepEqual([...rangeAdded(new Map(), rows, self, 'd', 'b').keys()], ['b', 'c', 'd']);
  assert.equal(rangeAdded(new Map(), rows, self, 'elsewhere', 'b').size, 0);
});

test('a bulk deed reports every refusal and stops where going on is useless', async () => {
  const states: BulkState[] = [];
  const most = { now: 0, ever: 0 };
  const end = await runBulk(['1', '2', '3', '4', '5'], (x) => x, async (x) => {
    most.ever = Math.max(most.ever, ++most.now);
    await Promise.resolve();
    most.now--;
    if (x === '3') throw new Problem(409, { type: '/problems/bad-transition', detail: 'no' });
  }, (s) => states.push(s), () => false, 2);
  assert.equal(end.done, 4);
  assert.equal(most.ever, 2);
  assert.deepEqual(end.refused.map((r) => r.key), ['3']);
  assert.equal(end.stopped, false);
  assert.equal(states.at(-1)?.running, false);
  let calls = 0;
  const cut = await runBulk(['1', '2', '3'], (x) => x, async () => {
    calls++;
    throw Problem.network();
  }, () => undefined, () => false, 1);
  assert.equal(calls, 1);
  assert.equal(cut.stopped, true);
  const asked = await runBulk(['1', '2', '3'], (x) => x, async () => undefined, () => undefined, () => true);
  assert.equal(asked.done, 0);
  assert.equal(asked.stopped, true);
});

test('a rate is that of the last half minute, and says nothing too early', () => {
  let samples: Sample[] = [];
  samples = sampled(samples, 0, 0);
  samples = sampled(samples, 500, 100);
  assert.equal(rateOf(samples), null);
  samples = sampled(samples, 2000, 200);
  assert.equal(rateOf(samples), 0.1);
  assert.equal(leftMs(0.1, 200, 1200), 10_000);
  assert.equal(leftMs(null, 1, 2), null);
  for (let at = 10_000; at <= 60_000; at += 1000) samples = sampled(samples, at, 200 + (at - 10_000) / 100);
  assert(Math.abs((rateOf(samples) ?? 0) - 0.01) < 1e-9);
  assert.equal(sampled(samples, 61_000, 5).length, 1);
});
