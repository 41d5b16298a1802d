import assert from 'node:assert/strict';
import test from 'node:test';
import { placeOf } from './place';

test('dialogue place: what is read comes with the submissions, of one or of several; without one there is none', () => {
  assert.equal(placeOf(null, undefined, {}, { dialogue: {} }), null);
  const place = placeOf({ dialogue: { nodes: [1, 2] } }, { answers: {} }, { dialogue: { nodes: [3] } });
  assert.deepEqual([place?.token, place?.nodes], [null, [1, 2, 3]]);
});
