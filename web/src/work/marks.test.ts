import assert from 'node:assert/strict';
import test from 'node:test';
import { between, kLeast, moved, readBoxes, resized, stretched, type Box } from './boxes';
import { dropped, placed, shifted, toggled } from './rank';
import { lanesOf, nudged, overlaps, peaksOf, readSegments, stretch, timeText, type Segment } from './segments';
import { inOrder, pieces, readSpans, TextPlaces, toPoints } from './spans';

const inside = (b: Omit<Box, 'label'>): boolean => b.x >= 0 && b.y >= 0 && b.w > 0 && b.h > 0 && b.x + b.w <= 1 && b.y + b.h <= 1;

test('boxes: whatever is drawn, moved or resized stays in the image and never shrinks to nothing', () => {
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state / 0x7fffffff) * 3 - 1;
  };
  for (let n = 0; n < 20_000; n++) {
    const drawn: Box = { ...between(random(), random(), random(), random()), label: 'a' };
    const all = [drawn, moved(drawn, random(), random()), resized(drawn, random(), random()), stretched(drawn, 'nw', random(), random()), stretched(drawn, 'se', random(), random())];
    for (const box of all) assert(inside(box), JSON.stringify(box));
  }
});

test('boxes: what is drawn is what is kept', () => {
  assert.deepEqual(between(0.75, 0.5, 0.25, 0.1), { x: 0.25, y: 0.1, w: 0.5, h: 0.4 });
  const box: Box = { x: 0.2, y: 0.2, w: 0.3, h: 0.3, label: 'a', note: 'n' };
  assert.deepEqual(moved(box, 0.1, -0.1), { ...box, x: 0.3, y: 0.1 });
  assert.deepEqual(moved(box, 5, 5), { ...box, x: 0.7, y: 0.7 }, 'stopped by the edge, not made smaller');
  assert.deepEqual(resized(box, 0.1, -0.1), { ...box, w: 0.4, h: 0.2 });
  assert.deepEqual(resized(box, -1, -1), { ...box, w: kLeast, h: kLeast });
  assert.deepEqual(stretched(box, 'nw', 0.1, 0.1), { ...box, x: 0.1, y: 0.1, w: 0.4, h: 0.4 });
  assert.deepEqual(stretched(box, 'ne', 0.1, 0.1), { ...box, x: 0.1, y: 0.1, w: 0.1, h: 0.4 }, 'drawn past the other side');
  assert.deepEqual(readBoxes([{ ...box }, { x: 1 }, null, 'x']), [box]);
});

test('segments: whole milliseconds, the end behind the start, within the recording', () => {
  assert.deepEqual(stretch(900.4, 100.2, 1000), { start_ms: 100, end_ms: 900 });
  assert.deepEqual(stretch(2000, 3000, 1000), { start_ms: 990, end_ms: 1000 });
  assert.deepEqual(stretch(-5, -9, 1000), { start_ms: 0, end_ms: 10 });
  const segment: Segment = { start_ms: 100, end_ms: 300, label: 'a' };
  assert.deepEqual(nudged(segment, 50, 'all', 1000), { ...segment, start_ms: 150, end_ms: 350 });
  assert.deepEqual(nudged(segment, 5000, 'all', 1000.7), { ...segment, start_ms: 800, end_ms: 1000 });
  assert.deepEqual(nudged(segment, -5000, 'end', 1000), { ...segment, end_ms: 110 });
  assert.deepEqual(nudged(segment, 5000, 'start', 1000), { ...segment, start_ms: 290 });
  assert.deepEqual(readSegments([{ ...segment }, { start_ms: 1 }]), [segment]);
  assert.equal(overlaps(segment, { ...segment, start_ms: 300, end_ms: 400 }), false);
});

test('segments: lanes, times and peaks', () => {
  const at = (start_ms: number, end_ms: number): Segment => ({ start_ms, end_ms, label: 'a' });
  assert.deepEqual(lanesOf([at(0, 10), at(5, 15), at(10, 20)]), { lanes: [0, 1, 0], count: 2 });
  assert.deepEqual([timeText(62_350), timeText(59_999), timeText(3_600_000)], ['1:02.35', '1:00.00', '1:00:00.00']);
  assert.deepEqual(peaksOf(new Float32Array([0, 0.5, -1, 0.25]), 2), [0.5, 1]);
});

test('spans: code points, not UTF-16 units, there and back', () => {
  const text = 'a😀b𝛑c';
  const places = new TextPlaces(text);
  assert.equal(toPoints('a😀b', 3), 2);
  for (let point = 0; point <= places.points; point++) assert.equal(places.toPoint(places.toUnit(point)), point);
  assert.equal(places.slice(1, 4), '😀b𝛑');
  assert.equal(new TextPlaces('plain').slice(1, 3), 'la');
});

test('spans: overlapping pieces know what covers them and what ends there', () => {
  const cut = pieces('a😀bcd', [{ start: 1, end: 3, label: 'x' }, { start: 2, end: 4, label: 'y' }]);
  assert.deepEqual(cut.map((p) => [p.text, p.labels.join(), p.ends.join()]), [['a', '', ''], ['😀', 'x', ''], ['b', 'x,y', '0'], ['c', 'y', '1'], ['d', '', '']]);
  assert.deepEqual(readSpans([{ start: 0, end: 1, label: 'x', note: 'n' }, { start: 'x' }]), [{ start: 0, end: 1, label: 'x', note: 'n' }]);
  assert.deepEqual(inOrder([{ start: 3, end: 4, label: 'x' }, { start: 1, end: 9, label: 'y' }]).map((s) => s.start), [1, 3]);
});

test('rank: by keys, by place with and without ties, by dropping, by one place', () => {
  assert.deepEqual(toggled(toggled(toggled([], 'b'), 'a'), 'b'), [['a']]);
  assert.deepEqual(placed([['a'], ['b']], 'c', 0, true), [['a', 'c'], ['b']]);
  assert.deepEqual(placed([['a'], ['b']], 'c', 0, false), [['c'], ['a'], ['b']]);
  assert.deepEqual(placed([['a'], ['b']], 'a', -1, true), [['b']]);
  assert.deepEqual(dropped([['a'], ['b'], ['c']], 'c', 0), [['c'], ['a'], ['b']]);
  assert.deepEqual(dropped([['a'], ['b'], ['c']], 'a', 3), [['b'], ['c'], ['a']]);
  assert.deepEqual(shifted([['a'], ['b'], ['c']], 'c', -1), [['a'], ['c'], ['b']]);
  assert.deepEqual(shifted([['a', 'b'], ['c']], 'b', 1), [['a'], ['b'], ['c']], 'out of a tie it goes alone');
});
