// What must leave memory when the room goes dark: each module that keeps something beyond its page says here how to drop it.
const forgetters = new Set<() => void>();

export function onForget(drop: () => void): void {
  forgetters.add(drop);
}

/** Nothing of what was shown is kept on, here or in the tab's storage. The journal has its own way (journal/local.ts). */
export function forgetAll(): void {
  for (const drop of forgetters) drop();
  try {
    sessionStorage.clear();
  } catch {
    // Storage is off: nothing is in it.
  }
}
