import assert from 'node:assert/strict';
import test from 'node:test';
import { fieldsOf, type Entry } from '../../imports/source';
import { targetsOf } from '../../imports/targets';
import { readForm } from '../../work/form';
import { preference, rubric } from '../../work/forms.fixture';
import { digitsOf, fromMinor, kDefaults, settingsErrors, toMinor } from '../settingsRules';
import { idOf, isStarter, kStarter, sampleData, starterFrom } from './starter';
import { kSteps, neighbour } from './steps';

test('steps: each one is reached from its neighbour and left towards it, with and without matching', () => {
  for (const matches of [true, false]) {
    const walked = [];
    for (let here: ReturnType<typeof neighbour> = 'work'; here; here = neighbour(here, 1, matches)) walked.push(here);
    assert.deepEqual(walked, kSteps.filter((s) => matches || s !== 'match'));
    const back = [];
    for (let here: ReturnType<typeof neighbour> = 'start'; here; here = neighbour(here, -1, matches)) back.push(here);
    assert.deepEqual(back.reverse(), walked);
  }
  assert.equal(neighbour('match', 1, false), 'form');
});

test('a form of one’s own begins with what the file holds', () => {
  const value = { id: '7', 'Patient note': 'x', turns: [{ role: 'user', content: 'y' }], meta: { a: 1 }, maybe: '' };
  const head: Entry[] = [{ line: 1, value, raw: null, fault: null }];
  const form = starterFrom(fieldsOf(head), head) as { views: { id: string; kind: string; from: string; optional?: boolean }[] };
  assert.deepEqual(form.views.map((v) => [v.id, v.kind, v.from, v.optional ?? false]), [
    ['patient_note', 'markdown', '/Patient note', false], ['turns', 'chat', '/turns', false], ['meta', 'json', '/meta', false], ['maybe', 'markdown', '/maybe', true],
  ]);
  assert(isStarter(kStarter) && !isStarter(form));
  assert(readForm(form) !== null);
  const taken = new Set<string>();
  assert.deepEqual(['Größe', '1. Größe', '名', '名'].map((n) => idOf(n, taken)), ['gro_e', 'gro_e_2', 'part', 'part_2']);
});

test('example data fits the form that it is made for', () => {
  const words = { text: (label: string) => label, item: (n: number) => `item ${n}`, answer: 'a' };
  assert.deepEqual(sampleData(targetsOf(preference), words), { prompt: 'Prompt', responses: [{ text: 'item 1' }, { text: 'item 2' }] });
  assert.deepEqual(sampleData(targetsOf(rubric), words), {
    rubric: [{ id: 'c1', criterion: 'item 1', points: 1 }, { id: 'c2', criterion: 'item 2', points: 2 }],
  });
});

test('settings: what is out of bounds is named, what came from elsewhere may be finer', () => {
  assert.equal(settingsErrors(kDefaults).size, 0);
  assert.equal(settingsErrors({ ...kDefaults, lease_s: 20 }).size, 0, 'twenty seconds is no whole minute and no error');
  const wrong = { ...kDefaults, overlap: 0, review_percent: 101, lease_s: NaN, undo_s: 2.5, pay_minor: 5, pay_currency: 'usd' };
  assert.deepEqual([...settingsErrors(wrong).keys()].sort(), ['lease_s', 'overlap', 'pay_currency', 'review_percent', 'undo_s']);
});

test('money: as it is written, in minor units, never rounded away', () => {
  assert.deepEqual(['45', '45.5', '45,50', '', ' 0.01 '].map((x) => toMinor(x, 2)), [4500, 4550, 4550, 0, 1]);
  for (const bad of ['4.555', '-1', 'x', '1e3', '4.5.6']) assert(Number.isNaN(toMinor(bad, 2)), bad);
  assert(Number.isNaN(toMinor('4.5', 0)));
  assert.deepEqual([digitsOf('USD'), digitsOf('JPY'), digitsOf('nonsense')], [2, 0, 2]);
  assert.deepEqual([fromMinor(4550, 2), fromMinor(0, 2), fromMinor(120, 0)], ['45.50', '', '120']);
});
