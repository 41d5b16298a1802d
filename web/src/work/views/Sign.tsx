import type { ComponentChildren } from 'preact';

/** A button's sign for the eye and its name for the ear. */
export function Sign({ name, children }: { name: string; children: ComponentChildren }) {
  return <><span aria-hidden="true" title={name}>{children}</span><span class="sr-only">{name}</span></>;
}
