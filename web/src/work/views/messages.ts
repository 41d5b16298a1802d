// What a chat or a run may look like in a task, brought to one shape. Anything unexpected becomes text, never an error.
import type { Json, JsonObject } from '../../api/types';

export interface Call {
  id: string;
  name: string;
  /** As it came where it is no JSON; `tree` is what it says where it is. */
  args: string;
  tree: Json | undefined;
}

/** What a tool gave back. */
export interface Result {
  id: string;
  text: string;
  error: boolean;
}

export interface Message {
  role: string;
  text: string;
  thought: string;
  images: { src: string; alt: string }[];
  calls: Call[];
  results: Result[];
  name: string;
  /** A result that says that the call failed. */
  error: boolean;
  /** The call that a result answers. */
  answers: string;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** JSON for people; too deep a value for one text is said to be that instead of breaking the page. */
export function pretty(value: Json | undefined): string {
  try {
    return JSON.stringify(value ?? null, null, 2);
  } catch {
    return '…';
  }
}

/** The value of a text that is a JSON object or list. */
export function parsed(value: string): JsonObject | Json[] | undefined {
  const trimmed = value.trim();
  if (!/^[[{]/.test(trimmed) || !/[\]}]$/.test(trimmed)) return undefined;
  try {
    return JSON.parse(trimmed) as JsonObject | Json[];
  } catch {
    return undefined;
  }
}

/** A JSON text is indented, any other stays as it is. */
export function prettyIfJson(value: string): string {
  const tree = parsed(value);
  return tree === undefined ? value : pretty(tree);
}

function readCall(raw: Json): Call {
  const call = isObject(raw) ? raw : {};
  const inner = isObject(call.function) ? call.function : call;
  const args = inner.arguments ?? inner.input ?? inner.args;
  const tree = typeof args === 'string' ? parsed(args) : (args ?? undefined);
  return {
    id: text(call.id), name: text(inner.name), args: tree === undefined ? (typeof args === 'string' ? args : pretty(args)) : pretty(tree), tree,
  };
}

/** Tools say "Error: …", {"error": …} or an exception's name; a result that only speaks of errors is none. */
export function saysError(raw: string): boolean {
  if (/^\s*(?:[Ee]rror\b|ERROR\b|Traceback \(most recent|[\w.]*(?:Error|Exception):)/.test(raw.slice(0, 200))) return true;
  const tree = raw.length < 200_000 ? parsed(raw) : undefined;
  if (!isObject(tree)) return false;
  return (tree.error !== undefined && tree.error !== null && tree.error !== false && tree.error !== '') || tree.is_error === true || tree.success === false;
}

export function readMessage(raw: Json, role = 'user'): Message {
  const out: Message = { role, text: '', thought: '', images: [], calls: [], results: [], name: '', error: false, answers: '' };
  if (!isObject(raw)) return { ...out, text: typeof raw === 'string' ? raw : pretty(raw) };
  out.role = text(raw.role) || role;
  out.name = text(raw.name);
  out.answers = text(raw.tool_call_id);
  out.thought = text(raw.reasoning) || text(raw.thought) || text(raw.reasoning_content);
  if (Array.isArray(raw.tool_calls)) out.calls = raw.tool_calls.map(readCall);
  if (isObject(raw.function_call)) out.calls.push(readCall(raw.function_call));
  if (typeof raw.content === 'string') out.text = raw.content;
  else if (Array.isArray(raw.content)) for (const part of raw.content) addPart(out, part);
  else if (raw.content !== undefined && raw.content !== null) out.text = pretty(raw.content);
  else if (typeof raw.text === 'string') out.text = raw.text;
  if (out.role === 'tool' || out.role === 'function') {
    out.results.push({ id: out.answers, text: out.text, error: raw.is_error === true || saysError(out.text) });
    out.text = '';
  }
  out.error = out.results.some((r) => r.error);
  return out;
}

/** A result's content may be a text or parts of text. */
function resultText(content: Json | undefined): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return content === undefined ? '' : pretty(content);
  return content.map((part) => (isObject(part) && typeof part.text === 'string' ? part.text : pretty(part))).join('\n\n');
}

function addPart(out: Message, part: Json): void {
  if (!isObject(part)) {
    if (typeof part === 'string') out.text += (out.text ? '\n\n' : '') + part;
    return;
  }
  const kind = text(part.type);
  if (kind === 'tool_result') {
    const said = resultText(part.content);
    out.results.push({ id: text(part.tool_use_id), text: said, error: part.is_error === true || saysError(said) });
  } else if (kind === 'thinking') out.thought += text(part.thinking);
  else if (typeof part.text === 'string') out.text += (out.text ? '\n\n' : '') + part.text;
  else if (kind === 'tool_use' || kind === 'tool_call') out.calls.push(readCall(part));
  else if (kind === 'image_url' || kind === 'image') {
    const source = isObject(part.image_url) ? part.image_url.url : (part.image_url ?? part.file);
    out.images.push({ src: text(source), alt: text(part.alt) });
  } else out.text += `${out.text ? '\n\n' : ''}\`\`\`json\n${pretty(part)}\n\`\`\``;
}

/** A text, a list of messages, or {text} / {messages}. A result is given the name of the call it answers. */
export function readMessages(raw: Json | undefined, role: string): Message[] {
  if (raw === undefined || raw === null) return [];
  if (Array.isArray(raw)) return named(raw.map((m) => readMessage(m, role || 'user')));
  if (isObject(raw) && Array.isArray(raw.messages)) return named(raw.messages.map((m) => readMessage(m, role || 'assistant')));
  if (isObject(raw) && typeof raw.text === 'string') return [readMessage(raw.text, role || 'assistant')];
  return [readMessage(raw, role || 'user')];
}

function named(messages: Message[]): Message[] {
  const names = new Map<string, string>();
  for (const message of messages) {
    for (const call of message.calls) if (call.id) names.set(call.id, call.name);
    if (!message.name && message.answers) message.name = names.get(message.answers) ?? '';
  }
  return messages;
}

/** Everything that a message says, for copying, searching and measuring. */
export function messageText(m: Message): string {
  return [m.thought, m.text, ...m.calls.map((c) => `${c.name} ${c.args}`), ...m.results.map((r) => r.text)].filter(Boolean).join('\n');
}

/** For copying and for the plain view. */
export function plainText(raw: Json | undefined): string {
  if (typeof raw === 'string') return raw;
  if (isObject(raw) && typeof raw.text === 'string') return raw.text;
  const messages = readMessages(raw, '');
  return messages
    .map(messageText)
    .map((body, i) => (messages.length > 1 ? `[${messages[i]?.role ?? ''}]\n${body}` : body))
    .join('\n\n');
}
