// The focus goes to what is about to be drawn, before the next key can be pressed: drawing happens in a microtask, and ours is
// queued behind it. Where it takes longer (a part that is still being fetched) two frames are waited for.

export function focusSoon(find: () => HTMLElement | null | undefined): void {
  const attempt = (): boolean => {
    const found = find();
    found?.focus({ preventScroll: true });
    found?.scrollIntoView({ block: 'nearest' });
    return Boolean(found);
  };
  queueMicrotask(() => {
    if (attempt()) return;
    requestAnimationFrame(() => attempt() || requestAnimationFrame(() => void attempt()));
  });
}
