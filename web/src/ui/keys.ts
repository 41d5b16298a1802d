// One listener for every key of the page: handlers of useKeys first, then registered commands. The parts that decide are
// pure, so that they can be tested without a browser.

export interface KeyPress {
  key: string;
  code?: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

type Handler = (event: KeyboardEvent) => void;
const first = new Set<Handler>();
const last = new Set<Handler>();
let listening = false;

function listen(event: KeyboardEvent): void {
  if (event.isComposing) return;
  for (const handlers of [first, last]) {
    for (const handle of [...handlers].reverse()) {
      if (event.defaultPrevented || document.querySelector('dialog[open]:modal') !== null) return;
      handle(event);
    }
  }
}

/** Calls `handle` for keys that nothing has taken yet, not while a modal dialog is open. The newest handler comes first. */
export function onKey(handle: Handler, place: 'first' | 'last' = 'first'): () => void {
  const handlers = place === 'first' ? first : last;
  handlers.add(handle);
  if (!listening) window.addEventListener('keydown', listen);
  listening = true;
  return () => void handlers.delete(handle);
}

/** What was pressed, by its letter: on a keyboard without Latin letters by the place of the key. */
export function pressed(event: KeyPress): string {
  const key = event.key;
  if (key.length !== 1) return key;
  if (/^[\x20-\x7e]$/.test(key)) return key.toLowerCase();
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code ?? '');
  return (place?.[1] ?? place?.[2] ?? key).toLowerCase();
}

/** Whether `event` is the key that `wanted` names: 's', '?', 'Ctrl+Enter', 'Ctrl+Shift+Z', 'ArrowDown'. ⌘ is Ctrl. */
export function isKey(event: KeyPress, wanted: string): boolean {
  const parts = wanted === '+' ? ['+'] : wanted.split('+');
  const name = parts.pop() ?? '';
  const modifiers = new Set(parts);
  // AltGr, which types characters of their own on many keyboards, comes as Ctrl and Alt together.
  const printable = name.length === 1;
  const altGr = printable && modifiers.size === 0 && event.ctrlKey && event.altKey && !/[a-z]/i.test(name);
  const ctrl = !altGr && (event.ctrlKey || event.metaKey);
  if (ctrl !== modifiers.has('Ctrl') || (!altGr && event.altKey !== modifiers.has('Alt'))) return false;
  if (pressed(event) !== (printable ? name.toLowerCase() : name)) return false;
  // Where '?' sits needs Shift on some keyboards and not on others: only letters and named keys tell Shift apart.
  if (printable && !/[a-z]/i.test(name)) return true;
  return event.shiftKey === modifiers.has('Shift');
}

const kNames: Record<string, string> = {
  Enter: '⏎', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Backspace: '⌫', Escape: 'Esc', ' ': '␣',
};

/** The parts of a key as they are printed, one per cap. */
export function keyCaps(key: string): string[] {
  return (key === '+' ? ['+'] : key.split('+')).map((part) => kNames[part] ?? part);
}
