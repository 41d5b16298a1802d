// Which columns of a table are shown, remembered in this browser by the table's name. Names of columns are no content.
import { useState } from 'preact/hooks';

const keyOf = (table: string): string => `guildhall-columns-${table}`;

export function chosenColumns(stored: string | null, all: { id: string; off?: boolean }[]): string[] {
  if (stored === null) return all.filter((c) => !c.off).map((c) => c.id);
  const on = stored.split(',');
  return all.map((c) => c.id).filter((id) => on.includes(id));
}

export function useColumns(table: string, all: { id: string; off?: boolean }[]): [string[], (on: string[]) => void] {
  const [on, setOn] = useState<string[]>(() => {
    try {
      return chosenColumns(localStorage.getItem(keyOf(table)), all);
    } catch {
      return chosenColumns(null, all);
    }
  });
  return [on, (next) => {
    setOn(next);
    try {
      localStorage.setItem(keyOf(table), next.join(','));
    } catch {
      // Storage is off: the choice holds for this page.
    }
  }];
}
