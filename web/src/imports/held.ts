// What a person chose for a project's import and the run that came of it. In memory only, so that it survives going to another
// page and nothing else: a file is content.
import { onForget } from '../dark/forget';
import type { Mapping } from './mapping';
import type { ImportRun } from './run';
import type { Look } from './source';

export interface Held {
  file: File;
  look: Look;
  mapping: Mapping | null;
  run: ImportRun | null;
}

const held = new Map<string, Held>();

export const heldFor = (project: string): Held | null => held.get(project) ?? null;

export function hold(project: string, value: Held): void {
  held.set(project, value);
}

export function letGo(project: string): void {
  held.get(project)?.run?.stop();
  held.delete(project);
}

onForget(() => [...held.keys()].forEach(letGo));

/** An import is under way somewhere: closing the page would end it. */
export const anyRunning = (): boolean =>
  [...held.values()].some(({ run }) => run !== null && ['sending', 'waiting'].includes(run.state.phase));

addEventListener('beforeunload', (event) => {
  if (anyRunning()) event.preventDefault();
});
addEventListener('online', () => {
  for (const { run } of held.values()) run?.hurry();
});
