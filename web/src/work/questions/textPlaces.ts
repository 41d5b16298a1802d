// Between places in an element's text and the browser's selection.

/** UTF-16 units from the start of `root`'s text to a point of the DOM; null where the point is elsewhere. */
export function unitOf(root: HTMLElement, node: Node | null, offset: number): number | null {
  if (!node || !root.contains(node)) return null;
  const range = document.createRange();
  range.setStart(root, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}

/** The selection within `root`, in units, in order; null where it is elsewhere. */
export function selectionIn(root: HTMLElement): { start: number; end: number } | null {
  const selection = document.getSelection();
  if (!selection || selection.rangeCount === 0) return null;
  const [a, b] = [unitOf(root, selection.anchorNode, selection.anchorOffset), unitOf(root, selection.focusNode, selection.focusOffset)];
  return a === null || b === null ? null : { start: Math.min(a, b), end: Math.max(a, b) };
}

function pointAt(root: HTMLElement, unit: number): [Node, number] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let left = unit;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const length = node.nodeValue?.length ?? 0;
    if (left <= length) return [node, left];
    left -= length;
  }
  return [root, root.childNodes.length];
}

export function select(root: HTMLElement, start: number, end: number): void {
  const selection = document.getSelection();
  const [from, to] = [pointAt(root, start), pointAt(root, end)];
  selection?.setBaseAndExtent(from[0], from[1], to[0], to[1]);
}

/** Scrolls what is selected into view. */
export function showSelection(): void {
  document.getSelection()?.focusNode?.parentElement?.scrollIntoView({ block: 'nearest' });
}
