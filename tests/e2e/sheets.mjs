// The pictures of docs/pictures: of each page one sheet with its four looks (wide and narrow, light and dark), made from the
// folder that `run.mjs --shots` filled.
//
//   node tests/e2e/sheets.mjs SHOTS docs/pictures
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser } from './rig.mjs';

const [shots, out] = process.argv.slice(2).map((path) => resolve(path));
const kLook = /^(.*)-(1440|390)-(light|dark)\.png$/;
const names = [...new Set(readdirSync(shots).flatMap((file) => kLook.exec(file)?.[1] ?? []))].sort();
const kMostHigh = 1100;

mkdirSync(out, { recursive: true });
const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1480, height: kMostHigh } });
for (const name of names) {
  const picture = (width, theme) => {
    const shown = width === 1440 ? 500 : 210;
    return `<div style="width:${shown}px;max-height:${kMostHigh - 40}px;overflow:hidden;border:1px solid #999">` +
      `<img width="${shown}" src="${pathToFileURL(join(shots, `${name}-${width}-${theme}.png`))}"></div>`;
  };
  const sheet = join(shots, `${name}.html`);
  writeFileSync(sheet, `<body style="margin:0;padding:12px;background:#777;display:flex;gap:12px;align-items:start;width:max-content">` +
    `${picture(1440, 'light')}${picture(1440, 'dark')}${picture(390, 'light')}${picture(390, 'dark')}`);
  await page.goto(pathToFileURL(sheet).href);
  await page.locator('body').screenshot({ path: join(out, `${name}.jpg`), type: 'jpeg', quality: 60 });
}
// Those that the texts show are kept by themselves too.
for (const name of ['work-preference', 'project-overview', 'review'].filter((one) => names.includes(one))) {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(pathToFileURL(join(shots, `${name}-1440-light.png`)).href);
  await page.locator('img').screenshot({ path: join(out, `wide-${name}.jpg`), type: 'jpeg', quality: 70 });
}
await browser.close();
console.log(`${names.length} sheets`);
