// Addresses live behind the hash and hold opaque ids and words of closed sets only: a title, a key or a search is content,
// and content is never in a URL.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { pathOf, queryOf, withQuery } from './address';

export const currentPath = (): string[] => pathOf(location.hash);
export const currentQuery = (): URLSearchParams => queryOf(location.hash);

export const href = (...parts: string[]): string => `#/${parts.map(encodeURIComponent).join('/')}`;

export function go(...parts: string[]): void {
  location.hash = href(...parts);
}

export function replacePath(...parts: string[]): void {
  location.replace(href(...parts));
}

export function useRoute(): string[] {
  const [path, setPath] = useState(currentPath);
  useEffect(() => {
    const listen = (): void => setPath(currentPath());
    window.addEventListener('hashchange', listen);
    return () => window.removeEventListener('hashchange', listen);
  }, []);
  return path;
}

const kQueryEvent = 'guildhall-query';

/** Filters and order of the page, kept in its address; a change replaces the entry of the history, so Back leaves the page. */
export function setQuery(changes: Record<string, string | null>): void {
  const next = withQuery(location.hash, changes);
  if (next === location.hash) return;
  history.replaceState(history.state, '', next);
  window.dispatchEvent(new Event(kQueryEvent));
}

export function useQuery(): URLSearchParams {
  const [, setText] = useState(() => currentQuery().toString());
  useEffect(() => {
    const listen = (): void => setText(currentQuery().toString());
    window.addEventListener('hashchange', listen);
    window.addEventListener(kQueryEvent, listen);
    return () => {
      window.removeEventListener('hashchange', listen);
      window.removeEventListener(kQueryEvent, listen);
    };
  }, []);
  return currentQuery();
}

/** One word of the address out of a closed set; the fallback is not written. */
export function useQueryWord<V extends string>(name: string, words: readonly V[], fallback: V): [V, (word: V) => void] {
  const found = useQuery().get(name) as V | null;
  const value = found !== null && words.includes(found) ? found : fallback;
  const set = useCallback((word: V) => setQuery({ [name]: word === fallback ? null : word }), [name, fallback]);
  return [value, set];
}
