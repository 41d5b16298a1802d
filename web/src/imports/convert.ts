// From a record of a file to the line of an import. Each value is shaped to what the form's place takes; what cannot be shaped
// is a fault that names the place, never a guess.
import type { Json, JsonObject } from '../api/types';
import { resolve, type Form, type Question } from '../work/form';
import { isFilled, type Mapping, type Read, type Rule } from './mapping';
import { escapeToken, type Entry, type RecordFault } from './source';
import { kLists, type Shape, type Target } from './targets';

export type Code = Exclude<RecordFault, null>
  | 'missing' | 'not-text' | 'bad-json' | 'not-list' | 'too-few' | 'priority' | 'key' | 'gold' | 'spoiled';

export interface Fault {
  line: number;
  field: string;
  code: Code;
}

export interface Made {
  line: number;
  /** One line of NDJSON. */
  text: string;
  data: JsonObject;
}

class Wrong extends Error {
  constructor(readonly code: Code) {
    super(code);
  }
}

const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);
const kBullet = /^\s*(?:[-*•]|\d{1,3}[.)])\s+/;

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Wrong('bad-json');
  }
}

function asText(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isObject(value) && typeof value.text === 'string') return value.text;
  throw new Wrong('not-text');
}

function asChat(value: Json): Json {
  if (Array.isArray(value)) return value;
  if (isObject(value) && Array.isArray(value.messages)) return value.messages;
  return asText(value);
}

function asItem(value: Json, shape: Shape, place: number): Json {
  switch (shape) {
    case 'responses':
      if (isObject(value) && ('text' in value || 'messages' in value)) return value;
      return Array.isArray(value) ? { messages: value } : { text: asText(value) };
    case 'texts':
      return isObject(value) ? value : asText(value);
    case 'criteria': {
      if (!isObject(value)) return { id: `c${place + 1}`, criterion: asText(value) };
      const text = value.criterion ?? value.description ?? value.title ?? value.text;
      const points = value.points ?? value.weight;
      if (typeof text !== 'string') return value;
      return {
        id: typeof value.id === 'string' ? value.id : `c${place + 1}`, criterion: text,
        ...(typeof points === 'number' ? { points } : {}), ...(value.gate === undefined ? {} : { gate: value.gate }),
      };
    }
    case 'options':
      return isObject(value) ? value : asText(value);
    default:
      return value;
  }
}

const isEmpty = (value: Json | undefined): boolean => value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

function unfold(value: Json, read: Read): Json[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'string') return [value];
  if (read === 'json') {
    const inner = parsed(value);
    return Array.isArray(inner) ? inner : [inner];
  }
  if (read === 'text') return [value];
  return value.split(/\r?\n/).map((line) => line.replace(kBullet, '').trim()).filter(Boolean);
}

function listOf(entries: JsonObject[], rule: Rule, target: Target): Json | undefined {
  const found: Json[] = [];
  const constant = rule.paths.length === 0 ? rule.constant : '';
  if (constant) found.push(...unfold(constant, rule.read === 'text' ? 'lines' : rule.read));
  for (const record of entries) {
    rule.paths.forEach((path, i) => {
      const value = resolve(record, path);
      if (isEmpty(value)) return;
      const items = rule.paths.length > 1 && rule.read !== 'json' ? [value as Json] : unfold(value as Json, rule.read);
      const model = rule.models[i] ? resolve(record, rule.models[i] ?? '') : undefined;
      for (const item of items) {
        const shaped = asItem(item, target.shape, found.length);
        found.push(typeof model === 'string' && model && isObject(shaped) ? { ...shaped, model } : shaped);
      }
    });
  }
  const shaped = constant ? found.map((item, i) => asItem(item, target.shape, i)) : found;
  if (shaped.length === 0) return undefined;
  if (shaped.length < target.least) throw new Wrong('too-few');
  return shaped;
}

function valueOf(entries: JsonObject[], rule: Rule, target: Target): Json | undefined {
  if (kLists.includes(target.shape)) return listOf(entries, rule, target);
  const from = rule.paths[0];
  const raw = from === undefined ? rule.constant : resolve(entries[0], from);
  if (isEmpty(raw)) return undefined;
  let value = raw as Json;
  if (typeof value === 'string' && (rule.read === 'json' || target.shape === 'messages')) value = parsed(value);
  switch (target.shape) {
    case 'messages':
      if (isObject(value) && Array.isArray(value.messages)) return value.messages;
      if (!Array.isArray(value)) throw new Wrong('not-list');
      return value;
    case 'chat':
      return asChat(value);
    case 'text':
      return asText(value);
    default:
      return value;
  }
}

function put(data: JsonObject, pointer: string, value: Json): void {
  const tokens = pointer.split('/').slice(1).map((t) => t.replace(/~1/g, '/').replace(/~0/g, '~'));
  let here: JsonObject = data;
  for (const token of tokens.slice(0, -1)) {
    const next = here[token];
    if (isObject(next)) here = next;
    else here = here[token] = {};
  }
  here[tokens.at(-1) ?? ''] = value;
}

function goldAnswer(question: Question, value: Json): Json {
  if (question.kind === 'rating' || question.kind === 'number') {
    const n = typeof value === 'number' ? value : Number(String(value).trim());
    if (!Number.isFinite(n)) throw new Wrong('gold');
    return n;
  }
  if (question.kind === 'many') {
    if (Array.isArray(value)) return value;
    const text = asText(value).trim();
    return text.startsWith('[') ? parsed(text) : text.split(/[;\n]/).map((x) => x.trim()).filter(Boolean);
  }
  const text = asText(value).trim();
  return question.kind === 'compare' && /^[A-Z]$/.test(text) ? text.toLowerCase() : text;
}

/** 64 bits that tell records apart; no secret hangs on them. */
export function digest(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (b >>> 0).toString(16).padStart(8, '0') + (a >>> 0).toString(16).padStart(8, '0');
}

/**
 * The key of a record that brings none: its place and what is in it. The same file sent again is known line by line, and of a
 * file that was mended only the mended lines are new.
 */
export const madeKey = (line: number, text: string): string => `row-${line}-${digest(text)}`;

function headOf(record: JsonObject, mapping: Mapping, form: Form): JsonObject {
  const out: JsonObject = {};
  const at = (path: string | null): Json | undefined => (path === null ? undefined : resolve(record, path));
  const key = at(mapping.key);
  if (!isEmpty(key)) {
    if (typeof key === 'object' || new TextEncoder().encode(String(key)).length > 512) throw Object.assign(new Wrong('key'), { field: '/key' });
    out.key = String(key);
  }
  const priority = at(mapping.priority);
  if (!isEmpty(priority)) {
    const n = Number(priority);
    if (!Number.isInteger(n) || n < -100 || n > 100) throw Object.assign(new Wrong('priority'), { field: '/priority' });
    out.priority = n;
  }
  const batch = at(mapping.batch);
  if (!isEmpty(batch)) out.batch = String(batch);
  else if (mapping.batchName.trim()) out.batch = mapping.batchName.trim();
  const answers: JsonObject = {};
  for (const question of form.questions) {
    const value = at(mapping.gold[question.id] ?? null);
    if (isEmpty(value)) continue;
    try {
      answers[question.id] = goldAnswer(question, value as Json);
    } catch {
      throw Object.assign(new Wrong('gold'), { field: `/gold/answers/${question.id}` });
    }
  }
  if (Object.keys(answers).length > 0) {
    const reason = at(mapping.goldReason);
    out.gold = { answers, ...(isEmpty(reason) ? {} : { reason: String(reason) }) };
  }
  return out;
}

function dataOf(records: JsonObject[], mapping: Mapping, targets: Target[]): JsonObject {
  const data: JsonObject = {};
  if (mapping.rest) {
    const used = new Set([...Object.values(mapping.rules).flatMap((r) => [...r.paths, ...r.models]), ...Object.values(mapping.gold)]);
    for (const one of [mapping.key, mapping.priority, mapping.batch, mapping.goldReason]) if (one) used.add(one);
    for (const [name, value] of Object.entries(records[0] ?? {})) if (!used.has(`/${escapeToken(name)}`)) data[name] = value;
  }
  for (const target of targets) {
    const rule = mapping.rules[target.to];
    try {
      const value = rule && isFilled(rule) ? valueOf(records, rule, target) : undefined;
      if (value !== undefined) put(data, target.to, value);
      else if (target.required) throw new Wrong('missing');
    } catch (error) {
      if (error instanceof Wrong) throw Object.assign(error, { field: `/data${target.to}` });
      throw error;
    }
  }
  return data;
}

export interface Plan {
  form: Form;
  targets: Target[];
  mapping: Mapping;
  /** Records are tasks already: {"data": …}. */
  own: boolean;
}

function ownLine(entry: Entry): Made {
  const value = entry.value ?? {};
  // A line break between the members of a value is blank space in JSON; in NDJSON it would end the record.
  const raw = (entry.raw ?? JSON.stringify(value)).replace(/[\r\n]+/g, ' ');
  const text = 'key' in value ? raw : raw.replace('{', `{"key":${JSON.stringify(madeKey(entry.line, raw))},`);
  return { line: entry.line, text, data: isObject(value.data) ? value.data : {} };
}

/** One task from one record, or from the records of one group. */
export function convert(entries: Entry[], plan: Plan): Made | Fault {
  const [first] = entries;
  const line = first?.line ?? 0;
  const bad = entries.find((entry) => entry.value === null);
  if (!first || bad) return { line: bad?.line ?? line, field: '', code: bad?.fault ?? 'not-object' };
  if (plan.own) return ownLine(first);
  const records = entries.map((entry) => entry.value ?? {});
  try {
    const head = headOf(records[0] ?? {}, plan.mapping, plan.form);
    const data = dataOf(records, plan.mapping, plan.targets);
    const body = JSON.stringify({ ...head, data });
    const text = 'key' in head ? body : body.replace('{', `{"key":${JSON.stringify(madeKey(line, body))},`);
    return { line, text, data };
  } catch (error) {
    if (error instanceof Wrong) return { line, field: (error as Wrong & { field?: string }).field ?? '', code: error.code };
    throw error;
  }
}

export const isFault = (result: Made | Fault): result is Fault => 'code' in result;
