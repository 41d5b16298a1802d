import assert from 'node:assert/strict';
import test from 'node:test';
import type { TalkNode } from './dialogue';
import { EventReader, readEvents, type TalkEvent } from './dialogueEvents';
import { Problem } from './problem';

const node = (id: string, parent: string | null, kind: TalkNode['kind'], slot: string | null): TalkNode =>
  ({ id, parent, kind, slot, state: 'streaming', text: '', edited_from: null, at: '2026-01-01T00:00:00Z', why: '', model: '' });

const wanted: TalkEvent[] = [
  { kind: 'nodes', nodes: [node('u', null, 'user', null), node('a', 'u', 'reply', 'A'), node('b', 'u', 'reply', 'B')] },
  { kind: 'text', node: 'a', text: 'Grüße, 世界 ' },
  { kind: 'text', node: 'b', text: 'لا' },
  { kind: 'text', node: 'a', text: '🙂\r\n\n```' },
  { kind: 'done', node: 'a', state: 'complete', why: '' },
  { kind: 'done', node: 'b', state: 'error', why: 'Out of time.' },
  { kind: 'end' },
];

function written(newline: string): Uint8Array {
  const lines = wanted.map((event) => {
    const { kind, ...rest } = event;
    const data = kind === 'done' && rest && 'why' in rest && rest.why === '' ? { ...rest, why: undefined } : rest;
    return `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
  });
  return new TextEncoder().encode(`: here we are\n\n${lines.join('')}`.replace(/\n/g, newline));
}

function heard(pieces: Uint8Array[]): TalkEvent[] {
  const out: TalkEvent[] = [];
  const reader = new EventReader((event) => out.push(event));
  for (const piece of pieces) reader.push(piece);
  return out;
}

for (const [name, newline] of [['LF', '\n'], ['CRLF', '\r\n'], ['CR', '\r']] as const) {
  test(`dialogue events: the same whatever byte a piece ends at (${name})`, () => {
    const bytes = written(newline);
    for (let cut = 0; cut <= bytes.length; cut++) assert.deepEqual(heard([bytes.slice(0, cut), bytes.slice(cut)]), wanted, `cut at ${cut}`);
    assert.deepEqual(heard([...bytes].map((byte) => Uint8Array.of(byte))), wanted);
  });
}

test('dialogue events: a reader that decodes each piece by itself would be found', () => {
  const bytes = written('\n');
  const naive = (cut: number): string => new TextDecoder().decode(bytes.slice(0, cut)) + new TextDecoder().decode(bytes.slice(cut));
  const whole = new TextDecoder().decode(bytes);
  assert(Array.from({ length: bytes.length }, (_, cut) => naive(cut)).some((text) => text !== whole));
});

test('dialogue events: half an event at the end is none, unknown ones and comments are passed over', () => {
  const text = 'event: weather\ndata: {"a":1}\n\n:ping\n\ndata: {"x":1}\n\nevent: text\ndata: {"node":"a","text":"x"}\n\nevent: end\ndata: {}\n';
  assert.deepEqual(heard([new TextEncoder().encode(text)]), [{ kind: 'text', node: 'a', text: 'x' }]);
});

test('dialogue events: what is no JSON ends the stream as a broken connection, and the source is let go', async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    start: (c) => c.enqueue(new TextEncoder().encode('event: text\ndata: {"node":\n\n')),
    cancel: () => {
      cancelled = true;
    },
  });
  await assert.rejects(readEvents(stream, () => undefined), (error) => error instanceof Problem && error.isNetwork);
  assert(cancelled);
});
