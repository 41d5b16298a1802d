// Which key presses what. Pure: groups of slots come in, keys go out, so that a test can try every form.
//
// Keys are single letters and digits that mean nothing to the page or the browser. Where they run out a group of slots gets
// keys of two presses: a leader of its own, then a second key.

/** Keys with a meaning of their own on the work and review pages. */
export const kGlobalKeys = new Set([...'sfjlgnteh', ...'arx', '?', '/', '.', '[', ']']);
const kDigits = '1234567890';
/** Letters that lie side by side on the keyboard, without those of the page. */
const kRuns = ['yuiop', 'qw', 'zcvbm', 'dk'].map((run) => [...run].filter((k) => !kGlobalKeys.has(k)));
const kLetters = kRuns.flat();
/** The second press may be any key that can be a first one: the page's own keys keep their meaning throughout. */
const kSecond = [...kDigits, ...kLetters];

export interface KeyGroup {
  /** What its author wished for each slot ('' where nothing). */
  wishes: string[];
  /** Digits that equal the slots' values, for ratings. */
  digits?: string[];
  /** May stay without keys where few are left: there is another way to it. */
  spare?: boolean;
}

const isPlain = (key: string): boolean => /^[a-z0-9]$/.test(key) && !kGlobalKeys.has(key);

class Keyboard {
  private readonly free: Set<string>;
  constructor(private readonly leaders: string[]) {
    this.free = new Set([...kDigits, ...kLetters].filter((k) => !leaders.includes(k)));
  }

  take(keys: string[]): string[] {
    keys.forEach((key) => this.free.delete(key));
    return keys;
  }

  /** Wishes are kept where every wish of the group can be; else the group is lettered alike. */
  wished(group: KeyGroup, taken: Set<string>): string[] | null {
    const wishes = group.wishes.filter(Boolean);
    if (wishes.length === 0 || new Set(wishes).size !== wishes.length) return null;
    return wishes.every((k) => isPlain(k) && !taken.has(k) && !this.leaders.includes(k)) ? wishes : null;
  }

  single(count: number, digits: string[] | undefined): string[] | null {
    if (digits && digits.every((k) => this.free.has(k))) return this.take(digits);
    const whole = [...kDigits];
    const untouched = whole.every((k) => this.free.has(k));
    if (count <= whole.length && untouched) return this.take(whole.slice(0, count));
    const runs = kRuns.map((run) => run.filter((k) => this.free.has(k))).filter((run) => run.length >= count);
    const best = runs.sort((a, b) => a.length - b.length)[0];
    if (best) return this.take(best.slice(0, count));
    const rest = (untouched ? [...whole, ...kLetters] : [...kLetters, ...whole]).filter((k) => this.free.has(k));
    return rest.length >= count ? this.take(rest.slice(0, count)) : null;
  }
}

function tryWith(groups: KeyGroup[], leaders: string[]): string[][] | null {
  const board = new Keyboard(leaders);
  const out: string[][] = groups.map((g) => g.wishes.map(() => ''));
  const wished = new Set<string>();
  const kept = groups.map((group) => {
    const wishes = board.wished(group, wished);
    wishes?.forEach((k) => wished.add(k));
    return wishes !== null;
  });
  board.take([...wished]);
  const left = [...leaders];
  for (const [i, group] of groups.entries()) {
    const keys = out[i] ?? [];
    const open: number[] = [];
    group.wishes.forEach((wish, n) => {
      if (kept[i] && wish) keys[n] = wish;
      else open.push(n);
    });
    if (open.length === 0) continue;
    const single = board.single(open.length, open.length === group.wishes.length ? group.digits : undefined);
    if (single === null && group.spare) continue;
    const found = single ?? sequences(open.length, left);
    if (found === null) return null;
    open.forEach((n, at) => (keys[n] = found[at] ?? ''));
  }
  return out;
}

function sequences(count: number, left: string[]): string[] | null {
  const wanted = Math.ceil(count / kSecond.length);
  if (wanted > left.length) return null;
  return left.splice(0, wanted).flatMap((leader) => kSecond.map((second) => leader + second)).slice(0, count);
}

/** A key for every slot of every group; two characters are two presses; '' where even those have run out. */
export function allocate(groups: KeyGroup[]): string[][] {
  const candidates = [...kLetters].reverse();
  for (let n = 0; n <= candidates.length; n++) {
    const found = tryWith(groups, candidates.slice(0, n));
    if (found) return found;
  }
  // The last group that asks for too much goes without, until the others fit.
  const largest = groups.reduce((at, g, i) => (g.wishes.length > (groups[at]?.wishes.length ?? 0) ? i : at), 0);
  const rest = allocate(groups.filter((_, i) => i !== largest));
  return groups.map((g, i) => (i === largest ? g.wishes.map(() => '') : (rest[i < largest ? i : i - 1] ?? [])));
}
