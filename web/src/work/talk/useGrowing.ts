// A text field that is as high as what is written in it, up to the height that its style allows.
import { useLayoutEffect, type MutableRef } from 'preact/hooks';

export function useGrowing(field: MutableRef<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
  }, [text]);
}
