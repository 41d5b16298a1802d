// Code, highlighted once the highlighter has arrived (a chunk of its own, loaded when the first code is seen).
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CopyButton } from '../ui/Copy';
import { classedPieces, type Piece } from './pieces';
import { later } from './queue';
import { shown } from './Shown';
import { LongText } from './LongText';

const kMostHighlighted = 50_000;
/** A longer line is folded into the page instead of making it wide, and is not worth the highlighter's time. */
const kLongestLine = 4_000;
type Highlight = (text: string, language: string) => string | null;
let loaded: Promise<Highlight> | null = null;

function paint(pieces: Piece[]): ComponentChildren {
  return pieces.map((piece, i) =>
    typeof piece === 'string' ? shown(piece) : <span key={i} class={piece.name}>{paint(piece.inner)}</span>);
}

function isLong(text: string): boolean {
  if (text.length > kMostHighlighted) return true;
  return text.length > kLongestLine && text.split('\n').some((line) => line.length > kLongestLine);
}

export function Code({ text, language }: { text: string; language: string }) {
  const [pieces, setPieces] = useState<Piece[] | null>(null);
  const name = language.trim().split(/\s/)[0]?.toLowerCase().slice(0, 24) ?? '';
  const long = isLong(text);
  useEffect(() => {
    setPieces(null);
    if (!name || long) return;
    let takeBack = (): void => undefined;
    let current = true;
    loaded ??= import('./highlight').then((m) => m.highlight);
    loaded.then(
      (highlight) => {
        if (!current) return;
        takeBack = later(() => {
          const html = highlight(text, name);
          if (html !== null) setPieces(classedPieces(html));
        });
      },
      () => {
        loaded = null;
      },
    );
    return () => {
      current = false;
      takeBack();
    };
  }, [text, name]);
  return (
    <div class="code-block" dir="ltr">
      <div class="code-head"><span>{shown(name)}</span><CopyButton text={text} /></div>
      {long ? <div class="code-long"><LongText text={text} code /></div> : <pre tabIndex={0}><code>{pieces ? paint(pieces) : shown(text)}</code></pre>}
    </div>
  );
}
