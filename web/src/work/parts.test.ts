import assert from 'node:assert/strict';
import test from 'node:test';
import { wordDiff } from './diff';
import { letterAt, orderOf, placeOf } from './order';
import { readCriteria, rubricScore, scoreParts } from './score';
import { ActiveTimer, kIdleMs } from './timer';

test('order: the screen maps to canonical letters and back, for every order of three', () => {
  for (const order of [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]) {
    for (let place = 0; place < 3; place++) assert.equal(placeOf(order, letterAt(order, place)), place);
  }
  assert.equal(letterAt([2, 0, 1], 0), 'c');
  assert.equal(placeOf([1, 0], 'tie'), -1);
});

test('order: what is no permutation is not used', () => {
  assert.deepEqual(orderOf([1, 1], 2), [0, 1]);
  assert.deepEqual(orderOf(undefined, 2), [0, 1]);
  assert.deepEqual(orderOf([1, 0, 2], 2), [0, 1]);
  assert.deepEqual(orderOf([1, 0], 2), [1, 0]);
});

test('score: gates, negative points, and what cannot be assessed', () => {
  const rows = readCriteria([
    { id: 'a', criterion: 'A', points: 4 }, { id: 'b', criterion: 'B', points: -2 },
    { id: 'c', criterion: 'C', points: 6 }, { id: 'g', criterion: 'G', points: 0, gate: true },
  ]);
  assert.equal(rubricScore(rows, {}), null);
  assert.equal(rubricScore(rows, { a: true, c: false }), 0.4);
  assert.equal(rubricScore(rows, { a: true, c: null }), 1);
  assert.equal(rubricScore(rows, { a: true, b: true, c: false }), 0.2);
  assert.equal(rubricScore(rows, { b: true, a: false, c: false }), 0, 'clipped');
  assert.equal(rubricScore(rows, { a: true, c: true, g: false }), 0);
  const fault = readCriteria([{ id: 'a', criterion: 'A', points: 4 }, { id: 'f', criterion: 'F', points: -1, gate: true }]);
  assert.equal(rubricScore(fault, { a: true, f: false }), 1, 'a gate of negative points fails when it is met');
  assert.equal(rubricScore(fault, { a: true, f: true }), 0);
  assert.deepEqual(scoreParts(rows, { a: true, b: true, c: null }), {
    score: 0.5, met: 2, possible: 4, most: 10, judged: 3, notAssessed: 1, gateFailed: false,
  });
});

test('diff: words that went and came, the rest unchanged', () => {
  assert.deepEqual(wordDiff('the old cat sat', 'the new cat sat down'), [
    { op: '=', text: 'the ' }, { op: '-', text: 'old' }, { op: '+', text: 'new' },
    { op: '=', text: ' cat sat' }, { op: '+', text: ' down' },
  ]);
  assert.deepEqual(wordDiff('', 'x'), [{ op: '+', text: 'x' }]);
  for (const [a, b] of [['a b c', 'c b a'], ['', ''], ['same', 'same'], ['one\n\ntwo', 'one two']] as const) {
    const ops = wordDiff(a, b);
    assert.equal(ops.filter((o) => o.op !== '+').map((o) => o.text).join(''), a);
    assert.equal(ops.filter((o) => o.op !== '-').map((o) => o.text).join(''), b);
  }
});

test('timer: counts while someone is there, two minutes after the last sign at most', () => {
  const timer = new ActiveTimer(0);
  assert.equal(timer.totalMs(10_000), 10_000);
  timer.touch(10_000);
  assert.equal(timer.totalMs(10_000_000), 10_000 + kIdleMs);
  assert.equal(timer.isActive(10_000_000), false);
  timer.touch(10_000_000);
  timer.setVisible(false, 10_005_000);
  assert.equal(timer.totalMs(10_030_000), 15_000 + kIdleMs);
  timer.setVisible(true, 10_040_000);
  assert.equal(timer.totalMs(10_041_000), 16_000 + kIdleMs);
});
