// A form to begin one's own with, and data for a form that has none yet.
import type { Json, JsonObject } from '../../api';
import type { Entry, Field } from '../../imports/source';
import type { Target } from '../../imports/targets';

export const kStarter: JsonObject = {
  base: 'custom',
  views: [{ id: 'text', kind: 'markdown', from: '/text', label: 'Text' }],
  questions: [{ id: 'answer', kind: 'one', label: 'Your question', required: true, options: ['yes', 'no'] }],
};

const kMostViews = 8;
const kAside = /^(key|id|uid|uuid|.*[ _-]id|priority|batch|gold([ _.-].*)?|index|row|split|source|created.*|.*hash)$/i;
const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);

export function idOf(name: string, taken: Set<string>): string {
  const plain = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+|_+$/g, '').slice(0, 40) || 'part';
  let id = plain;
  for (let n = 2; taken.has(id); n++) id = `${plain}_${n}`;
  taken.add(id);
  return id;
}

function kindOf(values: (Json | undefined)[]): string {
  const first = values.find((value) => value !== null && value !== undefined && value !== '');
  if (Array.isArray(first)) return first.every((item) => isObject(item) && typeof item.role === 'string') ? 'chat' : first.every(isObject) ? 'table' : 'json';
  return isObject(first) ? 'json' : 'markdown';
}

/** What stands still until the person changes it: only the very first form may be replaced by one made from a file. */
export function isStarter(form: unknown): boolean {
  const { views, questions } = (form ?? {}) as { views?: { id?: string; from?: string }[]; questions?: { id?: string }[] };
  return views?.length === 1 && views[0]?.from === '/text' && questions?.length === 1 && questions[0]?.id === 'answer';
}

/** Every column that a person may want to read becomes a part of the form. */
export function starterFrom(fields: Field[], head: Entry[]): JsonObject {
  const top = fields.filter((field) => field.path.split('/').length === 2);
  const wanted = top.filter((field) => !kAside.test(field.name));
  const shown = (wanted.length > 0 ? wanted : top).slice(0, kMostViews);
  const taken = new Set<string>();
  const good = head.flatMap((entry) => (entry.value ? [entry.value] : []));
  const views = shown.map((field): JsonObject => {
    const values = good.map((record) => record[field.name]);
    const everywhere = values.every((value) => value !== undefined && value !== null && value !== '');
    return {
      id: idOf(field.name, taken), kind: kindOf(values), from: field.path, label: field.name.slice(0, 120), ...(everywhere ? {} : { optional: true }),
    };
  });
  return { ...kStarter, ...(views.length > 0 ? { views } : {}) };
}

/** Words for `sampleData`. */
export interface SampleWords {
  text: (label: string) => string;
  item: (n: number) => string;
  answer: string;
}

function sampleOf(target: Target, words: SampleWords): Json {
  const count = Math.max(2, target.least);
  const items = Array.from({ length: count }, (_, n) => words.item(n + 1));
  switch (target.shape) {
    case 'criteria':
      return items.map((criterion, n) => ({ id: `c${n + 1}`, criterion, points: n + 1 }));
    case 'responses':
      return items.map((text) => ({ text }));
    case 'messages':
      return [{ role: 'user', content: words.text(target.label) }, { role: 'assistant', content: words.answer }];
    case 'texts':
    case 'options':
      return items;
    case 'rows':
      return items.map((value, n) => ({ '#': n + 1, value }));
    case 'file':
      return 'file';
    case 'any':
      return [];
    default:
      return words.text(target.label);
  }
}

export function sampleData(targets: Target[], words: SampleWords): JsonObject {
  const data: JsonObject = {};
  for (const target of targets) {
    const tokens = target.to.split('/').slice(1);
    let here: JsonObject = data;
    for (const token of tokens.slice(0, -1)) {
      const next = here[token];
      here = isObject(next) ? next : (here[token] = {});
    }
    here[tokens.at(-1) ?? ''] = sampleOf(target, words);
  }
  return data;
}
