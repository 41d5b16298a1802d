// What is folded or not drawn yet opens when a search leads to it: a unit (a message, a response) tells the parts inside.
import { createContext } from 'preact';
import { useContext, useEffect, useRef } from 'preact/hooks';

export class Reveal {
  private readonly parts = new Set<() => void>();

  hear(open: () => void): () => void {
    this.parts.add(open);
    return () => void this.parts.delete(open);
  }

  open(): void {
    [...this.parts].forEach((open) => open());
  }
}

export const RevealContext = createContext<Reveal | null>(null);

export function useReveal(open: () => void): void {
  const reveal = useContext(RevealContext);
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => reveal?.hear(() => latest.current()), [reveal]);
}
