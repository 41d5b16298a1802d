// Plain text of any length: the beginning first, the rest by a button that says how much there is. A line of five million
// characters is laid out in blocks, of which the browser draws those in sight.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { blocksOf, firstPart } from './blocks';
import { useReveal } from './reveal';
import { shown } from './Shown';

const kStep = 1_000_000;

export function LongText({ text, code, chars, lines }: { text: string; code?: boolean; chars?: number; lines?: number }) {
  const first = firstPart(text, chars, lines);
  const [end, setEnd] = useState(first.end);
  useEffect(() => setEnd(firstPart(text, chars, lines).end), [text]);
  useReveal(() => setEnd(text.length));
  const here = Math.min(end, text.length);
  const blocks = blocksOf(text.slice(0, here));
  const dir = code ? 'ltr' : 'auto';
  const rest = here >= text.length ? null : text.length - here > kStep || here > first.end
    ? t.reading.showMoreChars(here, text.length)
    : first.lines > 20 ? t.reading.showAllLines(first.lines) : t.reading.showAllChars(text.length);
  return (
    <div class="long-text">
      {blocks.map((block, i) => (
        <pre key={i} class={blocks.length > 2 ? 'raw block' : 'raw'} dir={dir}>{shown(i < blocks.length - 1 ? block.replace(/\n$/, '') : block)}</pre>
      ))}
      {rest === null ? null : <Button slim onClick={() => setEnd(here + kStep >= text.length ? text.length : here + kStep)}>{rest}</Button>}
    </div>
  );
}
