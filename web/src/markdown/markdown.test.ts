import assert from 'node:assert/strict';
import test from 'node:test';
import { parseMarkdown } from './lexer';
import { decodeEntities, hasMarks, openableLink, showableImage } from './parse';
import { classedPieces } from './pieces';

const types = (text: string): string[] => (parseMarkdown(text) ?? []).map((token) => token.type);

test('markdown: LaTeX in its four spellings, and prices are no maths', () => {
  const inline = (text: string) => {
    const first = parseMarkdown(text)?.[0];
    assert(first && 'tokens' in first);
    return (first.tokens ?? []).filter((x) => x.type === 'math').map((x) => (x as { tex?: string }).tex);
  };
  assert.deepEqual(inline('so $a^2 + b$ and \\(c\\) hold'), ['a^2 + b', 'c']);
  assert.deepEqual(inline('from $5 to $10, or $ 3 $'), []);
  assert.deepEqual(types('$$\nx\n$$\n'), ['math']);
  assert.deepEqual(types('\\[ y \\]'), ['math']);
  assert.deepEqual(inline('`$a$` stays code'), []);
});

test('markdown: only web and mail addresses open, only own or carried images show', () => {
  for (const bad of ['javascript:alert(1)', ' JaVaScRiPt:x', 'data:text/html,x', 'file:///etc/passwd', '/api/v1/me', '#x', 'vbscript:x']) {
    assert.equal(openableLink(bad), null, bad);
  }
  assert.equal(openableLink('https://example.org/a b'), 'https://example.org/a%20b');
  for (const bad of ['https://example.org/x.png', 'data:image/svg+xml;base64,AAAA', '//example.org/x.png', 'fil_/../me', '/api/v1/files/fil_x?y']) {
    assert.equal(showableImage(bad), null, bad);
  }
  assert.equal(showableImage('fil_0123456789abcdefghijkl'), '/api/v1/files/fil_0123456789abcdefghijkl');
  assert.equal(showableImage('data:image/png;base64,iVBORw0='), 'data:image/png;base64,iVBORw0=');
});

test('markdown: too long a text is not formatted', () => {
  assert.equal(parseMarkdown('a'.repeat(200_001)), null);
  assert.equal(parseMarkdown('a')?.length, 1);
});

test('markdown: a text without marks reads the same without the reader', () => {
  for (const plain of ['Words, and a line\nmore. (Really: 3 of 4; "yes".)', 'One paragraph.\n\nAnother one - with a dash', 'مرحبا']) {
    assert(!hasMarks(plain), plain);
    assert((parseMarkdown(plain) ?? []).every((token) => ['paragraph', 'space'].includes(token.type)));
  }
  for (const marked of ['*a*', '# a', '- a', '1. a', 'a\n---', '$x$', '\\(x\\)', '`a`', '[a](b)', '> a', 'https://a.b', 'a@b.c', '    code', '&amp;', 'a\n===', '|a|']) assert(hasMarks(marked), marked);
});

test('markdown: entities decode once', () => {
  assert.equal(decodeEntities('a &amp;lt; b &#65;&#x42; &unknown; &#0;'), 'a &lt; b AB &unknown; &#0;');
});

test('markdown: highlighted code is read as data, other tags stay text', () => {
  assert.deepEqual(classedPieces('<span class="hljs-keyword">if</span> a &lt; <img src=x onerror=y>'), [
    { name: 'hljs-keyword', inner: ['if'] }, ' a < <img src=x onerror=y>',
  ]);
  assert.deepEqual(classedPieces('</span>x'), ['x']);
});
