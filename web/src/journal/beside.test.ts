import assert from 'node:assert/strict';
import test from 'node:test';
import type { Assignment } from '../api/types';
import { Desk } from './desk';
import { Journal } from './journal';
import { Outbox } from './outbox';

function open(journal: Journal): { desk: Desk; saves: () => number } {
  const outbox = new Outbox(journal, { send: () => Promise.reject(new Error('nothing is sent')), look: () => Promise.resolve(null), onSettled: () => undefined });
  const assignment = { id: 'a', task: { id: 't' }, project: { id: 'p' }, lease: { token: '1' }, draft: null } as unknown as Assignment;
  let saves = 0;
  const save = (revision: number) => {
    saves++;
    return Promise.resolve({ revision });
  };
  return { desk: new Desk(journal, outbox, assignment, {}, { save, isText: () => false, setTimer: () => 0, clearTimer: () => undefined }), saves: () => saves };
}

test('journal: what is no answer yet is kept with the task, and goes to no server', async () => {
  const journal = new Journal();
  const { desk, saves } = open(journal);
  desk.keepBeside('talk.message', 'not sent');
  desk.keepBeside('talk.edit.n1', 'half an edit');
  desk.keepBeside('talk.edit.n1', '');
  await desk.autosave.flush();
  assert.equal(saves(), 0);
  assert.deepEqual(desk.answers, {});
  desk.end();
  // The page is opened again.
  const again = open(journal).desk;
  assert.equal(again.beside('talk.message'), 'not sent');
  assert.equal(again.beside('talk.edit.n1'), '');
  assert.equal(again.opened, 'same', 'nobody is told of restored answers: there are none');
  again.change({ x: 1 });
  assert.equal(journal.get('a')?.beside?.['talk.message'], 'not sent');
});
