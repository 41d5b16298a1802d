// What the parts of one shown task share: search finds a unit (a message, a response, a page of a table) and opens what hides it.
import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef } from 'preact/hooks';
import { Reveal } from '../../markdown/reveal';

export class TaskPage {
  private readonly units = new Map<string, Reveal>();

  add(id: string, reveal: Reveal): () => void {
    this.units.set(id, reveal);
    return () => {
      if (this.units.get(id) === reveal) this.units.delete(id);
    };
  }

  /** Opens the unit and whatever it lies in, from outside to inside. */
  reveal(id: string): void {
    const around = [...this.units].filter(([name]) => id === name || id.startsWith(`${name}.`));
    around.sort(([a], [b]) => a.length - b.length).forEach(([, reveal]) => reveal.open());
  }
}

export const PageContext = createContext<TaskPage | null>(null);

/** Registers a unit while it is drawn; `open` is called when a search leads into it. */
export function useUnit(id: string, open?: () => void): Reveal {
  const page = useContext(PageContext);
  const reveal = useMemo(() => new Reveal(), [id]);
  useEffect(() => page?.add(id, reveal), [page, id, reveal]);
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => reveal.hear(() => latest.current?.()), [reveal]);
  return reveal;
}
