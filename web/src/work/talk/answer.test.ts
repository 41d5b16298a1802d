import assert from 'node:assert/strict';
import test from 'node:test';
import type { Json } from '../../api/types';
import { answerAt, chosenAt, current, gapOf, judgedOf, nextParent, placeOf, rated, readAnswer, readJudged, unsentOf, type TalkAnswer } from './answer';
import { node, nodes, rules } from './fixture';
import { answersTo, Tree } from './tree';

const tree = new Tree(nodes);
const ids = (list: { user: { id: string } }[]): string[] => list.map((turn) => turn.user.id);

test('dialogue tree: turns, versions in their order, branches', () => {
  assert.deepEqual(ids(tree.pathTo('u2')), ['u1', 'u2']);
  assert.deepEqual(ids(tree.tips()), ['u2', 'u3']);
  const first = tree.turnOf('u1');
  assert(first);
  assert.deepEqual([...first.versions].map(([slot, all]) => [slot, all.map((n) => n.id)]), [['A', ['a1', 'a1x']], ['B', ['b1', 'b1e']]]);
});

test('dialogue tree: the order is that of time, not that in which the nodes came', () => {
  const shuffled = new Tree([...nodes].reverse());
  assert.deepEqual(ids(shuffled.tips()), ['u2', 'u3']);
  assert.deepEqual(answersTo(shuffled.pathTo('u1')[0]!).map((n) => n.id), ['a1', 'a1x', 'b1', 'b1e']);
});

test('dialogue tree: an edited answer may hang on the answer it was made from', () => {
  const hung = new Tree(nodes.map((n) => (n.id === 'b1e' ? { ...n, parent: 'b1', slot: null } : n)));
  assert.deepEqual(ids(hung.pathTo('u2')), ['u1', 'u2']);
  assert.deepEqual(hung.turnOf('u1')?.versions.get('B')?.map((n) => n.id), ['b1', 'b1e']);
});

test('dialogue tree: circles and missing parents end', () => {
  const odd = new Tree([node('x', 'y', 'reply', 'A'), node('y', 'x', 'edit', 'A'), node('u', 'r', 'user', null), node('r', 'u', 'reply', 'A'), node('v', 'gone', 'user', null)]);
  assert.equal(odd.turnOf('x'), undefined);
  assert.deepEqual(ids(odd.pathTo('u')), ['u']);
  assert.deepEqual(ids(odd.pathTo('v')), ['v']);
});

test('dialogue answer: a path with what was gone on from; the last turn waits for a choice', () => {
  const answer = answerAt(tree, 'u2', {}, rules);
  assert.deepEqual(answer, { turns: [{ user: 'u1', chosen: 'b1e', ratings: {} }, { user: 'u2', chosen: null, ratings: {} }], end: null });
  assert.deepEqual(nextParent(tree, answer, rules), { blocked: 'choose' });
  const chosen = chosenAt(tree, 'a2', judgedOf(answer, {}), rules);
  assert.equal(chosen.end, 'a2');
  assert.deepEqual(nextParent(tree, chosen, rules), { parent: 'a2' });
  assert.deepEqual(nextParent(tree, chosen, { ...rules, max_turns: 2 }), { blocked: 'full' });
});

test('dialogue answer: choosing in an earlier turn shortens the path; going back finds what was judged', () => {
  let answer = rated(answerAt(tree, 'u2', {}, rules), 'u2', 'a2', 4);
  answer = chosenAt(tree, 'a2', judgedOf(answer, {}), rules);
  const beside = readJudged(JSON.stringify(judgedOf(answer, {})));
  const branch = chosenAt(tree, 'a1', judgedOf(answer, beside), rules);
  assert.deepEqual(branch, { turns: [{ user: 'u1', chosen: 'a1', ratings: {} }], end: 'a1' });
  const back = answerAt(tree, 'u2', judgedOf(branch, beside), rules);
  assert.deepEqual(back, answer);
  // Without what is kept beside, the judgement would be gone.
  assert.notDeepEqual(answerAt(tree, 'u2', judgedOf(branch, {}), rules), answer);
});

test('dialogue answer: what is not of the turn, or not whole, is no choice and no rating', () => {
  const judged = { u2: { chosen: 'a1', ratings: { a1: 3, b2: 2, gone: 1 } }, u1: { chosen: 'a1x', ratings: {} } };
  assert.deepEqual(answerAt(tree, 'u2', judged, rules).turns[1], { user: 'u2', chosen: null, ratings: { b2: 2 } });
  assert.equal(answerAt(tree, 'u1', judged, rules).end, null);
});

test('dialogue answer: with one model the newest whole answer is the one', () => {
  const one = { ...rules, slots: 1 };
  const single = new Tree([node('u', null, 'user', null), node('r1', 'u', 'reply', 'A'), node('r2', 'u', 'reply', 'A'), node('r3', 'u', 'reply', 'A', { state: 'cancelled' })]);
  assert.equal(answerAt(single, 'u', {}, one).end, 'r2');
  assert.equal(answerAt(single, 'u', { u: { chosen: 'r1', ratings: {} } }, one).end, 'r1');
});

test('dialogue answer: where one is follows the answer, the newest branch without one, always the newest where branches are not allowed', () => {
  const short = chosenAt(tree, 'a1', {}, rules);
  assert.equal(placeOf(tree, short, rules), 'u1');
  assert.equal(placeOf(tree, null, rules), 'u3');
  assert.equal(placeOf(tree, { turns: [], end: null }, rules), null);
  assert.equal(placeOf(tree, short, { ...rules, may: [] }), 'u3');
  assert.equal(placeOf(tree, { turns: [{ user: 'gone', chosen: null, ratings: {} }], end: null }, rules), 'u3');
});

test('dialogue answer: written and read again it is the same; what is none is null', () => {
  const answer = chosenAt(tree, 'b2', { u1: { chosen: null, ratings: { a1: 2 } } }, rules);
  assert.deepEqual(readAnswer(JSON.parse(JSON.stringify(answer)) as Json), answer);
  for (const odd of [undefined, null, 3, 'x', [], {}, { turns: 4 }] as (Json | undefined)[]) assert.equal(readAnswer(odd), null);
  assert.deepEqual(readAnswer({ turns: [4, {}, { user: 'u', ratings: { a: 'x', b: 2 } }], end: 7 }), { turns: [{ user: 'u', chosen: null, ratings: { b: 2 } }], end: null });
  assert.deepEqual(readJudged('no json'), {});
});

test('dialogue answer: the same rating again takes it back', () => {
  const answer = answerAt(tree, 'u1', {}, rules);
  const once = rated(answer, 'u1', 'a1', 3);
  assert.deepEqual(once.turns[0]?.ratings, { a1: 3 });
  assert.deepEqual(rated(once, 'u1', 'a1', 3), answer);
});

test('dialogue answer: what is open, one thing after the other until nothing is', () => {
  let answer: TalkAnswer = answerAt(tree, 'u1', {}, rules);
  assert.deepEqual(gapOf(tree, answer, rules), { reason: 'few', least: 2, now: 1 });
  answer = answerAt(tree, 'u2', {}, rules);
  assert.deepEqual(gapOf(tree, answer, rules), { reason: 'turns', now: 2, row: 1 });
  for (const [user, reply] of [['u1', 'a1'], ['u1', 'b1'], ['u2', 'a2'], ['u2', 'b2']] as const) answer = rated(answer, user, reply, 3);
  assert.deepEqual(gapOf(tree, answer, rules), { reason: 'turns', now: 1, row: 2 });
  answer = chosenAt(tree, 'b2', judgedOf(answer, {}), rules);
  assert.equal(gapOf(tree, answer, rules), null);
  const writing = new Tree(nodes.map((n) => (n.id === 'a2' ? { ...n, state: 'streaming' as const } : n)));
  assert.deepEqual(gapOf(writing, current(writing, answer, {}, rules), rules), { reason: 'busy' });
});

test('dialogue answer: a turn whose answers all failed can be submitted, but not gone on from', () => {
  const failed = new Tree([node('u', null, 'user', null), node('a', 'u', 'reply', 'A', { state: 'error' }), node('b', 'u', 'reply', 'B', { state: 'cancelled' })]);
  const answer = answerAt(failed, 'u', {}, rules);
  assert.equal(gapOf(failed, answer, { ...rules, min_turns: 1 }), null);
  assert.deepEqual(nextParent(failed, answer, rules), { blocked: 'failed' });
});

test('dialogue answer: what was written while a message went out stays', () => {
  for (const [field, said, left] of [['hello', 'hello', ''], ['  hello \n', 'hello', ''], ['hello and more', 'hello', 'and more'], ['else', 'hello', 'else'], ['', 'hello', '']] as const) {
    assert.equal(unsentOf(field, said), left);
  }
});

test('dialogue answer: random trees, walked at random, always give a path that the server would take', () => {
  for (let seed = 1; seed <= 200; seed++) {
    let state = seed * 2654435761;
    const random = (n: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * n);
    };
    const made = [node('u0', null, 'user', null), node('r0', 'u0', 'reply', 'A')];
    for (let i = 1; i < 30; i++) {
      const replies = made.filter((n) => n.kind !== 'user' && n.state === 'complete');
      const users = made.filter((n) => n.kind === 'user');
      const kind = random(3);
      if (kind === 0) made.push(node(`u${i}`, replies[random(replies.length)]?.id ?? null, 'user', null));
      else if (kind === 1) made.push(node(`r${i}`, users[random(users.length)]?.id ?? null, 'reply', 'AB'.charAt(random(2)), { state: random(5) ? 'complete' : 'error' }));
      else {
        const from = replies[random(replies.length)];
        if (from) made.push(node(`e${i}`, from.parent, 'edit', from.slot, { edited_from: from.id }));
      }
    }
    const grown = new Tree(made);
    let [answer, beside] = [current(grown, null, {}, rules), {}];
    for (let step = 0; step < 20; step++) {
      const whole = made.filter((n) => n.kind !== 'user' && n.state === 'complete');
      const tips = grown.tips();
      beside = judgedOf(answer, beside);
      answer = random(2) ? chosenAt(grown, whole[random(whole.length)]?.id ?? '', beside, rules) : answerAt(grown, tips[random(tips.length)]?.user.id ?? null, beside, rules);
      answer.turns.forEach((turn, i) => {
        const user = grown.byId.get(turn.user);
        assert.equal(i === 0 ? null : answer.turns[i - 1]?.chosen, user?.parent ?? null, `seed ${seed}`);
        assert(turn.chosen === null || grown.turnOf(turn.chosen)?.user.id === turn.user, `seed ${seed}`);
      });
      assert.equal(answer.end, answer.turns.at(-1)?.chosen ?? null);
    }
  }
});
