import assert from 'node:assert/strict';
import test from 'node:test';
import { builtIns, mixed, preference, randomForm } from './forms.fixture';
import { allocate } from './keys';
import { kGlobalKeys, leadersOf, slotsOf, type SlotMap } from './slots';

/** Everything that may be wrong with the keys of a form; nothing for a good one. */
function collisions(slots: SlotMap): string[] {
  const wrong: string[] = [];
  const all = [...slots].flatMap(([id, some]) => some.map((slot) => ({ id, ...slot })));
  const seen = new Map<string, string>();
  const leaders = leadersOf(slots);
  for (const { id, part, value, key } of all) {
    const name = `${id}.${part}.${String(value)}`;
    if (key === '') continue;
    // Browsers take nothing away from a plain letter or digit; everything else may be theirs.
    if (!/^[a-z0-9]{1,2}$/.test(key)) wrong.push(`${name}: ${key} is no plain key`);
    for (const one of key) if (kGlobalKeys.has(one)) wrong.push(`${name}: ${key} is the page's own`);
    if (seen.has(key)) wrong.push(`${name} and ${seen.get(key) ?? ''} both have ${key}`);
    if (key.length === 1 && leaders.has(key)) wrong.push(`${name}: ${key} begins another key`);
    seen.set(key, name);
  }
  return wrong;
}

const keyless = (slots: SlotMap): string[] =>
  [...slots].flatMap(([id, some]) => some.filter((s) => s.key === '' && s.part !== 'go').map((s) => `${id}.${String(s.value)}`));

test('keys: no built-in form has a key twice, one of the page, or one of the browser; every option has one', () => {
  for (const [name, form, data] of builtIns) {
    const slots = slotsOf(form, data, []);
    assert.deepEqual(collisions(slots), [], name);
    assert.deepEqual(keyless(slots), [], name);
  }
});

test('keys: nor has any of 3,000 random forms', () => {
  const data = { items: Array.from({ length: 9 }, (_, i) => ({ id: `i${i}`, text: 'x' })) };
  let sequences = 0;
  for (let seed = 1; seed <= 3000; seed++) {
    const slots = slotsOf(randomForm(seed), data, []);
    assert.deepEqual(collisions(slots), [], `seed ${seed}`);
    if (leadersOf(slots).size > 0) sequences++;
  }
  assert(sequences > 100, 'some of them need keys of two presses');
});

test('keys: the check finds a key twice, a key of the page, a leader that is a key, and a key that is none', () => {
  const slots = slotsOf(preference, { responses: [{}, {}] }, []);
  const [first, second, third, fourth, fifth] = slots.get('choice') ?? [];
  assert(first && second && third && fourth && fifth);
  first.key = second.key;
  third.key = 's';
  fourth.key = 'z1';
  fifth.key = 'z';
  assert.equal(collisions(slots).length, 3);
  fifth.key = 'F5';
  assert.equal(collisions(slots).length, 3, 'F5 instead of the leader');
});

test('keys: digits first, letters that lie side by side next, wishes where all of a question can be kept', () => {
  const keysOf = (name: string, id: string): string => {
    const found = builtIns.find(([n]) => n === name);
    assert(found);
    return (slotsOf(found[1], found[2], []).get(id) ?? []).map((s) => s.key).join('');
  };
  assert.equal(keysOf('preference', 'choice'), '1234yui');
  assert.equal(keysOf('choice', 'choice'), '123', 'n is the page’s own, so all three are lettered alike');
  assert.equal(keysOf('trajectory', 'steps'), '123');
  assert.equal(keysOf('trajectory', 'overall'), 'yui');
  assert.equal(keysOf('trajectory', 'failures').length, 9);
  assert.equal((slotsOf(mixed, {}, []).get('kind') ?? []).find((s) => s.value === 'y')?.key, '1');
  assert.deepEqual(allocate([{ wishes: ['', '', ''], digits: ['0', '1', '2'] }]), [['0', '1', '2']], 'a rating has its own digits');
});

test('keys: where they run out, whole questions get two presses under a leader of their own', () => {
  const [a, b, c] = allocate([{ wishes: Array<string>(8).fill('') }, { wishes: Array<string>(30).fill('') }, { wishes: Array<string>(20).fill('') }]);
  assert(a && b && c);
  assert(a.every((k) => k.length === 1));
  assert(b.every((k) => k.length === 2) && c.every((k) => k.length === 2));
  const heads = (keys: string[]): Set<string> => new Set(keys.map((k) => k.charAt(0)));
  assert.equal([...heads(b)].filter((k) => heads(c).has(k)).length, 0);
  const huge = allocate([{ wishes: Array<string>(2000).fill('') }, { wishes: ['', ''] }]);
  assert.deepEqual([huge[0]?.every((k) => k === ''), huge[1]], [true, ['1', '2']], 'what no keyboard holds goes without, the rest does not');
});
