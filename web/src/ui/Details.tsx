import type { ComponentChildren } from 'preact';

/** The native fold. What is inside is drawn only once it is opened. */
export function Details({ summary, open, onToggle, children }: {
  summary: ComponentChildren; open?: boolean; onToggle?: (open: boolean) => void; children: ComponentChildren;
}) {
  return (
    <details class="details" open={open} onToggle={(event) => onToggle?.(event.currentTarget.open)}>
      <summary>{summary}</summary>
      <div class="details-body">{children}</div>
    </details>
  );
}
