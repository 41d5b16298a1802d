import assert from 'node:assert/strict';
import test from 'node:test';
import type { Listening, TalkNode, TalkTree } from '../../api/dialogue';
import { Problem } from '../../api/problem';
import { node } from './fixture';
import { Talk } from './talk';

/** A server in one object: what a stream does is written by each test. */
function rig(stream: (listening: Listening, server: { nodes: TalkNode[] }) => Promise<void>) {
  const server = { nodes: [] as TalkNode[], streaming: 0, offline: false };
  const seen = { keys: [] as string[], fresh: [] as string[][], done: [] as string[], phases: [] as string[], timers: [] as (() => void)[] };
  const ask = (listening: Listening): Promise<void> => {
    seen.keys.push(listening.key);
    return stream(listening, server);
  };
  const talk: Talk = new Talk({
    tree: async (): Promise<TalkTree> => {
      if (server.offline) throw Problem.network();
      return { nodes: server.nodes, streaming: server.streaming-- > 0 };
    },
    turn: (_parent, _text, listening) => ask(listening),
    replies: (_node, _slots, listening) => ask(listening),
    edit: async (from, text, key) => {
      seen.keys.push(key);
      if (server.offline) throw Problem.network();
      return node('e', 'u', 'edit', 'A', { edited_from: from, text });
    },
    onState: () => {
      if (seen.phases.at(-1) !== talk.phase) seen.phases.push(talk.phase);
    },
    onNodes: (nodes) => seen.fresh.push(nodes.map((n) => n.id)),
    onDone: (one) => seen.done.push(`${one.id} ${one.state}`),
    setTimer: (run) => seen.timers.push(run),
  });
  return { talk, server, seen };
}

const begun = (): TalkNode[] => [node('u', null, 'user', null, { text: 'hello' }), node('a', 'u', 'reply', 'A', { state: 'streaming', text: '' }), node('b', 'u', 'reply', 'B', { state: 'streaming', text: '' })];

test('dialogue: a stream of two answers, interleaved; text is gathered, each end is told once', async () => {
  const { talk, server, seen } = rig(async ({ onEvent }, there) => {
    onEvent({ kind: 'nodes', nodes: begun() });
    for (const [id, text] of [['a', 'On'], ['b', 'Tw'], ['a', 'e'], ['b', 'o']] as const) onEvent({ kind: 'text', node: id, text });
    assert.equal(seen.timers.length, 1);
    assert.equal(talk.nodes.find((n) => n.id === 'a')?.text, '');
    onEvent({ kind: 'done', node: 'a', state: 'complete', why: '' });
    assert.equal(talk.nodes.find((n) => n.id === 'b')?.text, 'Two');
    onEvent({ kind: 'done', node: 'b', state: 'error', why: 'Too long.' });
    there.nodes = talk.nodes.map((n) => n);
    onEvent({ kind: 'end' });
  });
  await talk.load();
  await talk.say(null, 'hello');
  assert.deepEqual(seen.fresh, [['u', 'a', 'b']]);
  assert.deepEqual(seen.done, ['a complete', 'b error']);
  assert.equal(talk.nodes.find((n) => n.id === 'b')?.why, 'Too long.');
  assert.deepEqual(talk.nodes.map((n) => [n.id, n.text, n.state]), [['u', 'hello', 'complete'], ['a', 'One', 'complete'], ['b', 'Two', 'error']]);
  assert.equal(talk.phase, 'ready');
  assert.deepEqual(seen.phases, ['ready', 'asking', 'streaming', 'settling', 'ready']);
  assert.equal(server.nodes.length, 3);
});

test('dialogue: a connection that breaks in the middle keeps what came, and says so', async () => {
  const { talk, server } = rig(async ({ onEvent }) => {
    onEvent({ kind: 'nodes', nodes: begun() });
    onEvent({ kind: 'text', node: 'a', text: 'half' });
    server.offline = true;
    throw Problem.network();
  });
  await talk.load();
  await talk.say(null, 'hello');
  assert.deepEqual(talk.nodes.map((n) => [n.id, n.text, n.state]), [['u', 'hello', 'complete'], ['a', 'half', 'incomplete'], ['b', '', 'incomplete']]);
  assert(talk.problem?.isNetwork);
  assert.equal(talk.phase, 'ready');
  // The network is back: the server's word counts.
  server.offline = false;
  server.nodes = begun().map((n) => ({ ...n, state: 'cancelled' as const }));
  await talk.load();
  assert.equal(talk.nodes[1]?.state, 'cancelled');
  assert.equal(talk.problem, null);
});

test('dialogue: a message whose answer was lost before it began is found on the server, and not sent twice', async () => {
  const { talk, server, seen } = rig(async () => {
    server.nodes = begun().map((n) => ({ ...n, state: 'incomplete' as const }));
    throw Problem.network();
  });
  await talk.load();
  await talk.say(null, 'hello');
  assert.deepEqual(seen.fresh, [['u', 'a', 'b']]);
  assert.equal(talk.problem, null);
});

test('dialogue: a message that never arrived is tried again under the same key, another one under its own', async () => {
  const { talk, seen } = rig(async () => {
    throw Problem.network();
  });
  await talk.load();
  await talk.say(null, 'hello');
  assert(talk.problem?.isNetwork);
  await talk.say(null, 'hello');
  await talk.say(null, 'something else');
  assert.equal(seen.fresh.length, 0);
  assert.equal(seen.keys[0], seen.keys[1]);
  assert.notEqual(seen.keys[1], seen.keys[2]);
});

test('dialogue: the same message said anew after an answer is another one', async () => {
  let n = 0;
  const { talk, seen } = rig(async ({ onEvent }, there) => {
    there.nodes = [...there.nodes, node(`u${++n}`, null, 'user', null)];
    onEvent({ kind: 'nodes', nodes: there.nodes.slice(-1) });
    onEvent({ kind: 'end' });
  });
  await talk.load();
  await talk.say(null, 'go on');
  await talk.say(null, 'go on');
  assert.notEqual(seen.keys[0], seen.keys[1]);
});

test('dialogue: stopped, the answers end as stopped, and the server is asked until it has given them up', async () => {
  const { talk, server, seen } = rig(({ onEvent, signal }) => new Promise((_, failed) => {
    signal.addEventListener('abort', () => failed(new DOMException('stopped', 'AbortError')));
    onEvent({ kind: 'nodes', nodes: begun() });
    onEvent({ kind: 'text', node: 'a', text: 'so far' });
    server.nodes = begun();
    server.streaming = 1;
  }));
  await talk.load();
  server.streaming = 1;
  const said = talk.say(null, 'hello');
  talk.stop();
  await said;
  assert.equal(talk.phase, 'settling');
  assert.equal(talk.problem, null);
  server.nodes = begun().map((n) => (n.id === 'a' ? { ...n, state: 'cancelled' as const, text: 'so far' } : n));
  seen.timers.at(-1)?.();
  await new Promise((done) => setTimeout(done));
  assert.equal(talk.phase, 'ready');
  assert.equal(talk.nodes.find((n) => n.id === 'a')?.text, 'so far');
});

test('dialogue: a refusal is kept for the person, nothing is lost, one stream at a time', async () => {
  const lost = new Problem(409, { type: '/problems/stale-token', title: 'No' });
  const { talk, seen } = rig(async () => {
    void talk.say(null, 'a second one');
    throw lost;
  });
  await talk.load();
  await talk.say(null, 'hello');
  assert.equal(seen.keys.length, 1);
  assert.equal(talk.problem, lost);
});

test('dialogue: an edit that could not be kept says so and can be tried again under its key', async () => {
  const { talk, server, seen } = rig(async () => undefined);
  server.nodes = begun().map((n) => ({ ...n, state: 'complete' as const }));
  await talk.load();
  server.offline = true;
  assert.equal(await talk.edit('a', 'better'), false);
  server.offline = false;
  assert.equal(await talk.edit('a', 'better'), true);
  assert.equal(seen.keys[0], seen.keys[1]);
  assert.deepEqual(seen.fresh, [['e']]);
  assert.equal(talk.nodes.length, 4);
});

test('dialogue: after its end nothing is said or drawn', async () => {
  const { talk, seen } = rig(({ onEvent, signal }) => new Promise((_, failed) => {
    signal.addEventListener('abort', () => {
      onEvent({ kind: 'nodes', nodes: begun() });
      failed(new DOMException('stopped', 'AbortError'));
    });
  }));
  await talk.load();
  const said = talk.say(null, 'hello');
  talk.end();
  await said;
  assert.deepEqual(seen.fresh, []);
});
