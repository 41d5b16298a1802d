import assert from 'node:assert/strict';
import test from 'node:test';
import { lowEnd, path, shareOfRow, stretch } from './scale';

test('quality: an interval stands on its scale and is cut off at the ends', () => {
  assert.deepEqual(stretch(0.5, 0.75, 0, 1), { at: 50, length: 25 });
  assert.deepEqual(stretch(0.75, 0.5, 0, 1), { at: 50, length: 25 });
  assert.deepEqual(stretch(-3, 9, 0, 1), { at: 0, length: 100 });
  assert.deepEqual(stretch(0.5, 0.5, 1, 1), { at: 0, length: 0 });
});

test('quality: a scale begins at a tenth below what it shows', () => {
  assert.equal(lowEnd(0.57), 0.5);
  assert.equal(lowEnd(0.3), 0.3);
  assert.equal(lowEnd(1), 0.9);
  assert.equal(lowEnd(-0.25), -0.3);
  assert.equal(lowEnd(-7), -1);
});

test('quality: shares of a row', () => {
  assert.equal(shareOfRow([3, 1], 0), 0.75);
  assert.equal(shareOfRow([0, 0], 0), 0);
  assert.equal(shareOfRow([0.01, 0], 0), 0);
  assert.equal(shareOfRow([1], 4), 0);
});

test('quality: a line goes up where its values do', () => {
  assert.equal(path([{ x: 0, y: 25 }, { x: 50, y: 100 }]), 'M0.00 75.00L50.00 0.00');
  assert.equal(path([]), '');
});
