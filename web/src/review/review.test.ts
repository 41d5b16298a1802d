import assert from 'node:assert/strict';
import test from 'node:test';
import type { JsonObject } from '../api/types';
import { readForm, type Form } from '../work/form';
import { agreedPart, alignedRows, takePart } from './aligned';
import { drawSample, notAccepted, proposedSample, withLast, wrongAtMost } from './sample';

const form = readForm({
  views: [],
  questions: [
    { id: 'choice', kind: 'compare', from: '/responses', strength: 3, strength_id: 'strength', label: 'Better' },
    { id: 'criteria', kind: 'rubric', from: '/rubric' },
    { id: 'ratings', kind: 'steps', from: '/steps' },
    { id: 'why', kind: 'text' },
  ],
}) as Form;
const data: JsonObject = {
  responses: [{ text: 'x' }, { text: 'y' }], rubric: [{ id: 'r1', criterion: 'Says so' }, { id: 'r2', criterion: 'Cites it' }], steps: ['1', '2'],
};
const one = { choice: 'a', strength: 2, criteria: { r1: true, r2: false }, ratings: [1, -1], why: 'because' };
const two = { choice: 'b', strength: 2, criteria: { r1: true, r2: true }, ratings: [1, 0], why: 'because' };

test('aligned: criteria and steps are rows of their own, and only what differs is marked', () => {
  const rows = alignedRows(form, data, [], [one, two]);
  assert.deepEqual(rows.map((r) => [r.question, r.part, r.differs]), [
    ['choice', '', true], ['choice', 'strength', false], ['criteria', 'r1', false], ['criteria', 'r2', true],
    ['ratings', '0', false], ['ratings', '1', true], ['why', '', false],
  ]);
});

test('aligned: blind order shows places, taking keeps canonical letters', () => {
  const [row] = alignedRows(form, data, [1, 0], [one, two]);
  assert.notEqual(row?.cells[0], row?.cells[1]);
  const swapped = alignedRows(form, data, [0, 1], [one, two])[0];
  assert.equal(row?.cells[0], swapped?.cells[1]);
  assert.ok(row);
  assert.equal(takePart(form, {}, one, row).choice, 'a');
});

test('aligned: a part is taken alone, the rest of the answer stays', () => {
  const rows = alignedRows(form, data, [], [one, two]);
  const r2 = rows.find((r) => r.part === 'r2');
  const step = rows.find((r) => r.question === 'ratings' && r.part === '1');
  assert.ok(r2 && step);
  assert.deepEqual(takePart(form, one, two, r2).criteria, { r1: true, r2: true });
  assert.deepEqual(takePart(form, {}, two, step).ratings, [null, 0]);
  assert.deepEqual(one.criteria, { r1: true, r2: false });
});

test('aligned: a settlement starts from what all say', () => {
  const rows = alignedRows(form, data, [], [one, two]);
  assert.deepEqual(agreedPart(form, rows, [one, two]), {
    strength: 2, criteria: { r1: true }, ratings: [1], why: 'because',
  });
});

test('sample: a draw is a part of the whole, nothing twice, nothing lost', () => {
  const items = Array.from({ length: 50 }, (_, i) => i);
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  const { sample, rest } = drawSample(items, 8, random);
  assert.equal(sample.length, 8);
  assert.deepEqual([...sample, ...rest].sort((a, b) => a - b), items);
  assert.notDeepEqual(sample, items.slice(0, 8));
  assert.deepEqual(drawSample([1, 2], 5, random).rest, []);
});

test('sample: every place of the list is drawn alike', () => {
  let seed = 11;
  const random = (below: number): number => Math.floor(((seed = (seed * 48271) % 2147483647) / 2147483647) * below);
  const hits = new Array<number>(10).fill(0);
  for (let n = 0; n < 20_000; n++) for (const i of drawSample([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3, random).sample) hits[i] = (hits[i] ?? 0) + 1;
  for (const n of hits) assert.ok(Math.abs(n - 6000) < 300, String(hits));
});

test('sample: one that was skipped, lost or could not be sent is not accepted', () => {
  assert.equal(notAccepted(['accept', 'accept']), 0);
  assert.equal(notAccepted(['accept', null]), 1);
  assert.equal(notAccepted(['accept', 'reject', null]), 2);
  assert.equal(notAccepted(withLast(['accept'], 'accept', true)), 0);
  assert.equal(notAccepted(withLast(['accept'], 'accept', false)), 1);
});

test('sample: the bound is that of the hypergeometric distribution', () => {
  // By the definition: the chance of no wrong one among `looked` of `total` of which `wrong` are.
  const none = (looked: number, total: number, wrong: number): number => {
    let chance = 1;
    for (let i = 0; i < looked; i++) chance *= (total - wrong - i) / (total - i);
    return chance;
  };
  for (const [looked, total] of [[3, 10], [10, 100], [30, 100], [59, 1000], [5, 5]] as const) {
    const most = wrongAtMost(looked, total);
    assert.ok(none(looked, total, most) >= 0.05, `${looked} of ${total}: ${most}`);
    assert.ok(most === total - looked || none(looked, total, most + 1) < 0.05, `${looked} of ${total}: ${most} is not the most`);
  }
  assert.equal(wrongAtMost(5, 5), 0);
  assert.equal(proposedSample(4), 3);
  assert.equal(proposedSample(200), 20);
});
