// The desk of one task as the page sees it: drawn again whenever answers or saves change.
import { useEffect, useState } from 'preact/hooks';
import type { Desk } from '../journal/desk';

export function useDesk(desk: Desk): void {
  const [, draw] = useState(0);
  useEffect(() => {
    const hide = (): void => {
      if (document.visibilityState === 'hidden') void desk.autosave.flush();
    };
    const online = (): void => desk.autosave.retryNow();
    window.addEventListener('online', online);
    document.addEventListener('visibilitychange', hide);
    const unlisten = desk.listen(() => draw((n) => n + 1));
    draw((n) => n + 1);
    return () => {
      unlisten();
      window.removeEventListener('online', online);
      document.removeEventListener('visibilitychange', hide);
    };
  }, [desk]);
}
