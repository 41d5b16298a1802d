import assert from 'node:assert/strict';
import test from 'node:test';
import { english } from '../strings';
import { arabic } from './ar';
import './make';
import './models';
import './talk';
import './whole';

type Leaf = { path: string; value: unknown };

function leaves(value: unknown, path = ''): Leaf[] {
  if (value === null || typeof value !== 'object') return [{ path, value }];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name));
}

/** What a text says when it is called; the arguments of each kind are tried until one fits. */
function said(value: unknown): string {
  if (typeof value !== 'function') return String(value);
  const call = value as (...args: unknown[]) => unknown;
  for (const args of [[3, 4, 5, 6, 7], ['3', '4', '5', '6', '7'], [['3'], 4]]) {
    try {
      const text = call(...args);
      if (typeof text === 'string') return text;
    } catch {
      // Not of this kind.
    }
  }
  return '';
}

/** Names, units and patterns that are the same in every language. */
const kSame = /^(common\.app|make\.run\.fileName|make\.wizard\.examples\.copy|deliveries\.checksum|deliveries\.formats\..*\.0|work\.strengths\.0)$/;
const hasWords = (text: string): boolean => /\p{L}{3}/u.test(text.replace(/Guildhall|Markdown|LaTeX|NDJSON|JSON|CSV|SHA|Ctrl|Shift|Enter|Tab|Esc|Del/g, ''));

test('languages: Arabic has every text that English has, and none besides', () => {
  const paths = (of: unknown): string[] => leaves(of).map((leaf) => leaf.path).sort();
  assert.deepEqual(paths(arabic), paths(english));
});

test('languages: where English has words, Arabic has Arabic ones', () => {
  const own = new Map(leaves(arabic).map((leaf) => [leaf.path, leaf.value]));
  const left = leaves(english)
    .filter(({ path, value }) => !kSame.test(path) && hasWords(said(value)))
    .filter(({ path }) => !/\p{Script=Arabic}/u.test(said(own.get(path))))
    .map(({ path }) => path);
  assert.deepEqual(left, []);
});

test('languages: a text that was left in English would be found', () => {
  assert.ok(hasWords(said(english.work.submit)) && !/\p{Script=Arabic}/u.test(said(english.work.submit)));
});
