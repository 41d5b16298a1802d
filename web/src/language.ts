// The language of the pages: remembered in this browser, else the browser's own where there is one of ours, else English.
// A change draws the page anew; nothing that was typed lives outside the journal.
import { english, speak, type Strings } from './strings';

interface Language {
  /** In its own words, whatever the page speaks. */
  name: string;
  dir: 'ltr' | 'rtl';
  load: () => Promise<Strings>;
}

export const kLanguages: Record<string, Language> = {
  en: { name: 'English', dir: 'ltr', load: () => Promise.resolve(english) },
  ar: { name: 'العربية', dir: 'rtl', load: () => import('./strings/ar').then((m) => m.arabic) },
};
const kKey = 'guildhall-language';

export function chosenLanguage(): string {
  let wished: (string | null)[] = [...navigator.languages];
  try {
    wished = [localStorage.getItem(kKey), ...wished];
  } catch {
    // Storage is off: the browser's languages decide.
  }
  const codes = wished.map((code) => code?.split('-')[0] ?? '');
  return codes.find((code) => code in kLanguages) ?? 'en';
}

/** Before the first page. A language that cannot be loaded is no reason to show nothing. */
export async function startLanguage(): Promise<void> {
  const code = chosenLanguage();
  const wanted = kLanguages[code];
  if (!wanted) return;
  try {
    speak(code, await wanted.load());
  } catch {
    return;
  }
  document.documentElement.lang = code;
  document.documentElement.dir = wanted.dir;
}

export function setLanguage(code: string): void {
  try {
    localStorage.setItem(kKey, code);
  } catch {
    // Storage is off: the choice cannot be kept.
  }
  location.reload();
}
