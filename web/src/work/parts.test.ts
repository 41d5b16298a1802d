import assert from 'node:assert/strict';
import test from 'node:test';
import { wordDiff } from './diff';
import { mixed, preference } from './forms.fixture';
import { letterAt, orderOf, placeOf } from './order';
import { readCriteria, rubricScore } from './score';
import { kGlobalKeys, slotsOf } from './slots';
import { pieces, toPoints } from './spans';
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
});

test('slots: no key twice, none of the global ones, wished keys kept', () => {
  const data = { responses: [{}, {}] };
  for (const [form, input] of [[preference, data], [mixed, {}]] as const) {
    const keys = [...slotsOf(form, input, []).values()].flat().map((s) => s.key);
    assert(keys.every((k) => k !== '' && !kGlobalKeys.has(k)), keys.join());
    assert.equal(new Set(keys).size, keys.length);
  }
  const compare = slotsOf(preference, data, []).get('choice') ?? [];
  assert.deepEqual(compare.map((s) => s.key), ['1', '2', 't', 'b', 'q', 'w', 'e']);
  assert.equal((slotsOf(mixed, {}, []).get('kind') ?? []).find((s) => s.value === 'y')?.key, '1');
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

test('spans: code points, not UTF-16 units, and overlapping pieces', () => {
  assert.equal(toPoints('a😀b', 3), 2);
  const cut = pieces('a😀bcd', [{ start: 1, end: 3, label: 'x' }, { start: 2, end: 4, label: 'y' }]);
  assert.deepEqual(cut.map((p) => [p.text, p.labels.join()]), [['a', ''], ['😀', 'x'], ['b', 'x,y'], ['c', 'y'], ['d', '']]);
});

test('timer: counts while someone is there, a minute after the last sign at most', () => {
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
