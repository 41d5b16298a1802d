import assert from 'node:assert/strict';
import test from 'node:test';
import type { ExposedRun, Model } from '../../api/models';
import { formatUnits, left, readAmount, readCount, writeAmount } from './amount';
import { inFlight } from './flight';
import { draftOf, moved, newModel, readDraft, type ModelDraft } from './terms';

test('amounts: what is written is what is read, to the millionth', () => {
  for (const [text, units] of [['0', 0], ['3', 3_000_000], ['2.50', 2_500_000], ['0.000001', 1], ['0.15', 150_000], ['1234567.89', 1_234_567_890_000]] as const) {
    assert.equal(readAmount(text), units);
    assert.equal(readAmount(writeAmount(units)), units);
  }
  assert.deepEqual(['', '  '].map(readAmount), [null, null]);
  // A comma may be a point or part of a thousand: nobody guesses about money.
  assert.deepEqual(['2,50', '1,000', '-1', '1e3', '0.0000001', 'free', '999999999999'].map(readAmount), [undefined, undefined, undefined, undefined, undefined, undefined, undefined]);
  assert.deepEqual(['', '12', '1 000', '1.5', 'x', '99999999999999999'].map(readCount), [null, 12, 1000, undefined, undefined, undefined]);
});

test('amounts: small ones keep what they say, and what is left is never less than nothing', () => {
  assert.equal(formatUnits(150, 'USD', 'en'), '$0.00015');
  assert.equal(formatUnits(12_345_678, 'USD', 'en'), '$12.35');
  assert.equal(formatUnits(500_000, 'USD', 'en'), '$0.50');
  assert.equal(formatUnits(0, 'USD', 'en'), '$0.00');
  assert.deepEqual([left(10, 3, 2, 1), left(10, 9, 2), left(null, 5)], [4, 0, null]);
});

const kModel: Model = {
  id: 'mdl_1', version: 1, created_at: '', name: 'fast', currency: 'USD', requests_per_minute: 0, tokens_per_minute: 5000,
  targets: [
    { peer: 'vendor', dialect: 'openai', model: 'm-1', price: { input: 150_000, cached_input: 75_000, output: 600_000 }, default_output: 512, most_output: 0, context: 128_000 },
    { peer: 'house', dialect: 'anthropic', model: 'm-2', price: null, default_output: 0, most_output: 0, context: 0 },
  ],
};

test('a model: its form gives back what it was made from', () => {
  const { id: _, version: _v, created_at: _c, ...terms } = kModel;
  assert.deepEqual(readDraft(draftOf(kModel)), { body: terms });
});

const changed = (change: (draft: ModelDraft) => void): ModelDraft => {
  const draft = draftOf(kModel);
  change(draft);
  return draft;
};
const target = (draft: ModelDraft, n: number) => {
  const found = draft.targets[n];
  assert.ok(found);
  return found;
};

test('a model: what cannot be read is named as the room would name it', () => {
  const wrong = (draft: ModelDraft) => (readDraft(draft) as { wrong: string }).wrong;
  assert.equal(wrong(changed((d) => { d.name = ' '; })), '/name');
  assert.equal(wrong(changed((d) => { d.tokens = 'many'; })), '/tokens_per_minute');
  assert.equal(wrong(changed((d) => { target(d, 1).model = ''; })), '/targets/1/model');
  assert.equal(wrong(changed((d) => { target(d, 0).input = '1,5'; })), '/targets/0/price/input');
  assert.equal(wrong(changed((d) => { target(d, 0).output = ''; })), '/targets/0/price/output');
  assert.equal(wrong(changed((d) => { target(d, 1).output = '2'; })), '/targets/1/price/input');
  assert.equal(wrong(changed((d) => { target(d, 0).context = '128k'; })), '/targets/0/context');
  assert.equal(wrong(newModel([])), '/name');
});

test('a model: fall-back changes its order one place at a time', () => {
  assert.deepEqual([moved(['a', 'b', 'c'], 2, 1), moved(['a', 'b'], 0, -1), moved(['a', 'b'], 1, 2)], [['a', 'c', 'b'], ['a', 'b'], ['a', 'b']]);
});

test('a stop: what had begun and was not over was in flight', () => {
  const exchange = (id: string, at: string, whole_ms: number) => ({ id, project: 'prj_1', at: `2026-01-01T${at}Z`, whole_ms, state: 'complete' });
  const run = (ended_at: string | null): ExposedRun => ({
    started_at: '2026-01-01T10:00:00Z', ended_at, stopped_by: null, executables: [],
    exchanges: [exchange('over', '10:00:10', 2_000), exchange('through', '10:00:30', 60_000), exchange('just-ended', '10:00:55', 4_500), exchange('later', '10:02:00', 100)],
  });
  assert.deepEqual(inFlight(run('2026-01-01T10:01:00Z')).map((one) => one.id), ['through', 'just-ended']);
  assert.deepEqual(inFlight(run(null)), []);
});
