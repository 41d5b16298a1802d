import { useEffect, useState } from 'preact/hooks';
import { onPrefs, prefs, type Prefs } from './prefs';

export function usePrefs(): Prefs {
  const [now, setNow] = useState(prefs());
  useEffect(() => {
    setNow(prefs());
    return onPrefs(setNow);
  }, []);
  return now;
}
