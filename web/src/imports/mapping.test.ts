import assert from 'node:assert/strict';
import test from 'node:test';
import { Problem } from '../api/problem';
import type { ImportResult, JsonObject } from '../api/types';
import { readForm, type Form } from '../work/form';
import { mixed, preference, rubric, steps } from '../work/forms.fixture';
import { convert, isFault, type Plan } from './convert';
import { guess, kNoRule, mapsNothing, pack, unfilled, unpack } from './mapping';
import { ImportRun } from './run';
import { slices, type Slice } from './slices';
import { fieldsOf, look, type Entry } from './source';
import { targetsOf } from './targets';

const textOf = (body: string | Blob): string => (typeof body === 'string' ? body : '');
const entry = (value: JsonObject | null, line = 2): Entry => ({ line, value, raw: null, fault: value ? null : 'cells' });

function planFor(form: Form, record: JsonObject, change: Partial<Plan['mapping']> = {}): Plan {
  const targets = targetsOf(form);
  const mapping = { ...guess(targets, fieldsOf([entry(record)]), [record], form), ...change };
  return { form, targets, mapping, own: false };
}

function dataOf(form: Form, record: JsonObject, change: Partial<Plan['mapping']> = {}): JsonObject {
  const made = convert([entry(record)], planFor(form, record, change));
  if (isFault(made)) throw new Error(`${made.field} ${made.code}`);
  return made.data;
}

test('targets: what views and questions want, once each, the required first', () => {
  const shape = (form: Form) => targetsOf(form).map((x) => [x.to, x.shape, x.required, x.least]);
  assert.deepEqual(shape(preference), [['/prompt', 'chat', true, 0], ['/responses', 'responses', true, 2]]);
  assert.deepEqual(shape(rubric), [['/rubric', 'criteria', true, 1]]);
  assert.deepEqual(shape(mixed), []);
  const run = readForm({
    views: [{ id: 'run', kind: 'trajectory', from: '/messages', tools: '/tools' }, { id: 'scan', kind: 'image', from: '/scan', optional: true }],
    questions: [{ id: 's', kind: 'steps', from: '/messages', roles: ['assistant'] }],
  }) as Form;
  assert.deepEqual(shape(run), [['/messages', 'messages', true, 1], ['/tools', 'any', false, 0], ['/scan', 'file', false, 0]]);
});

test('guess: response_a and response_b become the responses, with the models that wrote them', () => {
  const record = { id: '1', Prompt: 'p', response_a: 'x', response_b: 'y', model_a: 'm1', model_b: 'm2' };
  assert.deepEqual(dataOf(preference, record), {
    prompt: 'p', responses: [{ text: 'x', model: 'm1' }, { text: 'y', model: 'm2' }],
  });
  assert.equal(planFor(preference, record).mapping.key, '/id');
  for (const names of [['Answer 1', 'Answer 2'], ['output1', 'output2'], ['chosen', 'rejected'], ['A', 'B']] as const) {
    assert.deepEqual(dataOf(preference, { question: 'p', [names[0]]: 'x', [names[1]]: 'y' }), {
      prompt: 'p', responses: [{ text: 'x' }, { text: 'y' }],
    }, names.join());
  }
});

test('guess: lists in one cell, as JSON or a line each', () => {
  assert.deepEqual(dataOf(rubric, { rubric: '- first\n2. second\n\n' }), { rubric: [{ id: 'c1', criterion: 'first' }, { id: 'c2', criterion: 'second' }] });
  assert.deepEqual(dataOf(rubric, { rubric: '[{"criterion": "x", "points": 3}]' }), { rubric: [{ id: 'c1', criterion: 'x', points: 3 }] });
  assert.deepEqual(dataOf(steps, { steps: ['one', 'two'] }), { steps: ['one', 'two'] });
});

test('guess: a column that is no key is none, and nothing fitting maps to nothing', () => {
  const form = preference;
  const targets = targetsOf(form);
  const head = [{ id: '1', x: 'a' }, { id: '1', x: 'b' }];
  const mapping = guess(targets, fieldsOf(head.map((r) => entry(r))), head, form);
  assert.equal(mapping.key, null);
  assert(mapsNothing(mapping));
  assert.deepEqual(unfilled(targets, mapping).map((x) => x.to), ['/prompt', '/responses']);
});

test('a fault names the place: missing, no text, no JSON, too few, priority, right answer', () => {
  const fault = (form: Form, record: JsonObject, change: Partial<Plan['mapping']> = {}): string => {
    const made = convert([entry(record)], planFor(form, record, change));
    return isFault(made) ? `${made.field} ${made.code} ${made.line}` : 'taken';
  };
  const good = { prompt: 'p', response_a: 'x', response_b: 'y' };
  assert.equal(fault(preference, good), 'taken');
  assert.equal(fault(preference, { ...good, prompt: ' ' }), '/data/prompt missing 2');
  assert.equal(fault(preference, { ...good, response_b: '' }), '/data/responses too-few 2');
  assert.equal(fault(preference, { ...good, prompt: { a: 1 } }), '/data/prompt not-text 2');
  assert.equal(fault(rubric, { rubric: '[{' }), '/data/rubric bad-json 2');
  assert.equal(fault(preference, { ...good, priority: '101' }), '/priority priority 2');
  assert.equal(fault(preference, { ...good, priority: '' }), 'taken');
  const rated = readForm({ views: [], questions: [{ id: 'tone', kind: 'rating' }] }) as Form;
  assert.equal(fault(rated, { gold_tone: 'high' }), '/gold/answers/tone gold 2');
  assert.equal(convert([entry(null, 7)], planFor(preference, good)).line, 7);
});

test('lines: key, priority, batch, right answers, constants; a made key is the same for the same line', () => {
  const record = { k: 'a-1', prompt: 'p', response_a: 'x', response_b: '=1', priority: '5', gold_choice: 'B', why: 'better' };
  const plan = planFor(preference, record, { key: '/k', batchName: 'May', goldReason: '/why' });
  const made = convert([entry(record)], plan);
  assert(!isFault(made));
  assert.deepEqual(JSON.parse(made.text), {
    key: 'a-1', priority: 5, batch: 'May', gold: { answers: { choice: 'b' }, reason: 'better' },
    data: { prompt: 'p', responses: [{ text: 'x' }, { text: '=1' }] },
  });
  const keyOf = (value: JsonObject, line: number): string => {
    const one = convert([entry(value, line)], planFor(preference, value));
    return isFault(one) ? '' : (JSON.parse(one.text) as { key: string }).key;
  };
  const bare = { prompt: 'p', response_a: 'x', response_b: 'y' };
  assert.equal(keyOf(bare, 2), keyOf({ ...bare }, 2));
  assert(keyOf(bare, 2) !== keyOf(bare, 3));
  assert(keyOf(bare, 2) !== keyOf({ ...bare, prompt: 'q' }, 2));
  const all = planFor(preference, bare);
  all.mapping.rules['/prompt'] = { ...kNoRule, constant: 'the same for all' };
  const constant = convert([entry(bare)], all);
  assert(!isFault(constant) && constant.data.prompt === 'the same for all');
});

test('our own shape goes on as it was written, with a key where it had none', async () => {
  const text = '[{"data": {"n": 1.0,\n "big": 12345678901234567890}}, {"key": "k", "data": {}}]';
  const { source, own } = await look(new Blob([text]), 'x.json');
  const plan: Plan = { form: preference, targets: [], mapping: guess([], [], [], preference), own };
  const found: Slice[] = [];
  for await (const slice of slices(new Blob([text]), source, plan)) found.push(slice);
  const lines = textOf(found[0]?.body ?? '').trim().split('\n') ?? [];
  assert.equal(lines.length, 2);
  assert(/^\{"key":"row-1-[0-9a-f]{16}","data": \{"n": 1\.0, {2}"big": 12345678901234567890\}\}$/.test(lines[0] ?? ''), lines[0]);
  assert.equal(lines[1], '{"key": "k", "data": {}}');
});

test('records of one group make one task; a broken one spoils its group and no other', async () => {
  const csv = 'task,prompt,criterion\n1,p,a\n1,p,b\n2,q,c\nbroken\n2,q,d\n3,r,e\n';
  const blob = new Blob([csv]);
  const looked = await look(blob, 'x.csv');
  const form = readForm({ views: [{ id: 'p', kind: 'markdown', from: '/prompt' }], questions: [{ id: 'c', kind: 'rubric', from: '/rubric' }] }) as Form;
  const targets = targetsOf(form);
  const good = looked.head.flatMap((e) => (e.value ? [e.value] : []));
  const mapping = { ...guess(targets, looked.fields, good, form), group: '/task', key: '/task' };
  const [slice] = await all(slices(blob, looked.source, { form, targets, mapping, own: false }));
  const made = (textOf(slice?.body ?? '').trim().split('\n') ?? []).map((line) => JSON.parse(line) as { key: string; data: JsonObject });
  assert.deepEqual(made.map((m) => m.key), ['1', '3']);
  assert.deepEqual(made[0]?.data.rubric, [{ id: 'c1', criterion: 'a' }, { id: 'c2', criterion: 'b' }]);
  assert.deepEqual(slice?.faults.map((f) => [f.line, f.code]), [[5, 'cells'], [4, 'spoiled']]);
});

async function all<T>(of: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const one of of) out.push(one);
  return out;
}

function manyRows(count: number): Blob {
  return new Blob([`prompt,response_a,response_b\n${Array.from({ length: count }, (_, n) => `p${n},x,"y\n${n}"`).join('\n')}\n`]);
}

async function planOf(blob: Blob): Promise<{ source: Awaited<ReturnType<typeof look>>['source']; plan: Plan }> {
  const looked = await look(blob, 'x.csv');
  const targets = targetsOf(preference);
  return { source: looked.source, plan: { form: preference, targets, mapping: guess(targets, looked.fields, [], preference), own: false } };
}

test('slices: every line once, in order, none longer than asked, with the lines of the file', async () => {
  const blob = manyRows(500);
  const { source, plan } = await planOf(blob);
  const found = await all(slices(blob, source, plan, 3000, 40));
  const prompts = found.flatMap((s) => textOf(s.body).trim().split('\n').map((l) => (JSON.parse(l) as { data: { prompt: string } }).data.prompt));
  assert.deepEqual(prompts, Array.from({ length: 500 }, (_, n) => `p${n}`));
  assert.deepEqual(found.flatMap((s) => s.lines), Array.from({ length: 500 }, (_, n) => 2 + 2 * n));
  assert(found.every((s) => s.lines.length <= 40 && textOf(s.body).length <= 3400));
  assert.equal(found.at(-1)?.bytes, blob.size);
});

test('choices are kept without a word of the file and fit only the file that they were made for', () => {
  const record = { id: '1', prompt: 'p', response_a: 'x', response_b: 'y' };
  const fields = fieldsOf([entry(record)]);
  const targets = targetsOf(preference);
  const fresh = guess(targets, fields, [record], preference);
  const chosen = { ...fresh, key: null, rules: { ...fresh.rules, '/prompt': { ...kNoRule, paths: ['/id'] } } };
  const kept = pack(chosen, fields);
  assert(!/prompt|response/.test(kept), kept);
  assert.deepEqual(unpack(kept, fresh, fields), chosen);
  assert.deepEqual(unpack(kept, fresh, fields.slice(1)), fresh);
  assert.deepEqual(unpack('nonsense', fresh, fields), fresh);
});

/** A server that keeps keys, and loses the reply or the request of what is told. */
function server(lose: (n: number) => 'reply' | 'request' | null) {
  const keys = new Set<string>();
  let calls = 0;
  const used: string[] = [];
  const send = (body: string | Blob, idempotencyKey: string) => {
    const how = lose(calls++);
    used.push(idempotencyKey);
    const result: ImportResult = { imported: 0, duplicate: 0, rejected: 0, errors: [] };
    if (how !== 'request') {
      textOf(body).trim().split('\n').forEach((line, i) => {
        const { key, data } = JSON.parse(line) as { key: string; data: { prompt: string } };
        if (data.prompt === 'p7') {
          result.rejected++;
          result.errors.push({ line: i + 1, reason: 'no', field: '/data/prompt' });
        } else if (keys.has(key)) result.duplicate++;
        else {
          keys.add(key);
          result.imported++;
        }
      });
    }
    return { done: how ? Promise.reject<ImportResult>(Problem.network()) : Promise.resolve(result), cancel: () => undefined };
  };
  return { keys, used, send };
}

test('run: lost requests and replies are sent again; nothing twice, nothing lost, errors by the line of the file', async () => {
  const blob = manyRows(60);
  const { source, plan } = await planOf(blob);
  const there = server((n) => (n === 1 ? 'reply' : n === 3 ? 'request' : null));
  const run = new ImportRun(slices(blob, source, plan, 1 << 20, 20), blob.size, 'r', there.send, () => Promise.resolve());
  const phases: string[] = [];
  run.listen((state) => phases.push(state.phase));
  await run.start();
  assert.equal(there.keys.size, 59);
  const { state } = run;
  assert.deepEqual([state.phase, state.imported, state.duplicate, state.rejected, state.again, state.bytes], ['done', 39, 20, 1, true, blob.size]);
  assert.deepEqual(state.errors.map((e) => [e.line, e.field, e.reason]), [[16, '/data/prompt', 'no']]);
  assert(phases.includes('waiting'));
  assert.equal(new Set(there.used).size, there.used.length, 'each try has a key of its own');
});

test('run: it stops between slices, goes on from there, and a refusal can be tried again', async () => {
  const blob = manyRows(60);
  const { source, plan } = await planOf(blob);
  const there = server(() => null);
  let refuse = false;
  const run = new ImportRun(slices(blob, source, plan, 1 << 20, 20), blob.size, 'r', (body, key) => {
    if (refuse) return { done: Promise.reject<ImportResult>(new Problem(423, { type: '/problems/locked' })), cancel: () => undefined };
    const sent = there.send(body, key);
    if (there.used.length === 1) run.stop();
    return sent;
  }, () => Promise.resolve());
  await run.start();
  assert.deepEqual([run.state.phase, there.keys.size], ['stopped', 19]);
  refuse = true;
  await run.start();
  assert.deepEqual([run.state.phase, run.state.problem?.kind], ['failed', 'locked']);
  refuse = false;
  await run.start();
  assert.deepEqual([run.state.phase, there.keys.size, run.state.imported, run.state.rejected], ['done', 59, 59, 1]);
});
