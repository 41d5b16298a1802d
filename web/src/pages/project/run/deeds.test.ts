import assert from 'node:assert/strict';
import test from 'node:test';
import type { Deed } from '../../../api/manage';
import { byDay, kindOf, told } from './deeds';

const deed = (minute: number, verb: string, actor: string | null = 'mem_a'): Deed =>
  ({ at: new Date(Date.parse('2026-11-21T12:00:00Z') - minute * 60_000).toISOString(), actor, verb, object: null, detail: null });

test('deeds: like deeds that follow one another are told once', () => {
  const lines = told([deed(0, 'submission.submit'), deed(5, 'submission.submit'), deed(6, 'submission.submit', 'mem_b'), deed(7, 'submission.submit'), deed(90, 'submission.submit')]);
  assert.deepEqual(lines.map((x) => x.count), [2, 1, 1, 1]);
  assert.equal(lines[0]?.first.at, '2026-11-21T12:00:00.000Z');
});

test('deeds: every verb has a kind', () => {
  assert.deepEqual(['submission.submit', 'submission.review', 'task.import', 'task.adjudicate', 'member.invite', 'guidelines.add', 'never.heard'].map(kindOf),
    ['work', 'review', 'tasks', 'review', 'people', 'project', 'project']);
});

test('deeds: days keep the order', () => {
  const days = byDay(told([deed(0, 'a'), deed(1, 'b'), deed(24 * 60, 'c')]), (at) => at.slice(0, 10));
  assert.deepEqual(days.map(([day, items]) => [day, items.length]), [['2026-11-21', 2], ['2026-11-20', 1]]);
});
