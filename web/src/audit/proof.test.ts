import assert from 'node:assert/strict';
import test from 'node:test';
import { check, isIncluded, parseProof, type Line } from './proof';

const raw = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const sha = async (...parts: Uint8Array[]): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(parts.flatMap((part) => [...part]))));
const nodeHash = (a: Uint8Array, b: Uint8Array): Promise<Uint8Array> => sha(Uint8Array.of(1), a, b);
const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));

async function root(leaves: Uint8Array[]): Promise<Uint8Array> {
  const k = split(leaves.length);
  return leaves.length === 1 ? leaves[0]! : nodeHash(await root(leaves.slice(0, k)), await root(leaves.slice(k)));
}

async function path(index: number, leaves: Uint8Array[]): Promise<Uint8Array[]> {
  const k = split(leaves.length);
  if (leaves.length === 1) return [];
  return index < k ? [...(await path(index, leaves.slice(0, k))), await root(leaves.slice(k))]
    : [...(await path(index - k, leaves.slice(k))), await root(leaves.slice(0, k))];
}

const entry = (n: number): string => JSON.stringify({ at: `t${n}`, verb: 'content.open', who: 'w', detail: 2, reason: 'work', salt: 'x' });
const line = (n: number): Line => ({ index: n, at: `t${n}`, reason: 'work', who: 'w', count: 2 });

async function proofText(index: number, size: number): Promise<string> {
  const leaves = await Promise.all(Array.from({ length: size }, (_, n) => sha(Uint8Array.of(0), raw(entry(n)))));
  return ['c2sp.org/tlog-proof@v1', `extra ${base64(raw(entry(index)))}`, `index ${index}`,
    ...(await path(index, leaves)).map(base64), '', 'example.com/log', String(size), base64(await root(leaves)), '',
    '\u2014 example.com/log AAAA', ''].join('\n');
}

test('proof: every entry of logs of many sizes, and no entry at another place', async () => {
  for (const size of [1, 2, 3, 4, 7, 8, 9, 33]) {
    for (let n = 0; n < size; n++) {
      assert.equal(await check(await proofText(n, size), line(n)), 'yes', `${n} of ${size}`);
      const moved = (await proofText(n, size)).replace(`index ${n}\n`, `index ${(n + 1) % size}\n`);
      if (size > 1) assert.equal(await isIncluded(parseProof(moved)!), false, `${n} of ${size}, moved`);
    }
  }
});

test('proof: one character changed anywhere before the signatures is no proof', async () => {
  const right = await proofText(5, 9);
  const end = right.indexOf('\n\n', right.indexOf('\n\n') + 2);
  const origin = right.indexOf('example.com/log');
  for (let at = 0; at < end; at++) {
    if (at >= origin && at < origin + 15) continue; // a name; its signature says whose
    const other = right[at] === 'A' ? 'B' : 'A';
    assert.notEqual(await check(right.slice(0, at) + other + right.slice(at + 1), line(5)), 'yes', `character ${at}`);
  }
});

test('proof: a line that says something else than the entry is not proved', async () => {
  const text = await proofText(3, 7);
  for (const change of [{ at: 't4' }, { reason: 'review' }, { who: '' }, { count: 1 }, { index: 2 }]) {
    assert.equal(await check(text, { ...line(3), ...change }), 'no');
  }
  for (const bad of ['', 'c2sp.org/tlog-proof@v1\n', text.replace(/extra .*\n/, ''), text.slice(0, 60)]) assert.equal(await check(bad, line(3)), 'no');
});
