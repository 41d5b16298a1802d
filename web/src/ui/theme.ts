// Light, dark or as the system: remembered in this browser, applied as data-theme on the root element.
export type Theme = 'system' | 'light' | 'dark';
const kKey = 'guildhall-theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

export function theme(): Theme {
  try {
    const stored = localStorage.getItem(kKey);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

export function applyTheme(): void {
  const chosen = theme();
  document.documentElement.dataset.theme = chosen === 'system' ? (dark.matches ? 'dark' : 'light') : chosen;
}

export function setTheme(chosen: Theme): void {
  try {
    localStorage.setItem(kKey, chosen);
  } catch {
    // Storage is off: the choice holds for this visit by the attribute alone.
  }
  applyTheme();
}

dark.addEventListener('change', applyTheme);
