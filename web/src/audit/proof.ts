// A proof that the log has an entry (C2SP tlog-proof with the entry as extra data), checked here: the entry's hash and the path give
// the root of the checkpoint in the proof. Its signature is the business of whoever has the log's key from elsewhere than this page
// (`guildhall verify --proof`).

export interface Proof {
  entry: Uint8Array;
  index: number;
  path: Uint8Array[];
  origin: string;
  size: number;
  root: Uint8Array;
}

const kTitle = 'c2sp.org/tlog-proof@v1';
const kHashBytes = 32;

function bytes(base64: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return null;
  try {
    const raw = atob(base64);
    return btoa(raw) === base64 ? Uint8Array.from(raw, (c) => c.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

const hash = (base64: string): Uint8Array | null => {
  const raw = bytes(base64);
  return raw?.length === kHashBytes ? raw : null;
};

function count(digits: string): number | null {
  const n = /^(0|[1-9]\d*)$/.test(digits) ? Number(digits) : NaN;
  return Number.isSafeInteger(n) ? n : null;
}

/** Nothing for what is none, or holds no entry. */
export function parseProof(text: string): Proof | null {
  const [head, origin, ...rest] = [text.split('\n\n')[0] ?? '', ...(text.split('\n\n')[1] ?? '').split('\n')];
  const [title, extra, index, ...path] = head.split('\n');
  const entry = extra?.startsWith('extra ') ? bytes(extra.slice(6)) : null;
  const at = index?.startsWith('index ') ? count(index.slice(6)) : null;
  const hashes = path.map(hash);
  const [size, root] = [count(rest[0] ?? ''), hash(rest[1] ?? '')];
  if (title !== kTitle || !entry || at === null || !origin || size === null || !root) return null;
  if (hashes.some((one) => one === null)) return null;
  return { entry, index: at, path: hashes as Uint8Array[], origin, size, root };
}

async function sha256(prefix: number, ...parts: Uint8Array[]): Promise<Uint8Array> {
  const all = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  all[0] = prefix;
  let at = 1;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** RFC 9162, 2.1.3.2. */
export async function isIncluded(proof: Proof): Promise<boolean> {
  if (proof.index >= proof.size) return false;
  let fn = proof.index;
  let sn = proof.size - 1;
  let r = await sha256(0, proof.entry);
  for (const p of proof.path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = await sha256(1, p, r);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      r = await sha256(1, r, p);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && same(r, proof.root);
}

export interface Line {
  index: number;
  at: string;
  reason: string;
  who: string;
  count: number;
}

/** `yes` only where the log's tree has, at this place, an entry that says what the line says; `cannot` where a browser refuses to hash. */
export async function check(text: string, line: Line): Promise<'yes' | 'no' | 'cannot'> {
  if (!globalThis.crypto?.subtle) return 'cannot';
  const proof = parseProof(text);
  if (!proof || proof.index !== line.index || !(await isIncluded(proof))) return 'no';
  try {
    const leaf = JSON.parse(new TextDecoder().decode(proof.entry)) as Record<string, unknown>;
    const agrees = leaf.verb === 'content.open' && leaf.at === line.at && leaf.reason === line.reason && leaf.who === line.who && leaf.detail === line.count;
    return agrees ? 'yes' : 'no';
  } catch {
    return 'no';
  }
}
