// Light, dark or as the system, comfortable or compact: remembered in this browser, applied as data-theme and data-density
// on the root element.
export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';
const kKey = 'guildhall-theme';
const kDensityKey = 'guildhall-density';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

export function theme(): Theme {
  try {
    const stored = localStorage.getItem(kKey);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

export function density(): Density {
  try {
    return localStorage.getItem(kDensityKey) === 'compact' ? 'compact' : 'comfortable';
  } catch {
    return 'comfortable';
  }
}

export function setDensity(chosen: Density): void {
  try {
    localStorage.setItem(kDensityKey, chosen);
  } catch {
    // As with the theme below.
  }
  document.documentElement.dataset.density = chosen;
}

export function applyTheme(): void {
  const chosen = theme();
  document.documentElement.dataset.density = density();
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
