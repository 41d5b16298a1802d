// Code, highlighted once the highlighter has arrived (a chunk of its own, loaded when the first code is seen).
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CopyButton } from '../ui/Copy';
import { classedPieces, type Piece } from './pieces';

const kMostHighlighted = 50_000;
type Highlight = (text: string, language: string) => string | null;
let loaded: Promise<Highlight> | null = null;

function paint(pieces: Piece[]): ComponentChildren {
  return pieces.map((piece, i) =>
    typeof piece === 'string' ? piece : <span key={i} class={piece.name}>{paint(piece.inner)}</span>);
}

export function Code({ text, language }: { text: string; language: string }) {
  const [pieces, setPieces] = useState<Piece[] | null>(null);
  const name = language.trim().split(/\s/)[0]?.toLowerCase() ?? '';
  useEffect(() => {
    setPieces(null);
    if (!name || text.length > kMostHighlighted) return;
    let current = true;
    loaded ??= import('./highlight').then((m) => m.highlight);
    loaded.then(
      (highlight) => {
        const html = current ? highlight(text, name) : null;
        if (html !== null) setPieces(classedPieces(html));
      },
      () => {
        loaded = null;
      },
    );
    return () => {
      current = false;
    };
  }, [text, name]);
  return (
    <div class="code-block">
      <div class="code-head"><span>{name}</span><CopyButton text={text} /></div>
      <pre tabIndex={0}><code>{pieces ? paint(pieces) : text}</code></pre>
    </div>
  );
}
