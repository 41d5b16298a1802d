import assert from 'node:assert/strict';
import test from 'node:test';
import { readInvites } from './invites';

test('invites: names and addresses in any of the usual ways', () => {
  const { people, wrong } = readInvites('Ada Lovelace <ada@x.org>\n\nBen, ben@x.org\r\ncleo@x.org\nDora\tdora@x.org\n"Eve E." eve@x.org\nJust A Name');
  assert.deepEqual(people, [
    { name: 'Ada Lovelace', email: 'ada@x.org' }, { name: 'Ben', email: 'ben@x.org' }, { name: '', email: 'cleo@x.org' },
    { name: 'Dora', email: 'dora@x.org' }, { name: 'Eve E.', email: 'eve@x.org' }, { name: 'Just A Name', email: '' },
  ]);
  assert.deepEqual(wrong, []);
});

test('invites: a bad or repeated address is told by its line', () => {
  const { people, wrong } = readInvites('a@x.org\nB @ nowhere\nA@X.org');
  assert.equal(people.length, 1);
  assert.deepEqual(wrong.map((w) => [w.line, w.why]), [[2, 'email'], [3, 'twice']]);
});
