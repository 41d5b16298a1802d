// What a chat or a run may look like in a task, brought to one shape. Anything unexpected becomes text, never an error.
import type { Json, JsonObject } from '../../api/types';

export interface Call {
  name: string;
  args: string;
}

export interface Message {
  role: string;
  text: string;
  thought: string;
  images: { src: string; alt: string }[];
  calls: Call[];
  name: string;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const pretty = (value: Json | undefined): string => JSON.stringify(value ?? null, null, 2);

/** A JSON text is indented, any other stays as it is. */
export function prettyIfJson(value: string): string {
  const trimmed = value.trim();
  if (!/^[[{]/.test(trimmed)) return value;
  try {
    return pretty(JSON.parse(trimmed) as Json);
  } catch {
    return value;
  }
}

function readCall(raw: Json): Call {
  const call = isObject(raw) ? raw : {};
  const inner = isObject(call.function) ? call.function : call;
  const args = inner.arguments ?? inner.input ?? inner.args;
  return { name: text(inner.name), args: typeof args === 'string' ? prettyIfJson(args) : pretty(args) };
}

export function readMessage(raw: Json, role = 'user'): Message {
  const out: Message = { role, text: '', thought: '', images: [], calls: [], name: '' };
  if (!isObject(raw)) return { ...out, text: typeof raw === 'string' ? raw : pretty(raw) };
  out.role = text(raw.role) || role;
  out.name = text(raw.name);
  out.thought = text(raw.reasoning) || text(raw.thought) || text(raw.reasoning_content);
  if (Array.isArray(raw.tool_calls)) out.calls = raw.tool_calls.map(readCall);
  if (typeof raw.content === 'string') out.text = raw.content;
  else if (Array.isArray(raw.content)) for (const part of raw.content) addPart(out, part);
  return out;
}

function addPart(out: Message, part: Json): void {
  if (!isObject(part)) return;
  const kind = text(part.type);
  if (typeof part.text === 'string') out.text += (out.text ? '\n\n' : '') + part.text;
  else if (kind === 'tool_use' || kind === 'tool_call') out.calls.push(readCall(part));
  else if (kind === 'thinking') out.thought += text(part.thinking);
  else if (kind === 'image_url' || kind === 'image') {
    const source = isObject(part.image_url) ? part.image_url.url : (part.image_url ?? part.file);
    out.images.push({ src: text(source), alt: text(part.alt) });
  } else out.text += `${out.text ? '\n\n' : ''}\`\`\`json\n${pretty(part)}\n\`\`\``;
}

/** A text, a list of messages, or {text} / {messages}. */
export function readMessages(raw: Json | undefined, role: string): Message[] {
  if (raw === undefined || raw === null) return [];
  if (Array.isArray(raw)) return raw.map((m) => readMessage(m, role || 'user'));
  if (isObject(raw) && Array.isArray(raw.messages)) return raw.messages.map((m) => readMessage(m, role || 'assistant'));
  if (isObject(raw) && typeof raw.text === 'string') return [readMessage(raw.text, role || 'assistant')];
  return [readMessage(raw, role || 'user')];
}

/** For copying and for the plain view. */
export function plainText(raw: Json | undefined): string {
  if (typeof raw === 'string') return raw;
  if (isObject(raw) && typeof raw.text === 'string') return raw.text;
  const messages = readMessages(raw, '');
  return messages
    .map((m) => [m.thought, m.text, ...m.calls.map((c) => `${c.name} ${c.args}`)].filter(Boolean).join('\n'))
    .map((body, i) => (messages.length > 1 ? `[${messages[i]?.role ?? ''}]\n${body}` : body))
    .join('\n\n');
}
