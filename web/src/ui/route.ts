// Addresses live behind the hash and hold opaque ids only: a title is content, and content is never in a URL.
import { useEffect, useState } from 'preact/hooks';

export function currentPath(): string[] {
  return location.hash.replace(/^#\/?/, '').split('?')[0]?.split('/').filter(Boolean).map(decodeURIComponent) ?? [];
}

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
