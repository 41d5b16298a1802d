// Dragging with a mouse, a pen or a finger: the element that was pressed keeps the pointer until it is let go.
import { useRef } from 'preact/hooks';

export interface Dragging<S> {
  /** Begins a drag: `start` is what the moves are measured from. */
  begin: (event: PointerEvent, start: S) => void;
  move: (event: PointerEvent) => void;
  end: (event: PointerEvent) => void;
  cancel: () => void;
}

export function useDrag<S>(onMove: (start: S, event: PointerEvent) => void, onEnd: (start: S, event: PointerEvent, isMoved: boolean) => void, onCancel: () => void): Dragging<S> {
  const drag = useRef<{ start: S; pointer: number; x: number; y: number; isMoved: boolean } | null>(null);
  return {
    begin: (event, start) => {
      if (event.button !== 0 || drag.current) return;
      event.stopPropagation();
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      drag.current = { start, pointer: event.pointerId, x: event.clientX, y: event.clientY, isMoved: false };
    },
    move: (event) => {
      const now = drag.current;
      if (!now || now.pointer !== event.pointerId) return;
      // A hand trembles: a press is a drag from the fourth pixel on.
      now.isMoved ||= Math.hypot(event.clientX - now.x, event.clientY - now.y) > 3;
      if (now.isMoved) onMove(now.start, event);
    },
    end: (event) => {
      const now = drag.current;
      if (!now || now.pointer !== event.pointerId) return;
      drag.current = null;
      onEnd(now.start, event, now.isMoved);
    },
    cancel: () => {
      drag.current = null;
      onCancel();
    },
  };
}
