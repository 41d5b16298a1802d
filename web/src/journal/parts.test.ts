import assert from 'node:assert/strict';
import test from 'node:test';
import type { Answers } from '../api/types';
import { History, kMostChars, kMostSteps } from './history';
import { reconcile } from './reconcile';
import { canonical, decode, encode, fingerprint, freshEntry, type Entry } from './record';
import { aesSealer } from './seal';

const isText = (id: string): boolean => id === 'why';
const entry = (change: Partial<Entry>): Entry => ({ ...freshEntry({ assignment: 'asg_1', project: 'prj_1', task: 'tsk_1', token: '1' }), changedAt: 1, ...change });

test('record: read back as it was, also with line breaks and no history; nonsense is nothing', () => {
  const one = entry({ answers: { why: 'a\nb\u2028"', n: 1 }, history: '["x"]', tried: [[2, 'ab']] });
  assert.deepEqual(decode(encode(one)), one);
  assert.equal(decode(encode({ ...one, history: '' }))?.history, '');
  const writing = { ...one, beside: { 'talk.message': 'not\nsent' } };
  assert.deepEqual(decode(encode(writing)), writing);
  for (const bad of ['', 'x', '{}', '{}\n', 'null\n', '[1]\n']) assert.equal(decode(bad), null);
});

test('record: the order of members makes no difference, their values do', () => {
  assert.equal(canonical({ a: 1, b: { c: [1, { d: 2, e: null }] } }), canonical({ b: { c: [1, { e: null, d: 2 }] }, a: 1 }));
  assert.equal(fingerprint({ a: 1, b: 2 }), fingerprint({ b: 2, a: 1 }));
  assert.notEqual(fingerprint({ a: [1, 2] }), fingerprint({ a: [2, 1] }));
  assert.notEqual(fingerprint({ a: 'x' }), fingerprint({ a: 'y' }));
});

test('seal: opens in its place under its key only, never the same bytes twice', async () => {
  const key = Buffer.alloc(32, 7).toString('base64url');
  const [sealer, other] = [await aesSealer(key), await aesSealer(Buffer.alloc(32, 8).toString('base64url'))];
  const sealed = await sealer.seal('asg_1', 'canary ä');
  assert.equal(await sealer.open('asg_1', sealed), 'canary ä');
  assert.notDeepEqual(await sealer.seal('asg_1', 'canary ä'), sealed);
  assert(!Buffer.from(sealed).toString('latin1').includes('canary'));
  await assert.rejects(sealer.open('asg_2', sealed));
  await assert.rejects(other.open('asg_1', sealed));
  for (let i = 0; i < sealed.length; i++) {
    const bent = sealed.slice();
    bent[i] = (bent[i] ?? 0) ^ 1;
    await assert.rejects(sealer.open('asg_1', bent));
  }
});

test('history: a stretch of typing is one step, each choice one, and back again', () => {
  const history = new History();
  let at: Answers = {};
  const go = (next: Answers, now: number): void => {
    history.record(at, next, now, isText);
    at = next;
  };
  go({ choice: 'a' }, 0);
  for (let i = 1; i <= 5; i++) go({ choice: 'a', why: 'words'.slice(0, i) }, 100 * i);
  go({ ...at, why: 'words, later' }, 10_000);
  go({ ...at, choice: 'b' }, 10_100);
  const undone: Answers[] = [];
  for (let next = history.undo(at); next; next = history.undo(at)) undone.push((at = next));
  assert.deepEqual(undone, [{ choice: 'a', why: 'words, later' }, { choice: 'a', why: 'words' }, { choice: 'a' }, {}]);
  const kept = new History(history.text);
  for (let next = kept.redo(at); next; next = kept.redo(at)) at = next;
  assert.deepEqual(at, { choice: 'b', why: 'words, later' });
  assert.equal(kept.canRedo, false);
});

test('history: bounded in steps and size; what no longer fits is dropped, never wrong', () => {
  const history = new History();
  let at: Answers = {};
  for (let i = 0; i < 3 * kMostSteps; i++) {
    const next = { n: i, why: i % 2 ? 'x'.repeat(4000) : '' };
    history.record(at, next, i * 10_000, isText);
    at = next;
  }
  assert(history.text.length < 1.2 * kMostChars, `${history.text.length}`);
  let steps = 0;
  for (let next = history.undo(at); next; next = history.undo(at)) {
    at = next;
    steps++;
  }
  assert(steps > 10 && steps <= kMostSteps, `${steps}`);
  const other = new History();
  other.record({ why: 'abc' }, { why: 'abcd' }, 0, isText);
  assert.equal(other.undo({ why: 'something else' }), null);
  assert.equal(other.canUndo, false);
  assert.equal(new History('not json').canUndo, false);
});

test('reconcile: what the device has against what the server has', () => {
  const [mine, theirs] = [{ a: 'mine' }, { a: 'theirs' }];
  const draft = (revision: number, answers: Answers) => ({ revision, answers });
  const said = (...args: Parameters<typeof reconcile>) => {
    const { outcome, dirty, revision, answers } = reconcile(...args);
    return [outcome, dirty, revision, answers];
  };
  assert.deepEqual(said(null, null, { a: 0 }), ['server', false, 0, { a: 0 }]);
  assert.deepEqual(said(null, draft(3, theirs), {}), ['server', false, 3, theirs]);
  assert.deepEqual(said(entry({ answers: mine, revision: 3 }), draft(3, mine), {}), ['same', false, 3, mine]);
  // A reply was lost: the number is ours, and so is the text.
  const lost = entry({ answers: { a: 'newer' }, revision: 4, dirty: true, tried: [[4, fingerprint(mine)]] });
  assert.deepEqual(said(lost, draft(4, mine), {}), ['restored', true, 4, { a: 'newer' }]);
  assert.deepEqual(said(lost, draft(3, theirs), {}), ['restored', true, 4, { a: 'newer' }]);
  // The same number from another device.
  assert.deepEqual(said(lost, draft(4, theirs), {}), ['choose', true, 4, { a: 'newer' }]);
  assert.deepEqual(said(entry({ answers: mine, revision: 3, dirty: true }), draft(5, theirs), {}), ['choose', true, 5, mine]);
  assert.deepEqual(said(entry({ answers: mine, revision: 3 }), draft(5, theirs), {}), ['server', false, 5, theirs]);
  // Nothing ever reached the server.
  assert.deepEqual(said(entry({ answers: mine, revision: 2, dirty: true, tried: [[1, 'x'], [2, 'y']] }), null, {}), ['restored', true, 2, mine]);
});
