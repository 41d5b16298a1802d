// Styles that come with the pages that need them: `import css from '….lazy.css'` is the text of the file, and a constructed
// sheet is no inline style, so the content policy needs no exception.
const adopted = new Set<string>();

export function adoptStyle(css: string): void {
  if (adopted.has(css)) return;
  adopted.add(css);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
