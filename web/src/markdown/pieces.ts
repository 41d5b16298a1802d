// The highlighter gives HTML made of <span class="hljs-…"> and escaped text only. It is read here into plain data, so that
// it never reaches the page as HTML; anything unexpected in it stays text.
import { decodeEntities } from './parse';

export type Piece = string | { name: string; inner: Piece[] };

export function classedPieces(html: string): Piece[] {
  const root: Piece[] = [];
  const open: Piece[][] = [root];
  const text = (part: string): void => {
    if (part) open.at(-1)?.push(decodeEntities(part));
  };
  let at = 0;
  for (const hit of html.matchAll(/<span class="([\w\s-]+)">|<\/span>/g)) {
    text(html.slice(at, hit.index));
    at = hit.index + hit[0].length;
    if (hit[1] !== undefined) {
      const piece = { name: hit[1], inner: [] as Piece[] };
      open.at(-1)?.push(piece);
      open.push(piece.inner);
    } else if (open.length > 1) {
      open.pop();
    }
  }
  text(html.slice(at));
  return root;
}
