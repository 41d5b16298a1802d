// The events of a dialogue's stream, whatever pieces the network cuts them into. Names that are not known are passed over, so
// that an older page understands a newer server. Limit: kMostEventChars.
import { Problem } from './problem';
import type { TalkNode, TalkState } from './dialogue';

/** A whole tree comes in one event; more than this is no dialogue of ours. */
export const kMostEventChars = 64 << 20;

export type TalkEvent =
  | { kind: 'nodes'; nodes: TalkNode[] }
  | { kind: 'text'; node: string; text: string }
  | { kind: 'done'; node: string; state: TalkState; why: string }
  | { kind: 'end' };

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A message of the tree, with nothing left open that the page would stumble over. */
export function readNode(raw: object): TalkNode {
  const { id, node, parent, kind, slot, state, text: said, edited_from, at, why, model } = raw as Record<string, unknown>;
  return {
    id: text(id) || text(node), parent: textOrNull(parent), kind: kind === 'user' || kind === 'edit' ? kind : 'reply', slot: textOrNull(slot),
    state: (text(state) || 'incomplete') as TalkState, text: text(said), edited_from: textOrNull(edited_from), at: text(at), why: text(why), model: text(model),
  };
}

export const readNodes = (raw: unknown): TalkNode[] =>
  Array.isArray(raw) ? raw.filter((one): one is object => one !== null && typeof one === 'object').map(readNode) : [];

function eventOf(name: string, data: string): TalkEvent | null {
  if (name === 'end') return { kind: 'end' };
  if (name !== 'nodes' && name !== 'text' && name !== 'done') return null;
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(data) as Record<string, unknown>;
  } catch {
    throw Problem.network();
  }
  if (name === 'nodes') return { kind: 'nodes', nodes: readNodes(read.nodes) };
  if (name === 'text') return { kind: 'text', node: text(read.node), text: text(read.text) };
  return { kind: 'done', node: text(read.node), state: text(read.state) as TalkState, why: text(read.why) };
}

/** Lines end in LF, CR or CRLF; an event ends with an empty line. What has no empty line behind it never came. */
export class EventReader {
  private readonly decoder_ = new TextDecoder();
  private rest_ = '';
  private name_ = '';
  private data_: string[] = [];
  private chars_ = 0;
  /** A CR ended the last piece: an LF that opens the next one belongs to it. */
  private afterCr_ = false;

  constructor(private readonly onEvent_: (event: TalkEvent) => void) {}

  push(bytes: Uint8Array): void {
    let piece = this.decoder_.decode(bytes, { stream: true });
    if (piece === '') return;
    if (this.afterCr_ && piece.startsWith('\n')) piece = piece.slice(1);
    this.afterCr_ = piece === '' ? false : piece.endsWith('\r');
    const lines = piece.split(/\r\n|\r|\n/);
    lines[0] = this.rest_ + (lines[0] ?? '');
    this.rest_ = lines.pop() ?? '';
    for (const line of lines) this.line_(line);
    if (this.rest_.length + this.chars_ > kMostEventChars) throw Problem.network();
  }

  private line_(line: string): void {
    if (line === '') return this.flush_();
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.name_ = value;
    if (field !== 'data') return;
    this.data_.push(value);
    this.chars_ += value.length;
  }

  private flush_(): void {
    const event = this.data_.length > 0 || this.name_ === 'end' ? eventOf(this.name_, this.data_.join('\n')) : null;
    this.name_ = '';
    this.data_ = [];
    this.chars_ = 0;
    if (event) this.onEvent_(event);
  }
}

export async function readEvents(stream: ReadableStream<Uint8Array>, onEvent: (event: TalkEvent) => void): Promise<void> {
  const reader = new EventReader(onEvent);
  const source = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await source.read();
      if (done) return;
      reader.push(value);
    }
  } finally {
    // After a failure of ours nobody reads on: the server is told, so that it stops.
    void source.cancel().catch(() => undefined);
  }
}
