// What opens over the page takes the keys from the moment it is there, painted or not.

/** Where the next key would go, asked before the browser has painted what this key opens. */
function rightAfter(page, key) {
  return page.evaluate(async (pressed) => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: pressed, bubbles: true, cancelable: true }));
    for (let n = 0; n < 50; n++) await Promise.resolve();
    const at = document.activeElement;
    return at.closest('.search-bar') ? 'search' : at.closest('dialog[open]') ? 'dialog' : at.tagName;
  }, key);
}

export async function layers(bench) {
  const { page, cases } = bench;
  await bench.keyOf('choice', 'Yes');
  const opened = { '.': ['search', '.search-bar'], s: ['dialog', 'dialog'], '/': ['dialog', 'dialog'], '?': ['dialog', 'dialog'] };
  for (const [key, [where, what]] of Object.entries(opened)) {
    // Once before, so that its code is there.
    await bench.keys(key);
    await page.waitForSelector(what);
    await bench.keys('Escape');
    await page.waitForSelector(what, { state: 'detached' });
    cases.same(await rightAfter(page, key), where, `a key that comes right after ${key} goes to what that opens`);
    await bench.keys('Escape');
    await page.waitForSelector(what, { state: 'detached' });
  }
}
