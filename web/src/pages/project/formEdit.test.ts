import assert from 'node:assert/strict';
import test from 'node:test';
import type { JsonObject } from '../../api';
import { readForm } from '../../work/form';
import { preference } from '../../work/forms.fixture';
import { add, issuesOf, itemsIn, move, readJson, rename, setAt, valueAt } from './formEdit';
import { asKind, kindsOf, membersOf } from './formSpec';

const form: JsonObject = {
  views: [{ id: 'source', kind: 'markdown', from: '/source' }],
  questions: [
    { id: 'tone', kind: 'rating', min: 1, max: 5 },
    { id: 'why', kind: 'text', show_if: { question: 'tone', in: [1, 5] } },
    { id: 'rows', kind: 'group', questions: [{ id: 'type', kind: 'one', options: ['a', { value: 'b', key: 'b' }] }] },
  ],
};
const said = (value: JsonObject): string[] => issuesOf(value).map((issue) => `${issue.pointer} ${issue.code}`);

test('a change leaves what it came from untouched', () => {
  const before = JSON.stringify(form);
  const next = setAt(form, '/questions/2/questions/0/options/1/key', 'x');
  assert.equal(valueAt(next, '/questions/2/questions/0/options/1/key'), 'x');
  assert.equal(itemsIn(setAt(next, '/questions/1', undefined).questions).length, 2);
  assert.deepEqual(itemsIn(move(form, '/questions', 2, 0).questions).map((q) => q.id), ['rows', 'tone', 'why']);
  assert.equal(move(form, '/questions', 0, 3), form);
  assert.equal(JSON.stringify(form), before);
});

test('a new id is followed by the conditions that name it', () => {
  const next = rename(form, '/questions', 0, 'mood');
  assert.equal(valueAt(next, '/questions/1/show_if/question'), 'mood');
  assert.deepEqual(said(next), []);
});

test('whatever kind is added reads as a form, and only its place may be missing', () => {
  for (const side of ['views', 'questions'] as const) {
    for (const kind of kindsOf(side, false)) {
      const next = add(form, `/${side}`, side, kind, 'New one');
      assert(readForm(next) !== null, kind);
      const open = said(next);
      assert(open.every((issue) => /pointer-needed$|models$/.test(issue)), `${kind}: ${open.join()}`);
      const at = `/${side}/${itemsIn(next[side]).length - 1}`;
      let filled = next;
      for (const issue of issuesOf(next)) filled = setAt(filled, issue.pointer, issue.code === 'models' ? ['small'] : '/x');
      assert.deepEqual(said(filled), [], kind);
      for (const other of kindsOf(side, false)) {
        const turned = asKind(side, valueAt(filled, at) as JsonObject, other);
        const known = new Set(['kind', 'questions', ...membersOf(side, other).map((m) => m.name)]);
        assert(Object.keys(turned).every((name) => known.has(name)), `${kind} as ${other}: ${Object.keys(turned).join()}`);
      }
    }
  }
});

test('what cannot work is said with its place', () => {
  const wrong = (pointer: string, value: unknown): string[] => said(setAt(form, pointer, value as never));
  assert.deepEqual(said(form), []);
  assert.deepEqual(wrong('/questions/0/id', 'Tone'), ['/questions/0/id id', '/questions/1/show_if/question condition-target']);
  assert.deepEqual(wrong('/questions/1/id', 'tone'), ['/questions/1/id id-used']);
  assert.deepEqual(wrong('/views/0/from', 'source'), ['/views/0/from pointer']);
  assert.deepEqual(wrong('/views/0/kind', 'film'), ['/views/0/kind kind']);
  assert.deepEqual(wrong('/questions/0/max', 1), ['/questions/0/max min-max']);
  assert.deepEqual(wrong('/questions/0/max', 500), ['/questions/0/max bounds']);
  assert.deepEqual(wrong('/questions/1/show_if', { question: 'tone' }), ['/questions/1/show_if condition-test']);
  assert.deepEqual(wrong('/questions/1/show_if', { question: 'rows', answered: true }), ['/questions/1/show_if/question condition-target']);
  assert.deepEqual(wrong('/questions/2/questions/0/options', []), ['/questions/2/questions/0/options options']);
  assert.deepEqual(wrong('/questions/2/questions/0/options', ['a', 'a', '']), [
    '/questions/2/questions/0/options/1 option-twice', '/questions/2/questions/0/options/2 option-empty',
  ]);
  assert.deepEqual(wrong('/questions/2/questions/0/options/0', { value: 'a', key: 'b' }), ['/questions/2/questions/0/options/1/key key-used']);
  assert.deepEqual(wrong('/questions/2/questions/0/kind', 'group'), ['/questions/2/questions/0/kind kind']);
  assert.deepEqual(wrong('/questions', []), ['/questions no-questions']);
  assert.deepEqual(said({ base: 'choice', options: ['x'] }), [], 'a short form takes the rest from its base');
  assert.deepEqual(said(preference as unknown as JsonObject).length, 0);
});

test('a dialogue: its models, bounds and scale are checked at their place', () => {
  const talk: JsonObject = { id: 'talk', kind: 'dialogue', label: 'Talk', models: ['one', 'two'], rate: { label: 'Good?', max: 5 }, may: ['edit'] };
  const wrong = (change: JsonObject): string[] => said({ ...form, questions: [{ ...talk, ...change }] });
  assert.deepEqual(wrong({}), []);
  assert.deepEqual(wrong({ models: [] }), ['/questions/0/models models']);
  assert.deepEqual(wrong({ models: ['a', 'b', 'c', 'd', 'e'] }), ['/questions/0/models models']);
  assert.deepEqual(wrong({ min_turns: 4, max_turns: 2 }), ['/questions/0/max_turns min-max']);
  assert.deepEqual(wrong({ rate: { min: 3, max: 3 } }), ['/questions/0/rate/max min-max']);
  assert.deepEqual(wrong({ parameters: { temperature: 9, max_tokens: 1.5 } }), ['/questions/0/parameters/temperature bounds', '/questions/0/parameters/max_tokens bounds']);
  assert.deepEqual(said(setAt(form, '/questions/2/questions/0/kind', 'dialogue')), ['/questions/2/questions/0/kind kind'], 'none inside a group');
});

test('a dialogue as an expert has it: letters for models; as a manager has it: names', () => {
  const rulesOf = (more: JsonObject) => readForm({ views: [], questions: [{ id: 'talk', kind: 'dialogue', ...more }] })?.questions[0]?.talk;
  assert.deepEqual(rulesOf({ slots: ['A', 'B', 'C'], min_turns: 2, max_turns: 4, may: ['edit'], rate: { label: 'x', min: 0, max: 3 } }),
    { slots: 3, min_turns: 2, max_turns: 4, may: ['edit'], rate: { label: 'x', min: 0, max: 3 } });
  assert.deepEqual(rulesOf({ models: ['m', 'n'] }), { slots: 2, min_turns: 1, max_turns: 8, may: [], rate: null });
});

test('JSON by hand: an object or the reason', () => {
  assert('form' in readJson('{"views": []}'));
  for (const bad of ['[]', '{', 'x']) assert('error' in readJson(bad), bad);
});
