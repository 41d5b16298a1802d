import type { ComponentChildren } from 'preact';
import { shownPieces } from './controls';

/** A text with its hidden characters made visible. */
export function shown(text: string): ComponentChildren {
  const pieces = shownPieces(text);
  if (pieces.length === 1 && typeof pieces[0] === 'string') return pieces[0];
  return pieces.map((piece, i) =>
    typeof piece === 'string' ? piece : <span key={i} class="hidden-char" title={piece.title}>{piece.name}</span>);
}
