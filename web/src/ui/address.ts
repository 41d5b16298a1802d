// The hash as data: `#/projects/prj_x/tasks?state=open`.

export function pathOf(hash: string): string[] {
  return (hash.replace(/^#\/?/, '').split('?')[0] ?? '').split('/').filter(Boolean).map(decoded);
}

export function queryOf(hash: string): URLSearchParams {
  const at = hash.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : hash.slice(at + 1));
}

/** The same path with some words of the query changed; null takes one away. The order of names is kept. */
export function withQuery(hash: string, changes: Record<string, string | null>): string {
  const query = queryOf(hash);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(name);
    else query.set(name, value);
  }
  const at = hash.indexOf('?');
  const path = (at < 0 ? hash : hash.slice(0, at)) || '#/';
  const text = query.toString().replaceAll('%2C', ',');
  return text ? `${path}?${text}` : path;
}

/** A set of words of a closed list, as `open,done`; unknown ones are dropped. */
export function wordsOf<V extends string>(text: string | null, known: readonly V[]): V[] {
  const given = (text ?? '').split(',');
  return known.filter((word) => given.includes(word));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
