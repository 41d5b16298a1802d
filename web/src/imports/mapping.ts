// Which field of a file fills which place of the form, and the guess by names that a mapping begins with.
import type { Form, Question } from '../work/form';
import type { Field } from './source';
import { kLists, type Target } from './targets';

/** How text is read: as it is, as JSON, or each line an item of its own. */
export type Read = 'text' | 'json' | 'lines';

export interface Rule {
  /** Pointers into the record. Several fill a list, in this order. */
  paths: string[];
  read: Read;
  /** For every task the same; counts where there are no paths. */
  constant: string;
  /** Of responses: the fields that name the model of each. */
  models: string[];
}

export interface Mapping {
  rules: Record<string, Rule>;
  key: string | null;
  priority: string | null;
  batch: string | null;
  batchName: string;
  /** Question id → field with the known right answer. */
  gold: Record<string, string>;
  goldReason: string | null;
  /** Consecutive records with the same value here make one task; each adds an item to the lists. */
  group: string | null;
  /** The other fields go along, unseen in the form. */
  rest: boolean;
}

export const kNoRule: Rule = { paths: [], read: 'text', constant: '', models: [] };

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

const kNames: Record<string, string[]> = {
  prompt: ['prompt', 'question', 'instruction', 'input', 'query', 'task', 'problem', 'text', 'request'],
  response: ['response', 'answer', 'output', 'completion', 'modeloutput', 'modelresponse', 'reply', 'generation'],
  responses: ['responses', 'answers', 'outputs', 'completions', 'candidates'],
  rubric: ['rubric', 'criteria', 'rubrics', 'criterion', 'description', 'checklist'],
  steps: ['steps', 'solutionsteps', 'solution', 'reasoning'],
  messages: ['messages', 'conversation', 'trajectory', 'dialogue', 'run', 'turns', 'traj'],
  tools: ['tools', 'functions', 'toolspecs'],
  text: ['text', 'passage', 'content', 'document', 'body', 'article'],
  brief: ['brief', 'topic', 'task', 'instruction', 'prompt', 'specifiedprompt'],
  options: ['options', 'choices'],
  labels: ['labels', 'tags'],
  image: ['image', 'picture', 'photo', 'scan', 'file'],
  media: ['media', 'audio', 'video', 'recording', 'file'],
};
/** response_a, Answer 2, model_output_B: the stem and the place. */
const kNumbered = /^(.*?)[\s_\-./]*(?:([a-h])|0*(\d{1,2}))$/i;
const kStems: Record<string, string[]> = {
  responses: ['response', 'answer', 'output', 'completion', 'candidate', 'modelresponse', 'modeloutput', 'reply', 'assistant', 'generation', ''],
  steps: ['step', 'solutionstep'],
  rubric: ['criterion', 'criteria', 'rubric', 'check'],
  options: ['option', 'choice'],
  labels: ['label', 'tag'],
};

const leaf = (pointer: string): string => pointer.split('/').pop() ?? '';
const lastName = (field: Field): string => plain(leaf(field.path));

/** Fields of one numbered family (response_a, response_b …), in their order. */
function family(fields: Field[], stems: string[]): Field[] {
  const found: { field: Field; stem: string; place: number }[] = [];
  for (const field of fields) {
    const hit = kNumbered.exec(leaf(field.path));
    if (!hit || field.path.split('/').length > 2) continue;
    const place = hit[2] ? hit[2].toLowerCase().charCodeAt(0) - 97 : Number(hit[3]);
    found.push({ field, stem: plain(hit[1] ?? ''), place });
  }
  for (const stem of stems) {
    const group = found.filter((one) => one.stem === stem).sort((a, b) => a.place - b.place);
    if (group.length >= 2) return group.map((one) => one.field);
  }
  return [];
}

function readOf(target: Target, field: Field | undefined): Read {
  const sample = field?.sample.trimStart() ?? '';
  if (/^[[{]/.test(sample)) return 'json';
  return kLists.includes(target.shape) ? 'lines' : 'text';
}

function guessRule(target: Target, fields: Field[], used: Set<string>): Rule {
  const name = leaf(target.to);
  const free = fields.filter((field) => !used.has(field.path));
  const exact = free.find((field) => field.path === target.to) ?? free.find((field) => lastName(field) === plain(name));
  if (exact) return { ...kNoRule, paths: [exact.path], read: readOf(target, exact) };
  if (kLists.includes(target.shape)) {
    const many = family(free, kStems[name] ?? [plain(name).replace(/s$/, '')]);
    const pair = ['chosen', 'rejected'].flatMap((n) => free.filter((field) => lastName(field) === n).slice(0, 1));
    const items = many.length > 0 ? many : target.shape === 'responses' && pair.length === 2 ? pair : [];
    if (items.length > 0) {
      const models = target.shape === 'responses' ? family(free, ['model', 'modelname', 'modelid']).map((field) => field.path) : [];
      return { ...kNoRule, paths: items.map((field) => field.path), models: models.length === items.length ? models : [] };
    }
  }
  for (const wanted of kNames[name] ?? []) {
    const hit = free.find((field) => lastName(field) === wanted);
    if (hit) return { ...kNoRule, paths: [hit.path], read: readOf(target, hit) };
  }
  return { ...kNoRule };
}

const kKeys = /^(key|id|uid|uuid|guid|taskid|questionid|promptid|rowid|criterionid|itemid)$/;

export function guess(targets: Target[], fields: Field[], head: Record<string, unknown>[], form: Form): Mapping {
  const used = new Set<string>();
  const rules: Record<string, Rule> = {};
  for (const target of targets) {
    const rule = guessRule(target, fields, used);
    for (const path of [...rule.paths, ...rule.models]) used.add(path);
    rules[target.to] = rule;
  }
  const top = fields.filter((field) => field.path.split('/').length === 2 && !used.has(field.path));
  const named = (test: (name: string) => boolean): Field | undefined => top.find((field) => test(lastName(field)));
  const unique = (field: Field): boolean => {
    const values = head.map((record) => record[field.name]);
    return values.every((v) => (typeof v === 'string' && v !== '') || typeof v === 'number') && new Set(values.map(String)).size === values.length;
  };
  const gold: Record<string, string> = {};
  for (const question of form.questions.filter(canBeGold)) {
    const id = plain(question.id);
    const hit = named((name) => name === `gold${id}` || name === `correct${id}` || (name === 'gold' && question.required));
    if (hit) gold[question.id] = hit.path;
  }
  return {
    rules, gold,
    key: top.find((field) => kKeys.test(lastName(field)) && unique(field))?.path ?? null,
    priority: named((name) => name === 'priority')?.path ?? null,
    batch: named((name) => name === 'batch')?.path ?? null,
    batchName: '', goldReason: named((name) => name === 'goldreason')?.path ?? null, group: null, rest: false,
  };
}

/** Kinds of answers that one field can say. */
export function canBeGold(question: Question): boolean {
  return ['one', 'many', 'rating', 'number', 'compare'].includes(question.kind);
}

export const isFilled = (rule: Rule | undefined): boolean => rule !== undefined && (rule.paths.length > 0 || rule.constant.trim() !== '');

/** Targets that a task cannot do without and that nothing fills. */
export function unfilled(targets: Target[], mapping: Mapping): Target[] {
  return targets.filter((target) => target.required && !isFilled(mapping.rules[target.to]));
}

/** Nothing of the file would be used at all. */
export function mapsNothing(mapping: Mapping): boolean {
  return Object.values(mapping.rules).every((rule) => rule.paths.length === 0);
}

type Packed = [string, number[], Read, number[]][];

/** The choices without any word of the file: places in the list of fields. Constants are content and are not kept. */
export function pack(mapping: Mapping, fields: Field[]): string {
  const at = (path: string | null): number => (path === null ? -1 : fields.findIndex((field) => field.path === path));
  const rules: Packed = Object.entries(mapping.rules).map(([, rule], i) => [String(i), rule.paths.map(at), rule.read, rule.models.map(at)]);
  const gold = Object.values(mapping.gold).map(at);
  return JSON.stringify({
    n: fields.length, rules, gold, key: at(mapping.key), priority: at(mapping.priority), batch: at(mapping.batch),
    reason: at(mapping.goldReason), group: at(mapping.group), rest: mapping.rest,
  });
}

/** What `pack` kept, over a fresh guess for the same file; the guess itself where it does not fit. */
export function unpack(text: string | null, fresh: Mapping, fields: Field[]): Mapping {
  try {
    const kept = JSON.parse(text ?? '') as Record<string, unknown> & { rules: Packed };
    const ids = Object.keys(fresh.rules);
    if (kept.n !== fields.length || kept.rules.length !== ids.length) return fresh;
    const path = (n: unknown): string | null => (typeof n === 'number' ? fields[n]?.path ?? null : null);
    const paths = (list: number[]): string[] => list.map(path).filter((p): p is string => p !== null);
    const rules = Object.fromEntries(kept.rules.map(([, list, read, models], i) => [
      ids[i] ?? '', { ...kNoRule, paths: paths(list), read, models: paths(models) },
    ]));
    return {
      ...fresh, rules, key: path(kept.key), priority: path(kept.priority), batch: path(kept.batch),
      goldReason: path(kept.reason), group: path(kept.group), rest: kept.rest === true,
    };
  } catch {
    return fresh;
  }
}
