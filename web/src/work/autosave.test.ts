import assert from 'node:assert/strict';
import test from 'node:test';
import { Problem } from '../api/problem';
import type { Answers } from '../api/types';
import { Autosave, kLongestMs, kQuietMs, kRetryMs, type SaveState } from './autosave';

type Sent = { revision: number; answers: Answers; ok: () => void; fail: (problem: Problem) => void };

function bench(start = { revision: 0, answers: {} as Answers }) {
  const sent: Sent[] = [];
  const states: SaveState[] = [];
  let timers: { run: () => void; ms: number }[] = [];
  const autosave = new Autosave(start, {
    save: (revision, answers) =>
      new Promise((resolve, reject) => {
        sent.push({ revision, answers, ok: () => resolve({ revision }), fail: reject });
      }),
    onState: (state) => states.push(state),
    now: () => 5000,
    setTimer: (run, ms) => {
      const timer = { run, ms };
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => {
      timers = timers.filter((other) => other !== timer);
    },
  });
  const fire = () => {
    const due = timers;
    timers = [];
    for (const timer of due) timer.run();
    return due.map((timer) => timer.ms);
  };
  const settle = () => new Promise<void>((done) => setTimeout(done, 0));
  const at = (i: number): Sent => {
    const one = sent[i];
    assert(one, `save ${i} was not sent`);
    return one;
  };
  return { autosave, sent, states, fire, settle, at, last: () => states.at(-1) };
}

test('autosave: waits for quiet, sends once, says saved', async () => {
  const b = bench();
  b.autosave.change({ a: 1 });
  b.autosave.change({ a: 2 });
  assert.equal(b.last()?.kind, 'waiting');
  assert.deepEqual(b.fire(), [kQuietMs]);
  assert.deepEqual([b.sent.length, b.at(0).revision, b.at(0).answers], [1, 1, { a: 2 }]);
  b.at(0).ok();
  await b.settle();
  assert.deepEqual(b.last(), { kind: 'saved', changes: 0, savedAtMs: 5000 });
});

test('autosave: what changes during a save goes with the next, one at a time', async () => {
  const b = bench();
  b.autosave.change({ a: 1 });
  b.fire();
  b.autosave.change({ a: 2 });
  assert.equal(b.sent.length, 1);
  assert.equal(b.autosave.isDirty, true);
  b.at(0).ok();
  await b.settle();
  assert.equal(b.last()?.changes, 1);
  b.fire();
  assert.deepEqual([b.at(1).revision, b.at(1).answers], [2, { a: 2 }]);
});

test('autosave: offline keeps the changes, retries more patiently, and never reuses a number', async () => {
  const b = bench({ revision: 7, answers: {} });
  b.autosave.change({ a: 1 });
  b.fire();
  b.at(0).fail(Problem.network());
  await b.settle();
  assert.deepEqual([b.last()?.kind, b.last()?.changes], ['offline', 1]);
  b.autosave.change({ a: 2 });
  assert.deepEqual(b.fire(), [kRetryMs[0]]);
  b.at(1).fail(Problem.network());
  await b.settle();
  assert.deepEqual(b.fire(), [kRetryMs[1]]);
  assert.deepEqual(b.sent.map((s) => s.revision), [8, 9, 10]);
  assert.deepEqual(b.at(2).answers, { a: 2 });
  b.at(2).ok();
  await b.settle();
  assert.equal(b.last()?.kind, 'saved');
});

test('autosave: a lost reply is recognised, another window is a conflict that the person settles', async () => {
  const b = bench();
  const stale = (draft: unknown) => new Problem(409, { type: '/problems/stale-draft', draft });
  b.autosave.change({ a: 1 });
  b.fire();
  b.at(0).fail(stale({ revision: 4, answers: { a: 1 } }));
  await b.settle();
  assert.equal(b.last()?.kind, 'saved');
  b.autosave.change({ a: 2 });
  b.fire();
  assert.equal(b.at(1).revision, 5);
  b.at(1).fail(stale({ revision: 9, answers: { a: 'theirs' } }));
  await b.settle();
  assert.equal(b.last()?.kind, 'conflict');
  b.autosave.change({ a: 3 });
  assert.equal(b.sent.length, 2, 'nothing is overwritten before the person has chosen');
  b.autosave.keepMine();
  assert.deepEqual([b.at(2).revision, b.at(2).answers], [10, { a: 3 }]);
});

test('autosave: the other draft can be taken', async () => {
  const b = bench();
  b.autosave.change({ a: 1 });
  b.fire();
  b.at(0).fail(new Problem(409, { type: '/problems/stale-draft', draft: { revision: 2, answers: { a: 'theirs' } } }));
  await b.settle();
  assert.deepEqual(b.autosave.takeTheirs(), { a: 'theirs' });
  assert.equal(b.autosave.isDirty, false);
});

test('autosave: what is no longer reserved still goes to the server, which keeps it as a draft', async () => {
  const b = bench();
  b.autosave.change({ a: 1 });
  b.fire();
  b.at(0).fail(new Problem(409, { type: '/problems/stale-token', draft_kept: true }));
  await b.settle();
  assert.deepEqual([b.last()?.kind, b.autosave.isDirty], ['lost', false]);
  b.autosave.change({ a: 2 });
  assert.equal(b.autosave.isDirty, true);
  b.fire();
  assert.deepEqual([b.sent.length, b.last()?.kind, b.at(1).answers], [2, 'lost', { a: 2 }]);
});

test('autosave: somebody who types without a pause is saved all the same', () => {
  let now = 0;
  const waits: number[] = [];
  const autosave = new Autosave({ revision: 0, answers: {} }, {
    save: () => new Promise(() => undefined),
    onState: () => undefined,
    now: () => now,
    setTimer: (_, ms) => waits.push(ms),
    clearTimer: () => undefined,
  });
  for (; now <= kLongestMs; now += 100) autosave.change({ a: now });
  assert.equal(waits[0], kQuietMs);
  assert.equal(waits.at(-1), 0);
  waits.forEach((ms, i) => assert(i * 100 + ms <= kLongestMs, `change ${i} would wait until ${i * 100 + ms}`));
});

test('autosave: flush sends at once and waits for what is under way', async () => {
  const b = bench();
  b.autosave.change({ a: 1 });
  const first = b.autosave.flush();
  b.autosave.change({ a: 2 });
  let done = false;
  const second = b.autosave.flush().then(() => (done = true));
  b.at(0).ok();
  await first;
  await b.settle();
  assert.equal(done, false);
  b.at(1).ok();
  await second;
  assert.equal(b.autosave.isDirty, false);
});
