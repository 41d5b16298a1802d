import assert from 'node:assert/strict';
import test from 'node:test';
import { choose, cleaned, gaps, isRowOpen, nextOpenRow, setAnswer, unstop } from './answers';
import { mixed, preference, rubric, steps } from './forms.fixture';
import { isShown, isUnfolded, readForm, resolve } from './form';
import { gapText } from './gaps';
import { slotsOf } from './slots';

const two = { prompt: 'p', responses: [{ text: 'one' }, { text: 'two' }] };
const q = (form: typeof preference, id: string) => {
  const found = form.questions.find((x) => x.id === id);
  assert(found);
  return found;
};

test('answers: a preference needs a strength, a tie does not and drops it', () => {
  const choice = q(preference, 'choice');
  const slots = slotsOf(preference, two, [1, 0]).get('choice') ?? [];
  const press = (answers: object, label: string) => {
    const slot = slots.find((s) => s.label === label);
    assert(slot, label);
    return choose(choice, two, answers as never, slot, undefined);
  };
  let answers = press({}, 'Response 1 is better');
  assert.equal(answers.choice, 'b', 'the first on the screen is the second in the data');
  assert.deepEqual(gaps(preference, two, answers), [{ question: 'choice', reason: 'strength' }]);
  answers = press(answers, 'Clearly');
  assert.deepEqual(answers, { choice: 'b', strength: 2 });
  assert.deepEqual(gaps(preference, two, answers), []);
  assert.deepEqual(press(answers, 'Tie'), { choice: 'tie' });
});

test('answers: choosing again takes an optional answer away, and many answers toggle', () => {
  const marks = q(mixed, 'marks');
  const [p] = slotsOf(mixed, {}, []).get('marks') ?? [];
  assert(p);
  const once = choose(marks, {}, {}, p, undefined);
  assert.deepEqual(once, { marks: ['p'] });
  assert.deepEqual(choose(marks, {}, once, p, undefined), {});
});

test('answers: a hidden question is neither asked nor sent', () => {
  const answers = { kind: 'x', why: 'left over', rows: [{ c: 'one' }] };
  assert.deepEqual(cleaned(mixed, answers), { kind: 'x', rows: [{ c: 'one' }] });
  assert.deepEqual(gaps(mixed, {}, answers), []);
  assert.deepEqual(gaps(mixed, {}, { ...answers, kind: 'y', why: 'ab' }), [{ question: 'why', reason: 'short', least: 3, now: 2 }]);
  assert.deepEqual(gaps(mixed, {}, { kind: 'y', rows: [{ c: '' }] }).map((g) => g.question), ['why', 'rows']);
});

test('answers: rubric rows advance to the next open one and all must be judged', () => {
  const data = { rubric: [{ id: 'r1', criterion: 'a' }, { id: 'r2', criterion: 'b' }, { id: 'r3', criterion: 'c' }] };
  const criteria = q(rubric, 'criteria');
  const [met, , cannot] = slotsOf(rubric, data, []).get('criteria') ?? [];
  assert(met && cannot);
  let answers = choose(criteria, data, {}, met, 'r2');
  assert.equal(nextOpenRow(criteria, answers, ['r1', 'r2', 'r3'], 'r2'), 'r3');
  answers = choose(criteria, data, answers, cannot, 'r3');
  assert.equal(nextOpenRow(criteria, answers, ['r1', 'r2', 'r3'], 'r3'), 'r1');
  assert.equal(gaps(rubric, data, answers).length, 1);
  answers = choose(criteria, data, answers, met, 'r1');
  assert.deepEqual(gaps(rubric, data, answers), []);
});

test('answers: the first wrong step ends the rating where the form says so', () => {
  const data = { steps: ['a', 'b', 'c'] };
  const ratings = q(steps, 'ratings');
  const [good, , bad] = slotsOf(steps, data, []).get('ratings') ?? [];
  assert(good && bad);
  let answers = choose(ratings, data, {}, good, '0');
  assert.deepEqual(answers.ratings, [1, null, null]);
  assert.equal(gaps(steps, data, answers).length, 1);
  answers = choose(ratings, data, answers, bad, '1');
  assert.deepEqual(answers.ratings, [1, -1]);
  assert.deepEqual(gaps(steps, data, answers), []);
});

test('answers: the first wrong step can be taken back, and only what is asked counts as open', () => {
  const data = { steps: ['a', 'b', 'c'] };
  const ratings = q(steps, 'ratings');
  const stopped = { ratings: [1, -1] };
  assert.equal(isRowOpen(ratings, stopped, '2'), false);
  assert.deepEqual(unstop(ratings, data, stopped).ratings, [1, null, null]);
  assert.deepEqual(gaps(steps, data, { ratings: [1, null, null] }), [{ question: 'ratings', reason: 'rows', now: 2, row: 2 }]);
});

test('answers: "does not apply" is an answer, takes the strength along and can be taken back', () => {
  const form = readForm({ views: [], questions: [{ id: 'c', kind: 'compare', from: '/r', strength: 3, na: true, required: true }] });
  const c = form?.questions[0];
  assert(form && c);
  const na = (slotsOf(form, two, []).get('c') ?? []).find((s) => s.part === 'na');
  assert(na?.key);
  const given = choose(c, two, { c: 'a', c_strength: 2 }, na, undefined);
  assert.deepEqual(given, { c: null });
  assert.deepEqual(gaps(form, two, given), []);
  assert.deepEqual(choose(c, two, given, na, undefined), {});
});

test('answers: a folded text opens at an extreme strength', () => {
  const why = q(preference, 'justification');
  const open = (answers: object) => isUnfolded(why, preference.questions, answers as never);
  assert.deepEqual([open({}), open({ choice: 'a', strength: 2 }), open({ choice: 'a', strength: 3 })], [false, false, true]);
});

test('answers: each gap says what is missing and how to mend it', () => {
  const text = (answers: object) => gaps(mixed, {}, answers as never).map((gap) => gapText(gap, mixed.questions));
  assert.deepEqual(text({ kind: 'y', why: 'ab', rows: [{ c: 'x' }, {}] }), [
    '“why”: write at least 3 characters; there are 2 now.', '“rows”, no. 2: “c”: write an answer.',
  ]);
  assert.deepEqual(text({}), ['“kind”: choose one of the options.']);
  const many = readForm({ views: [], questions: [{ id: 'm', kind: 'many', options: ['a', 'b', 'c'], min_items: 2, max_items: 2 }] });
  assert(many);
  const say = (m: string[]) => gaps(many, {}, { m }).map((gap) => gapText(gap, many.questions));
  assert.deepEqual([say(['a']), say(['a', 'b']), say(['a', 'b', 'c'])], [
    ['“m”: at least 2 needed; there are 1 now.'], [], ['“m”: at most 2; there are 3 now. Remove some.'],
  ]);
});

test('answers: changes never touch the value before', () => {
  const before = { a: 1 };
  assert.deepEqual(setAnswer(before, 'a', undefined), {});
  assert.deepEqual(before, { a: 1 });
});

test('form: pointers with escapes, lists and nothing', () => {
  assert.equal(resolve({ 'a/b': [{ '~': 7 }] }, '/a~1b/0/~0'), 7);
  assert.equal(resolve({ a: 1 }, '/a/b'), undefined);
  const [kind, why] = mixed.questions;
  assert(kind && why);
  assert.equal(isShown(why, [kind, why], {}), false);
  assert.equal(isShown(why, [kind, why], { kind: 'y' }), true);
});
