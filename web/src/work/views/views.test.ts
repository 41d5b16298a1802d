import assert from 'node:assert/strict';
import test from 'node:test';
import type { Json } from '../../api/types';
import { blocksOf, countLines, firstPart } from '../../markdown/blocks';
import { carriedBytes, imageSize, isHuge } from '../../markdown/imageHead';
import { ownWords } from './compare';
import { findHits, findPlaces } from './find';
import { layOut, markAt, stateOf } from './mapLayout';
import { messageText, plainText, pretty, readMessages, saysError } from './messages';
import { kUsual, readPrefs } from './prefs';
import { commonLines, commonMessages, offsetOfLine } from './prefix';

test('messages: OpenAI and Anthropic runs read alike, results know their call and whether it failed', () => {
  const open = readMessages([
    { role: 'assistant', content: 'I look.', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{"id": 7}' } }] },
    { role: 'tool', tool_call_id: 'c1', content: 'Error: user not found' },
  ], '');
  assert.deepEqual(open[0]?.calls[0]?.tree, { id: 7 });
  assert.equal(open[1]?.name, 'find');
  assert.equal(open[1]?.error, true);
  const other = readMessages([
    { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.' }, { type: 'text', text: 'I look.' }, { type: 'tool_use', id: 't', name: 'find', input: { id: 7 } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: '{"ok": 1}' }] }] },
  ], '');
  assert.equal(other[0]?.thought, 'Hm.');
  assert.deepEqual(other[0]?.calls[0]?.tree, { id: 7 });
  assert.deepEqual(other[1]?.results, [{ id: 't', text: '{"ok": 1}', error: false }]);
  for (const message of [...open, ...other]) assert(messageText(message) !== '');
});

test('messages: nothing is lost or breaks, whatever comes', () => {
  const odd: Json[] = [null, 7, 'text', [], {}, { content: { a: 1 } }, { role: 3, content: [1, 'x', null] }, { tool_calls: [null, 'x', {}] }];
  assert.equal(readMessages(odd, '').length, odd.length);
  assert(plainText(odd).includes('text'));
  assert(plainText([{ content: { a: 1 } }]).includes('"a"'));
  let deep: Json = 1;
  for (let i = 0; i < 20_000; i++) deep = [deep];
  assert.equal(typeof pretty(deep), 'string');
  assert.equal(readMessages(deep, '').length, 1);
});

test('messages: what a tool calls an error is one, speaking of errors is not', () => {
  for (const bad of ['Error: no', 'error', 'Traceback (most recent call last):\n', 'KeyError: 1', 'java.lang.Exception: x', '{"error": "no"}', '{"success": false}']) assert(saysError(bad), bad);
  for (const good of ['No error was found', '{"error": null, "a": 1}', '{"errors": 0}', 'Terror: a novel', '', '[]']) assert(!saysError(good), good);
});

test('preferences: whatever was stored, a usable choice comes out', () => {
  assert.deepEqual(readPrefs(null), kUsual);
  assert.deepEqual(readPrefs('{'), kUsual);
  assert.deepEqual(readPrefs('7'), kUsual);
  assert.deepEqual(readPrefs('{"width":"huge","size":99,"sync":"yes"}'), kUsual);
  assert.deepEqual(readPrefs('{"width":"narrow","size":3,"sync":true,"diff":true,"fold":false}'), { width: 'narrow', size: 3, sync: true, diff: true, fold: false });
});

test('common beginning: whole paragraphs outside code, and only where it is worth folding', () => {
  const head = `${'A line that both of them begin with, word for word.\n'.repeat(4)}\n`;
  assert.equal(commonLines([`${head}Mine.`, `${head}Yours.`]), 5);
  assert.equal(commonLines([`${head}Mine.`, `${head}Yours.`, 'Other.']), 0);
  assert.equal(commonLines([`${head}same para mine`, `${head}same para yours`]), 5);
  assert.equal(commonLines(['a\n\nb\n\nx', 'a\n\nb\n\ny']), 0);
  const code = `${head}\`\`\`\na\n\nb\n\n`;
  assert.equal(commonLines([`${code}x\n\`\`\``, `${code}y\n\`\`\``]), 5);
  assert.equal(commonLines([head + 'end', head + 'end']), 6);
  assert.equal(commonLines([head + 'end', head + 'ending']), 5);
  assert.equal(commonLines(['one']), 0);
  assert.equal(head.slice(offsetOfLine(head, 4)), '\n');
  assert.equal(commonMessages([[{ a: 1 }, 'x'], [{ a: 1 }, 'y']]), 1);
  assert.equal(commonMessages([['x'], ['x', 'y']]), 1);
});

test('differences: the words of one text that the other lacks; too long a text is not compared', () => {
  const words = ownWords('The cat sat\non the mat.\n', 'The dog sat\non the mat.\n');
  assert.deepEqual(words?.filter((w) => w.own).map((w) => w.text), ['cat']);
  assert.equal(words?.map((w) => w.text).join(''), 'The cat sat\non the mat.\n');
  assert.deepEqual(ownWords('same', 'same'), [{ text: 'same', own: false }]);
  assert.deepEqual(ownWords('', 'gone'), []);
  assert.equal(ownWords('word '.repeat(60_000), 'x'), null);
  assert.equal(ownWords(Array.from({ length: 20_000 }, (_, i) => `a${i}`).join(' '), Array.from({ length: 20_000 }, (_, i) => `b${i}`).join(' ')), null);
  const long = Array.from({ length: 1200 }, (_, i) => `line ${i} of a text that is the same`).join('\n');
  assert.deepEqual(ownWords(`${long}\nend`, `start\n${long}`)?.filter((w) => w.own).map((w) => w.text.trim()), ['end']);
});

test('search: without case, blanks and marks, in the data and on the page alike', () => {
  const units = [{ id: 'a', text: 'The **refund**\n policy. refund POLICY' }, { id: 'b', text: 'user_id' }];
  assert.deepEqual(findHits(units, 'Refund policy').hits, [{ unit: 'a', nth: 0 }, { unit: 'a', nth: 1 }]);
  assert.deepEqual(findHits(units, 'user_id').hits, [{ unit: 'b', nth: 0 }]);
  assert.deepEqual(findHits(units, '  ').hits, []);
  assert.equal(findHits([{ id: 'x', text: 'a'.repeat(20_000) }], 'a').more, true);
  assert.deepEqual(findPlaces(['The ', 'refund', '\n policy'], 'the refund  policy', 9), [{ from: { part: 0, offset: 0 }, to: { part: 2, offset: 8 } }]);
  assert.deepEqual(findPlaces(['İİ abc'], 'abc', 9), [{ from: { part: 0, offset: 3 }, to: { part: 0, offset: 6 } }]);
});

test('map: one mark per message, in order, none outside, and a click finds it', () => {
  const marks = layOut([10, 0, 5_000_000, 300]);
  assert.equal(marks.length, 4);
  marks.forEach((mark, i) => {
    assert(mark.height > 0.02 && mark.top + mark.height <= 1.000001);
    assert.equal(markAt(marks, mark.top + mark.height / 2), i);
  });
  assert.equal(markAt(marks, -1), 0);
  assert.equal(markAt(marks, 2), 3);
  assert.deepEqual([stateOf(1, true), stateOf(undefined, true), stateOf(-1, true), stateOf(1, false)], ['good', 'open', 'bad', 'none']);
});

test('long text: the beginning is short, blocks join to the whole, characters stay whole', () => {
  assert.equal(firstPart('short').end, 5);
  const line = 'x'.repeat(5_000_000);
  assert(firstPart(line).end <= 20_000);
  const many = 'a line\n'.repeat(10_000);
  assert.equal(firstPart(many).lines, countLines(many));
  assert(countLines(many.slice(0, firstPart(many).end)) <= 301);
  for (const text of [line, many, '😀'.repeat(50_000), '']) {
    const blocks = blocksOf(text);
    assert.equal(blocks.join(''), text);
    assert(blocks.every((b) => b.length <= 12_001 && !/^[\udc00-\udfff]/.test(b)));
  }
});

test('images: their size is read before they are decoded', () => {
  const png = new Uint8Array(24);
  png.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
  assert.deepEqual(imageSize(png), { width: 30000, height: 30000 });
  assert(isHuge(imageSize(png)));
  assert.deepEqual(imageSize(Uint8Array.from([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 3, 0, 2, 0])), { width: 3, height: 2 });
  assert.deepEqual(imageSize(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, 0, 2, 0, 3, 0, 0, 0])), { width: 3, height: 2 });
  assert.equal(imageSize(new Uint8Array()), null);
  assert.equal(imageSize(Uint8Array.from([1, 2, 3, 4])), null);
  assert.deepEqual(imageSize(carriedBytes(`data:image/png;base64,${btoa(String.fromCharCode(...png))}`)), { width: 30000, height: 30000 });
  assert.equal(carriedBytes('data:image/png;base64,%%%').length, 0);
});
