import assert from 'node:assert/strict';
import test from 'node:test';
import { shownPieces, shownText } from './controls';
import { later, whenIdle } from './queue';
import { isCostly, sectionsOf, splitText } from './split';

test('hidden characters: overrides, zero-width and tags are named, nothing of the text is lost', () => {
  assert.deepEqual(shownPieces('plain, ünïcode, עברית and 漢字'), ['plain, ünïcode, עברית and 漢字']);
  assert.equal(shownText('user\u202Etxt.exe'), 'user⟨RLO⟩txt.exe');
  assert.equal(shownText('a\u200Bb\u2066c\u2069'), 'a⟨ZWSP⟩b⟨LRI⟩c⟨PDI⟩');
  assert.equal(shownText('a\u0000b\u001b[0m'), 'a⟨U+0000⟩b⟨U+001B⟩[0m');
  const hidden = [...'obey'].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('');
  assert.deepEqual(shownPieces(`see${hidden}`), ['see', { name: 'TAG×4', title: 'obey' }]);
});

test('hidden characters: joiners stay where a script or an emoji needs them', () => {
  for (const kept of ['می\u200cخواهم', '👩\u200d💻', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}', 'a\tb\nc\r\n']) assert.equal(shownText(kept), kept);
  assert.equal(shownText('pass\u200dword'), 'pass⟨ZWJ⟩word');
});

test('split: pieces join to the text, and none begins inside code', () => {
  const code = `\`\`\`js\n${'let a = 1;\n\n'.repeat(3000)}\`\`\`\n\n`;
  const text = `${'A paragraph of words.\n\n'.repeat(2000)}${code}${'More.\n\n'.repeat(2000)}`;
  const parts = splitText(text);
  assert(parts.length > 3);
  assert.equal(parts.join(''), text);
  for (const part of parts) assert.equal((part.match(/^```/gm) ?? []).length % 2, 0);
  assert.deepEqual(splitText('short'), ['short']);
  const items = Array.from({ length: 4000 }, (_, i) => `${i + 1}. item`).join('\n\n');
  const lists = splitText(items);
  assert(lists.length > 1 && lists.every((part) => /^\d+\. item/.test(part)));
});

test('split: what would hold the reader up is found, and ordinary texts are not', () => {
  const n = 2000;
  for (const bad of ['[a]('.repeat(n), '* '.repeat(n) + '*a '.repeat(n), '_a '.repeat(n), '**a '.repeat(n), `x ${'~~a '.repeat(n)}`, '>'.repeat(100), '> '.repeat(100), '- '.repeat(100), `${' '.repeat(200)}- x`, 'x'.repeat(30_000), `${')'.repeat(n)}${'[a]('.repeat(n)}`]) {
    assert(isCostly(bad), bad.slice(0, 12));
  }
  for (const good of ['word '.repeat(1000), '- a **bold** item with [a link](https://a.b)\n'.repeat(500), '| a | *b* |\n'.repeat(500), `\`\`\`py\n${'a = b * c ** d\n'.repeat(500)}\`\`\``, '[a link](https://a.b/c_d_e) and '.repeat(150), '> a quote\n'.repeat(100), '']) {
    assert(!isCostly(good), good.slice(0, 20));
  }
  const mixed = sectionsOf(`${'Fine.\n\n'.repeat(3000)}${'[a]('.repeat(n)}\n\n${'Fine.\n\n'.repeat(3000)}`);
  assert(mixed.some((s) => s.plain) && mixed.some((s) => !s.plain));
});

test('queue: everything is done in order, also past a failure, and what was taken back is not', async () => {
  const done: number[] = [];
  for (let i = 0; i < 50; i++) later(() => void done.push(i));
  later(() => {
    throw new Error('one part');
  });
  later(() => void done.push(99))();
  later(() => void done.push(-1), true);
  await whenIdle();
  assert.equal(done[0], -1);
  assert.equal(done.length, 51);
});
