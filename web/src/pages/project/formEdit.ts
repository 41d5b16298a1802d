// Changes to a form, each a new value, and what is wrong with one that can be said at once. The server has the last word.
import type { Json, JsonObject } from '../../api';
import { idOf } from '../new/starter';
import { asKind, kindsOf, membersOf, type Member, type Side } from './formSpec';

const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);
export const itemsIn = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function tokensOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'));
}

export function valueAt(root: Json | undefined, pointer: string): Json | undefined {
  let here: Json | undefined = root;
  for (const token of tokensOf(pointer)) {
    if (Array.isArray(here)) here = here[Number(token)];
    else if (isObject(here)) here = here[token];
    else return undefined;
  }
  return here;
}

/** undefined takes it away. */
export function setAt(root: JsonObject, pointer: string, value: Json | undefined): JsonObject {
  const change = (here: Json | undefined, tokens: string[]): Json | undefined => {
    const [token, ...rest] = tokens;
    if (token === undefined) return value;
    if (Array.isArray(here)) {
      const next = change(here[Number(token)], rest);
      return next === undefined ? here.filter((_, i) => i !== Number(token)) : here.map((item, i) => (i === Number(token) ? next : item));
    }
    const object: JsonObject = isObject(here) ? { ...here } : {};
    const next = change(object[token], rest);
    if (next === undefined) delete object[token];
    else object[token] = next;
    return object;
  };
  return change(root, tokensOf(pointer)) as JsonObject;
}

export function move(root: JsonObject, list: string, from: number, to: number): JsonObject {
  const items = [...itemsIn(valueAt(root, list))];
  const [item] = items.splice(from, 1);
  if (!item || to < 0 || to > items.length) return root;
  items.splice(to, 0, item);
  return setAt(root, list, items);
}

/** One more at the end, with an id that is free. */
export function add(root: JsonObject, list: string, side: Side, kind: string, label: string): JsonObject {
  const items = itemsIn(valueAt(root, list));
  const taken = new Set(items.map((item) => String(item.id)));
  const item = asKind(side, { id: idOf(label, taken), label }, kind);
  if (side === 'views' || ['compare', 'rubric', 'steps', 'spans', 'boxes', 'segments'].includes(kind)) item.from = '';
  return setAt(root, list, [...items, item]);
}

/** Another id, and the conditions that name it follow. */
export function rename(root: JsonObject, list: string, at: number, id: string): JsonObject {
  const before = itemsIn(valueAt(root, list))[at]?.id;
  const items = itemsIn(valueAt(root, list)).map((item, i) => {
    const out: JsonObject = i === at ? { ...item, id } : { ...item };
    for (const name of ['show_if', 'open_if']) {
      const condition = out[name];
      if (isObject(condition) && condition.question === before) out[name] = { ...condition, question: id };
    }
    return out;
  });
  return setAt(root, list, items);
}

export type IssueCode =
  | 'id' | 'id-used' | 'pointer' | 'pointer-needed' | 'options' | 'option-empty' | 'option-twice' | 'key' | 'key-used' | 'min-max' | 'condition-target'
  | 'condition-test' | 'kind' | 'no-views' | 'no-questions' | 'unknown' | 'bounds' | 'text' | 'models';

export interface Issue {
  /** Into the form: /questions/2/options. */
  pointer: string;
  code: IssueCode;
}

const kId = /^[a-z][a-z0-9_]{0,47}$/;
const kPointer = /^(\/([^~]|~[01])*)?$/;

function optionIssues(pointer: string, value: Json | undefined, keys: Set<string>, issues: Issue[]): void {
  const seen = new Set<string>();
  (Array.isArray(value) ? value : []).forEach((option, i) => {
    const at = `${pointer}/${i}`;
    const name = isObject(option) ? option.value : option;
    if (typeof name !== 'string' || name === '') issues.push({ pointer: at, code: 'option-empty' });
    else if (seen.has(name)) issues.push({ pointer: at, code: 'option-twice' });
    else seen.add(name);
    const key = isObject(option) ? option.key : undefined;
    if (key === undefined) return;
    if (typeof key !== 'string' || !/^[a-z0-9]$/.test(key)) issues.push({ pointer: `${at}/key`, code: 'key' });
    else if (keys.has(key)) issues.push({ pointer: `${at}/key`, code: 'key-used' });
    else keys.add(key);
  });
}

const kTests = ['is', 'in', 'not_in', 'at_least', 'at_most', 'answered'];

function conditionIssues(pointer: string, value: Json | undefined, earlier: JsonObject[], issues: Issue[]): void {
  if (!isObject(value)) return;
  const known = earlier.some((q) => q.id === value.question || q.strength_id === value.question || (q.strength && `${String(q.id)}_strength` === value.question));
  if (!known) issues.push({ pointer: `${pointer}/question`, code: 'condition-target' });
  else if (kTests.filter((test) => test in value).length !== 1) issues.push({ pointer, code: 'condition-test' });
}

/** A number outside of its bounds, or not whole where it must be. */
function isOut(member: Member, value: Json | undefined): boolean {
  const bad = typeof value === 'number' && (value < (member.min ?? -Infinity) || value > (member.max ?? Infinity));
  return bad || (member.type === 'whole' && value !== undefined && !Number.isInteger(value));
}

const kPairs = [['min', 'max'], ['min_items', 'max_items'], ['min_length', 'max_length'], ['min_turns', 'max_turns']] as const;

/** The greater bound of a pair that is less than the other; a scale needs two steps. */
function pairIssues(item: JsonObject, pointer: string, isScale: boolean): Issue[] {
  return kPairs.flatMap(([low, high]): Issue[] => {
    const [a, b] = [item[low], item[high]];
    const crossed = typeof a === 'number' && typeof b === 'number' && (a > b || (isScale && low === 'min' && a === b));
    return crossed ? [{ pointer: `${pointer}/${high}`, code: 'min-max' }] : [];
  });
}

function itemIssues(side: Side, item: JsonObject, pointer: string, earlier: JsonObject[], keys: Set<string>, inGroup: boolean): Issue[] {
  const issues: Issue[] = [];
  const kind = String(item.kind);
  if (!kindsOf(side, inGroup).includes(kind)) return [{ pointer: `${pointer}/kind`, code: 'kind' }];
  for (const member of membersOf(side, kind)) {
    const at = `${pointer}/${member.name}`;
    const value = item[member.name];
    if (member.type === 'id' && value !== undefined && !kId.test(String(value))) issues.push({ pointer: at, code: 'id' });
    if (member.type === 'id' && member.needed && value === undefined) issues.push({ pointer: at, code: 'id' });
    if (member.type === 'pointer' && (value ?? '') === '' && member.needed) issues.push({ pointer: at, code: 'pointer-needed' });
    else if (member.type === 'pointer' && value !== undefined && !kPointer.test(String(value))) issues.push({ pointer: at, code: 'pointer' });
    if (member.type === 'options') {
      const elsewhere = item[`${member.name}_from`] ?? (kind === 'rank' ? item.from : undefined);
      if (!elsewhere && (!Array.isArray(value) || value.length === 0)) issues.push({ pointer: at, code: 'options' });
      optionIssues(at, value, keys, issues);
    }
    if (member.type === 'condition') conditionIssues(at, value, earlier, issues);
    if (isOut(member, value)) issues.push({ pointer: at, code: 'bounds' });
    if (member.name === 'models' && (!Array.isArray(value) || value.length < 1 || value.length > (member.max ?? 1))) issues.push({ pointer: at, code: 'models' });
    if (member.type !== 'parts' || !isObject(value)) continue;
    for (const part of member.parts ?? []) if (isOut(part, value[part.name])) issues.push({ pointer: `${at}/${part.name}`, code: 'bounds' });
    issues.push(...pairIssues(value, at, true));
  }
  return [...issues, ...pairIssues(item, pointer, kind === 'rating')];
}

function listIssues(form: JsonObject, list: string, side: Side, keys: Set<string>, inGroup: boolean): Issue[] {
  const items = itemsIn(valueAt(form, list));
  const ids = new Set<string>();
  return items.flatMap((item, i) => {
    const pointer = `${list}/${i}`;
    const issues = itemIssues(side, item, pointer, items.slice(0, i), keys, inGroup);
    if (ids.has(String(item.id))) issues.push({ pointer: `${pointer}/id`, code: 'id-used' });
    ids.add(String(item.id));
    if (item.kind === 'group') issues.push(...listIssues(form, `${pointer}/questions`, 'questions', new Set(keys), true));
    return issues;
  });
}

/** Short forms ({"base": "choice", "options": […]}) leave lists out: they are the base's. */
export function issuesOf(form: JsonObject): Issue[] {
  const short = typeof form.base === 'string' && form.base !== 'custom';
  const issues = [...listIssues(form, '/views', 'views', new Set(), false), ...listIssues(form, '/questions', 'questions', new Set(), false)];
  if (!short && itemsIn(form.views).length === 0) issues.push({ pointer: '/views', code: 'no-views' });
  if ((!short || form.questions !== undefined) && itemsIn(form.questions).length === 0) issues.push({ pointer: '/questions', code: 'no-questions' });
  return issues;
}

/** JSON that a person writes: an object, or where it breaks. */
export function readJson(text: string): { form: JsonObject } | { error: string } {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? { form: value } : { error: '' };
  } catch (error) {
    return { error: error instanceof Error ? error.message : '' };
  }
}
