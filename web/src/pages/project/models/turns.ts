// A recorded exchange as turns with their roles: the request and the reply are bytes that a program and a provider wrote, in one
// of three dialects, whole or streamed. What is not understood is left to the view of the bytes; nothing here ever throws.
import type { Json, JsonObject } from '../../../api/types';
import { isObject, readMessage, type Message } from '../../../work/views/messages';

export interface Turns {
  asked: Message[];
  answered: Message[];
  /** What the provider, or the room, said instead of an answer. */
  error: string | null;
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

function parse(raw: string): JsonObject | null {
  try {
    const value = JSON.parse(raw) as Json;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** An item of the responses dialect: a message, a call, what came of it, or reasoning. */
function readItem(raw: Json): Message {
  if (!isObject(raw)) return readMessage(raw, 'user');
  const kind = text(raw.type);
  if (kind === 'function_call') return readMessage({ role: 'assistant', tool_calls: [{ id: raw.call_id ?? '', name: raw.name ?? '', arguments: raw.arguments ?? '' }] });
  if (kind === 'function_call_output') return readMessage({ role: 'tool', tool_call_id: raw.call_id ?? '', content: raw.output ?? '' });
  if (kind === 'reasoning') {
    return readMessage({ role: 'assistant', content: list(raw.summary).map((part): Json => ({ type: 'thinking', thinking: isObject(part) ? text(part.text) : '' })) });
  }
  return readMessage(raw, text(raw.role) || 'user');
}

function readAsked(body: JsonObject): Message[] {
  const out: Message[] = [];
  const told = body.system ?? body.instructions;
  if (told !== undefined && told !== null) out.push(readMessage({ role: 'system', content: told }));
  out.push(...list(body.messages).map((one) => readMessage(one)));
  // Of embeddings and of the responses dialect.
  if (typeof body.input === 'string') out.push(readMessage(body.input, 'user'));
  else out.push(...list(body.input).map(readItem));
  return out;
}

function errorOf(body: JsonObject): string | null {
  if (isObject(body.error)) return text(body.error.message) || JSON.stringify(body.error);
  return typeof body.error === 'string' ? body.error : null;
}

function readWhole(body: JsonObject): Message[] {
  if (Array.isArray(body.choices)) return body.choices.map((one) => readMessage(isObject(one) ? (one.message ?? null) : null, 'assistant'));
  if (Array.isArray(body.output)) return body.output.map(readItem);
  if (body.content !== undefined) return [readMessage({ role: 'assistant', content: body.content })];
  return [];
}

/** Pieces of a stream, put together by choice or block. */
class Pieces {
  private readonly texts = new Map<string, string>();
  private readonly calls = new Map<string, { name: string; args: string; at: string }>();

  add(kind: 'text' | 'thought', at: string, piece: string): void {
    if (piece) this.texts.set(`${at} ${kind}`, (this.texts.get(`${at} ${kind}`) ?? '') + piece);
  }

  call(at: string, number: string, name: string, args: string): void {
    const id = `${at} ${number}`;
    const call = this.calls.get(id) ?? { name: '', args: '', at };
    this.calls.set(id, { at, name: call.name + name, args: call.args + args });
  }

  messages(): Message[] {
    const places = [...new Set([...[...this.texts.keys()].map((key) => key.split(' ')[0] ?? ''), ...[...this.calls.values()].map((one) => one.at)])].sort();
    return places.map((at) => ({
      ...readMessage({
        role: 'assistant', content: this.texts.get(`${at} text`) ?? '',
        tool_calls: [...this.calls.values()].filter((one) => one.at === at).map((one) => ({ name: one.name, arguments: one.args })),
      }),
      thought: this.texts.get(`${at} thought`) ?? '',
    }));
  }
}

function addChoice(pieces: Pieces, choice: Json): void {
  if (!isObject(choice) || !isObject(choice.delta)) return;
  const at = String(choice.index ?? 0);
  const { delta } = choice;
  pieces.add('text', at, text(delta.content));
  pieces.add('thought', at, text(delta.reasoning_content) || text(delta.reasoning));
  for (const call of list(delta.tool_calls)) {
    if (!isObject(call)) continue;
    const inner = isObject(call.function) ? call.function : {};
    pieces.call(at, String(call.index ?? 0), text(inner.name), text(inner.arguments));
  }
}

/** Blocks of one message are one turn: they share a place. */
function addBlock(pieces: Pieces, event: JsonObject): void {
  const number = String(event.index ?? 0);
  if (text(event.type) === 'content_block_start' && isObject(event.content_block)) {
    const block = event.content_block;
    if (text(block.type) === 'tool_use') pieces.call('0', number, text(block.name), '');
    pieces.add('text', '0', text(block.text));
  }
  if (!isObject(event.delta)) return;
  pieces.add('text', '0', text(event.delta.text));
  pieces.add('thought', '0', text(event.delta.thinking));
  if (typeof event.delta.partial_json === 'string') pieces.call('0', number, '', event.delta.partial_json);
}

function readStream(raw: string): Pick<Turns, 'answered' | 'error'> {
  const pieces = new Pieces();
  let error: string | null = null;
  let whole: Message[] | null = null;
  for (const line of raw.split(/\r\n|\n|\r/)) {
    if (!line.startsWith('data:')) continue;
    const event = parse(line.slice(5).trim());
    if (!event) continue;
    error = errorOf(event) ?? error;
    const kind = text(event.type);
    for (const choice of list(event.choices)) addChoice(pieces, choice);
    if (kind.startsWith('content_block')) addBlock(pieces, event);
    if (kind === 'response.output_text.delta') pieces.add('text', '0', text(event.delta));
    if (isObject(event.response) && /^response\.(completed|incomplete|failed)$/.test(kind)) {
      whole = readWhole(event.response);
      error = errorOf(event.response) ?? error;
    }
  }
  return { answered: whole && whole.length > 0 ? whole : pieces.messages(), error };
}

export function turnsOf(request: string, reply: string): Turns {
  const asked = parse(request);
  const whole = parse(reply);
  return {
    asked: asked ? readAsked(asked) : [],
    ...(whole ? { answered: readWhole(whole), error: errorOf(whole) } : readStream(reply)),
  };
}
