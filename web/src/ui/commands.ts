// What can be done on the page now: whoever draws something registers its commands while it is mounted. Their keys work,
// the key map (`?`) lists them and the palette (`/`) finds them. Of two commands with one key the newer one counts.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { isTyping } from './hooks';
import { isKey, onKey } from './keys';

export interface Command {
  id: string;
  label: string;
  /** 's', '?', 'Ctrl+Enter', 'ArrowDown': the first is the one that is printed where there is room for one. */
  keys?: string[];
  /** Heading in the key map; without one it is this page's. */
  group?: string;
  run: () => void;
  /** false: its keys do nothing, the palette leaves it out, the key map still lists it. */
  enabled?: boolean;
  /** Also while a text field has the focus. */
  inText?: boolean;
}

type Panel = 'keys' | 'palette';
const providers = new Set<() => Command[]>();
let showPanel: (panel: Panel) => void = () => undefined;

/** Every command, the newest first, each id once. */
export function allCommands(): Command[] {
  const byId = new Map<string, Command>();
  for (const give of [...providers].reverse()) {
    for (const command of give()) if (!byId.has(command.id)) byId.set(command.id, command);
  }
  return [...byId.values()];
}

/** Enter and the space bar press what has the focus; they are not ours then. */
function pressesItself(event: KeyboardEvent): boolean {
  if ((event.key !== 'Enter' && event.key !== ' ') || event.ctrlKey || event.metaKey) return false;
  return event.target instanceof Element && event.target.closest('button, a, summary, select, input, [role=button], video, audio') !== null;
}

function runKey(event: KeyboardEvent): void {
  const typing = isTyping(event.target);
  const hit = pressesItself(event) ? undefined : allCommands().find((command) =>
    command.enabled !== false && (!typing || command.inText) && (command.keys ?? []).some((key) => isKey(event, key)));
  if (hit) {
    event.preventDefault();
    hit.run();
  } else if (typing && event.key === 'Escape' && event.target instanceof HTMLElement) {
    event.target.blur();
  }
}

/** Registers while mounted, before the page is painted: a key that comes with the first sight of it counts. The newest list of
    the component counts, so closures may be fresh on every render. */
export function useCommands(commands: Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  useLayoutEffect(() => {
    const give = (): Command[] => latest.current;
    providers.add(give);
    return () => void providers.delete(give);
  }, []);
}

export const openKeyMap = (): void => showPanel('keys');
export const openPalette = (): void => showPanel('palette');

/** For the one host of key map and palette. */
export function useCommandKeys(show: (panel: Panel) => void): void {
  const latest = useRef(show);
  latest.current = show;
  useLayoutEffect(() => {
    showPanel = (panel) => latest.current(panel);
    const stop = onKey(runKey, 'last');
    return () => {
      stop();
      showPanel = () => undefined;
    };
  }, []);
}
