// From the place that an error names to the control that mends it. A control's wrapper says its place in data-field.

/** The wrapper of `pointer`, or of the nearest place around it that has one. */
export function wrapperOf(pointer: string, root: ParentNode = document): HTMLElement | null {
  for (let here = pointer; here !== ''; here = here.slice(0, here.lastIndexOf('/'))) {
    const found = root.querySelector<HTMLElement>(`[data-field="${CSS.escape(here)}"]`);
    if (found) return found;
  }
  return null;
}

/** Opens what hides it, scrolls to it and puts the cursor there. */
export function focusField(pointer: string): void {
  // After the next drawing: the message beside the control is part of what is read out.
  requestAnimationFrame(() => {
    const wrapper = wrapperOf(pointer);
    if (!wrapper) return;
    for (let up: HTMLElement | null = wrapper; up; up = up.parentElement) if (up instanceof HTMLDetailsElement) up.open = true;
    const control = wrapper.matches('input, select, textarea, button') ? wrapper
      : wrapper.querySelector<HTMLElement>('input, select, textarea, button');
    wrapper.scrollIntoView({ block: 'center' });
    control?.focus({ preventScroll: true });
  });
}
