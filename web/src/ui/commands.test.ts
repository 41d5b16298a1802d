import assert from 'node:assert/strict';
import test from 'node:test';
import { fuzzyFilter, fuzzyScore } from './fuzzy';
import { isKey, keyCaps, type KeyPress } from './keys';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more,
});

test('a letter is taken without modifiers, also under caps lock', () => {
  assert(isKey(press('s'), 's'));
  assert(isKey(press('S'), 's'));
  assert(!isKey(press('S', { shiftKey: true }), 's'));
  assert(!isKey(press('s', { ctrlKey: true }), 's'));
  assert(!isKey(press('s', { altKey: true }), 's'));
});

test('signs are taken wherever the keyboard has them', () => {
  assert(isKey(press('?', { shiftKey: true }), '?'));
  assert(isKey(press('/', { shiftKey: true }), '/'));
  assert(isKey(press('[', { ctrlKey: true, altKey: true }), '['));
  assert(!isKey(press('[', { ctrlKey: true }), '['));
});

test('combinations need all their modifiers and no other', () => {
  assert(isKey(press('Enter', { ctrlKey: true }), 'Ctrl+Enter'));
  assert(isKey(press('Enter', { metaKey: true }), 'Ctrl+Enter'));
  assert(!isKey(press('Enter', { ctrlKey: true }), 'Enter'));
  assert(isKey(press('z', { ctrlKey: true }), 'Ctrl+Z'));
  assert(!isKey(press('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Z'));
  assert(isKey(press('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+Z'));
  assert(isKey(press('F', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+F'));
});

test('a keyboard without Latin letters gives them by place', () => {
  assert(isKey(press('س', { code: 'KeyS' }), 's'));
  assert(isKey(press('ы', { code: 'KeyS' }), 's'));
  assert(!isKey(press('a', { code: 'KeyQ' }), 'q'), 'but where letters are Latin, the letter counts');
});

test('caps show combinations in parts', () => {
  assert.deepEqual(keyCaps('Ctrl+Enter'), ['Ctrl', '⏎']);
  assert.deepEqual(keyCaps('+'), ['+']);
});

test('the palette finds by pieces, beginnings and scattered letters, best first', () => {
  const labels = ['Guidelines', 'Skip this task', 'Account', 'Ask the lead', 'My questions'];
  const find = (query: string): string[] => fuzzyFilter(query, labels, (x) => x);
  assert.equal(find('skip')[0], 'Skip this task');
  assert.deepEqual(find('ask'), ['Ask the lead', 'Skip this task']);
  assert.equal(find('mq')[0], 'My questions');
  assert.deepEqual(find('lead ask'), ['Ask the lead']);
  assert.deepEqual(find('xyz'), []);
  assert.deepEqual(find(''), labels);
  assert(fuzzyScore('resume', 'Résumé') > 0);
});
