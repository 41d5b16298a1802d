// A small layer beside its button: in the browser's top layer where it has one, else a fixed box that we close ourselves.
import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { adoptStyle } from './adopt';
import css from '../style/layers.lazy.css';

adoptStyle(css);

const kMargin = 8;
const native = (): boolean => 'showPopover' in HTMLElement.prototype;

export interface Place {
  left: number;
  top: number;
}

/** Below the button, or above where there is more room; within the window; on the reading side asked for. */
export function placeOf(
  anchor: { left: number; right: number; top: number; bottom: number }, size: { width: number; height: number },
  room: { width: number; height: number }, alignEnd: boolean,
): Place {
  const wished = alignEnd ? anchor.right - size.width : anchor.left;
  const left = Math.max(kMargin, Math.min(wished, room.width - size.width - kMargin));
  const below = anchor.bottom + 4;
  const fits = below + size.height + kMargin <= room.height;
  const above = anchor.top - 4 - size.height;
  return { left, top: fits || above < kMargin ? Math.max(kMargin, Math.min(below, room.height - size.height - kMargin)) : above };
}

export interface PopoverProps {
  /** Draws the button; spread `props` on it. */
  button: (props: JSX.HTMLAttributes<HTMLButtonElement> & { ref: (node: HTMLButtonElement | null) => void }, open: boolean) => ComponentChildren;
  children: (close: () => void) => ComponentChildren;
  alignEnd?: boolean;
  role?: 'menu' | 'dialog';
  label?: string;
}

export function Popover({ button, children, alignEnd, role = 'dialog', label }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement | null>(null);
  const layer = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = useCallback(() => {
    setOpen(false);
    if (layer.current?.contains(document.activeElement)) anchor.current?.focus();
  }, []);

  useLayoutEffect(() => {
    const box = layer.current;
    if (!open || !box || !anchor.current) return;
    if (native() && !box.matches(':popover-open')) box.showPopover();
    const put = (): void => {
      if (!anchor.current?.isConnected) return;
      const rtl = getComputedStyle(anchor.current).direction === 'rtl';
      const place = placeOf(anchor.current.getBoundingClientRect(), box.getBoundingClientRect(),
        { width: document.documentElement.clientWidth, height: window.innerHeight }, Boolean(alignEnd) !== rtl);
      box.style.left = `${place.left}px`;
      box.style.top = `${place.top}px`;
    };
    put();
    box.querySelector<HTMLElement>('[role=menuitem], input, select, button, a[href]')?.focus();
    window.addEventListener('resize', put);
    window.addEventListener('scroll', put, true);
    return () => {
      window.removeEventListener('resize', put);
      window.removeEventListener('scroll', put, true);
    };
  }, [open]);
  useEffect(() => {
    if (!open) return;
    const away = (event: Event): void => {
      const target = event.target as Node;
      if (!layer.current?.contains(target) && !anchor.current?.contains(target)) setOpen(false);
    };
    document.addEventListener('pointerdown', away, true);
    document.addEventListener('focusin', away);
    return () => {
      document.removeEventListener('pointerdown', away, true);
      document.removeEventListener('focusin', away);
    };
  }, [open]);

  return (
    <>
      {button({
        ref: (node) => {
          anchor.current = node;
        },
        'aria-haspopup': role, 'aria-expanded': open, 'aria-controls': open ? id : undefined, onClick: () => setOpen((now) => !now),
      }, open)}
      {open ? (
        <div
          ref={layer} id={id} class="popover" role={role} aria-label={label} {...(native() ? { popover: 'manual' } : {})}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            event.stopPropagation();
            close();
            anchor.current?.focus();
          }}
        >
          {children(close)}
        </div>
      ) : null}
    </>
  );
}
