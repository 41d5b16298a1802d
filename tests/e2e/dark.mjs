// The room goes dark and comes back, as people see it: an expert in the middle of a task, an owner who asks, somebody at the
// keeper's page; one project alone. Judged by what pages, stores and memory still hold, and by what the store has afterwards.
import { audit, Person, sleep, until } from './rig.mjs';
import { atKeeper, inMemory, inStores, kPhrase, Kept, onPage } from './dark_rig.mjs';
import { answer, kPassword, makeProject, onDesk, stored, why } from './lossless_rig.mjs';

const kShown = ['CANARYTITLE', 'CANARYPROMPT', 'CANARYREPLY', 'CANARYGUIDE'];
const kOwn = 'CANARYANSWER';
const kAll = [...kShown, kOwn];
const kExpected = [/status of (423|401|404|409)/, /ERR_FAILED/];
const kUndo = { undo_s: 2, max_open: 3 };

const tasks = (count) => Array.from({ length: count }, (_, n) => JSON.stringify({
  key: `k${n}`, data: { prompt: `CANARYPROMPT ${n}: which is better?`, responses: [{ text: `CANARYREPLY ${n} first` }, { text: `CANARYREPLY ${n} second` }] },
}));

// Loaded anew where it is the whole room, so that nothing of the page before is in memory.
const isDark = (person) => person.page.waitForSelector('[data-dark=dark]', { timeout: 40_000 });
const isBack = (person) => person.page.waitForSelector('[data-dark]', { state: 'detached', timeout: 120_000 });

async function people(browser, kept, faults) {
  const open = async (name) => {
    const person = await Person.open(browser, kept.room, name, faults);
    person.expected.push(...kExpected);
    return person;
  };
  const owner = await open('Olga');
  const link = kept.room.run('link', kept.room.dir, '--email', 'olga@example.org', '--public-url', kept.room.base);
  await owner.join(link.trim().split('\n').at(-1), 'Olga', kPassword);
  const { member, link: invited } = await owner.api('POST', '/members', { role: 'expert', name: 'Emil', email: 'emil@example.org' });
  const expert = await open('Emil');
  await expert.join(invited, 'Emil', kPassword);
  const project = await makeProject(owner, [member.id], 'CANARYTITLE one', tasks(6), kUndo);
  await owner.api('POST', `/projects/${project}/guidelines`, { markdown: '# CANARYGUIDE' });
  const other = await makeProject(owner, [member.id], 'CANARYTITLE two', tasks(3), kUndo);
  return { owner, expert, project, other };
}

/** How long after `began` the page has none of the words. */
async function goneAfter(page, words, began) {
  await until('the page is empty', async () => (await onPage(page, words)).length === 0, 20_000);
  return Date.now() - began;
}

/** In the middle of a task, with the newest words on this device only. */
async function midTask({ owner, expert, project }, keeper, cases, options) {
  const { page } = expert;
  await expert.at(`work/${project}/work`);
  const here = await onDesk(page);
  await answer(page, `${kOwn} that the server has`);
  await page.waitForSelector('[data-save=saved]');
  await page.route('**/draft', (route) => route.abort());
  const written = `${kOwn} that the server has, and words that it never got`;
  await page.keyboard.press('j');
  await why(page).fill(written);
  await sleep(300);
  const before = [await onPage(page, kAll), await inMemory(expert, kAll)];
  cases.check(before[0].includes('CANARYPROMPT') && before[0].includes(kOwn), 'open: the page shows the task and the answer (control)', before[0].join());
  cases.check(before[1].includes('CANARYPROMPT') && before[1].includes(kOwn), 'open: the search of memory finds both (control)', before[1].join());
  await page.evaluate(() => new Promise((done) => {
    const opening = indexedDB.open('control', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('rows').put({ words: new TextEncoder().encode('CONTROLWORD') }, 1);
    opening.onsuccess = () => {
      opening.result.close();
      done();
    };
  }));
  const address = page.url();
  const began = await keeper.withdraw();
  console.log(`     withdrawn at the keeper, page without a word of the task: ${await goneAfter(page, kAll, began)} ms`);
  await isDark(expert);
  cases.check(/withdrawn/.test(await page.locator('[data-dark]').innerText()), 'dark: the page says what happened and what is safe');
  cases.same(await onPage(page, kAll), [], 'dark: no word of the task in text, fields, title or address');
  cases.same(await inStores(page, [...kAll, 'CONTROLWORD']), ['CONTROLWORD'], 'dark: none readable in the browser’s stores, where an unsealed word is found');
  cases.same(await inMemory(expert, kAll), [], 'dark: none in the page’s memory');
  cases.check(await page.evaluate(async () => (await indexedDB.databases()).some(({ name }) => name.startsWith('guildhall-journal-'))), 'dark: the sealed journal is still there');
  await keeper.says('Withdrawn: the room is locked');
  cases.check((await keeper.page.locator('details code').count()) >= 2, 'dark: the keeper’s page shows what the room signed');
  await audit(expert, 'dark', cases, options.shots);
  await audit(keeper, 'keeper-withdrawn', cases, options.shots);
  await page.unroute('**/draft');

  await keeper.restore('not the passphrase');
  await keeper.page.waitForSelector('#ask-problem:not([hidden])', { timeout: 120_000 });
  cases.check(/passphrase is wrong/.test(await keeper.page.locator('#ask-problem').innerText()), 'restore: a wrong passphrase is refused on the keeper’s page');
  await keeper.page.locator('input[type=password]').fill(kPhrase);
  await keeper.confirm();
  await isBack(expert);
  cases.same(await onDesk(page), here, 'back: the same task, by itself');
  cases.same(page.url(), address, 'back: at the same address');
  await until('the words', async () => (await why(page).inputValue().catch(() => '')) === written);
  cases.check(true, 'back: every word is there, those that only this device had too');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Enter');
  await onDesk(page, here);
  const all = await until('the submission', async () => {
    const found = await stored(owner, project);
    return found.length > 0 ? found : null;
  });
  await sleep(2500);
  cases.same((await stored(owner, project)).map(({ answers }) => answers.justification), [written], 'back: submitted once');
  cases.check(all.length === 1, 'back: and no more');
}

/** Decided, and dark before it was sent. */
async function decided({ owner, expert, project }, keeper, cases) {
  const { page } = expert;
  const had = (await stored(owner, project)).length;
  const here = await onDesk(page);
  await answer(page, `${kOwn} decided before the dark`);
  await page.keyboard.press('Control+Enter');
  await onDesk(page, here);
  await keeper.withdraw();
  await isDark(expert);
  await sleep(2500);
  await keeper.says('Withdrawn: the room is locked');
  await keeper.restore();
  await isBack(expert);
  await until('it went out', async () => (await stored(owner, project)).length > had);
  await sleep(2500);
  const texts = (await stored(owner, project)).map(({ answers }) => answers.justification);
  cases.same(texts.filter((text) => text.includes('decided before')).length, 1, 'decided before the dark: submitted once after it');
}

/** The tab is closed in the dark; another is opened there, and once it is over. */
async function newTab({ expert, project }, keeper, cases) {
  await onDesk(expert.page);
  await answer(expert.page, `${kOwn} of a tab that was closed`);
  await expert.page.waitForSelector('[data-save=saved]');
  await keeper.withdraw();
  await isDark(expert);
  await expert.page.reload();
  await isDark(expert);
  cases.same(await onPage(expert.page, kAll), [], 'reloaded in the dark: the same page, with nothing on it');
  await keeper.says('Withdrawn: the room is locked');
  await keeper.restore();
  await isBack(expert);
  await until('the words', async () => (await why(expert.page).inputValue().catch(() => '')) === `${kOwn} of a tab that was closed`);
  cases.check(true, 'reloaded in the dark: the task and its answer come back');
  await expert.at(`work/${project}/work`);
}

/** One project alone. */
async function oneProject({ owner, expert, project, other }, keeper, cases, options) {
  const { page } = expert;
  await onDesk(page);
  await keeper.page.locator('summary', { hasText: 'Keys' }).click();
  const ids = await keeper.page.locator('li[data-project]').evaluateAll((all) => all.map((one) => Number(one.dataset.project)));
  // The first project has the smallest number; 0 is the room's own.
  const number = ids.filter((id) => id > 0).sort((a, b) => a - b)[0];
  const row = keeper.page.locator(`li[data-project="${number}"]`);
  await row.getByRole('button', { name: 'Withdraw' }).click();
  await keeper.confirm();
  await isDark(expert);
  cases.check((await kept(owner)).room === 'open', 'one project: the room itself stays open');
  cases.same(await onPage(page, ['CANARYPROMPT', kOwn]), [], 'one project: its page is dark');
  await audit(expert, 'dark-project', cases, options.shots);
  await expert.at(`work/${other}/work`);
  await onDesk(page);
  cases.check((await onPage(page, ['CANARYPROMPT'])).length === 1, 'one project: the other one goes on');
  await sleep(3000);
  cases.check((await page.locator('[data-dark]').count()) === 0, 'one project: and stays');
  await expert.at(`work/${project}/work`);
  await isDark(expert);
  await keeper.page.locator(`li[data-project="${number}"]`).getByRole('button', { name: 'Restore' }).click();
  await keeper.page.locator('input[type=password]').fill(kPhrase);
  await keeper.confirm();
  await onDesk(page);
  cases.check(true, 'one project: it comes back by itself');
}

const kept = (person) => person.page.evaluate(() => fetch('/healthz').then((reply) => reply.json()));

/** The next answer from such an address does not arrive; says how many did not. */
async function loseOne(page, address) {
  let gone = 0;
  await page.route(address, (route) => (gone++ === 0 ? route.abort() : route.fallback()));
  return async () => {
    await page.unroute(address);
    return Math.min(gone, 1);
  };
}

/** The owner's page of keys, and the wish that the keeper withdraw. */
async function ownersWish({ owner, expert, project }, keeper, cases, options) {
  const { page } = owner;
  const lost = await loseOne(page, /\/api\/v1\/projects\?/);
  await owner.at('keys', 'h1:has-text("Keys")');
  await page.waitForSelector('[data-statement]');
  cases.check(/key agent holds them/.test(await page.locator('main').innerText()), 'keys: the page says who holds them');
  // The first answer about titles is lost: they are asked for again.
  await page.waitForSelector('main td:has-text("CANARYTITLE")');
  cases.same(await lost(), 1, 'keys: projects by title while the room is open, though the first answer was lost');
  await audit(owner, 'keys', cases, options.shots);
  await page.locator('summary', { hasText: 'signed statement' }).click();
  cases.check((await page.locator('code.bytes').innerText()).length > 100, 'keys: the signed statement can be copied');
  await expert.at(`work/${project}/work`);
  await onDesk(expert.page);
  await page.getByRole('button', { name: 'Ask the key agent to withdraw' }).click();
  await page.waitForSelector('dialog[open]');
  cases.check(/Only the key agent can restore/.test(await page.locator('dialog').innerText()), 'keys: what asking means is said first');
  await audit(owner, 'keys-ask', cases, options.shots);
  await page.evaluate(() => { window.beforeDark = true; });
  await page.locator('dialog').getByRole('button', { name: 'Ask to withdraw' }).click();
  // The page looks by itself and may know before the room says it; then it goes, and comes back empty.
  await page.waitForFunction(() => !window.beforeDark && document.querySelector('[data-wish=locked]'), null, { timeout: 60_000 });
  cases.check(true, 'wish: asked, signed by the keeper, locked, and the owner sees it in the dark');
  await page.waitForSelector('[data-statement=withdrawal]');
  cases.same(await onPage(page, kAll), [], 'wish: the owner’s page has no title left');
  await audit(owner, 'keys-dark', cases, options.shots);
  await isDark(expert);
  await keeper.page.waitForSelector('dd:has-text("owner asked")');
  cases.check(true, 'wish: it is an alarm at the keeper');
  await keeper.restore();
  await isBack(expert);
  await page.waitForSelector('nav[aria-label]');
  cases.check(true, 'wish: restored at the keeper, and both are back');
}

/** In Arabic, from right to left. */
async function inArabic({ expert, owner }, keeper, cases, options) {
  for (const person of [expert, owner]) await person.page.evaluate(() => localStorage.setItem('guildhall-language', 'ar'));
  await owner.at('keys');
  await owner.page.reload();
  await owner.page.waitForSelector('[data-statement]');
  await audit(owner, 'keys-ar', cases, options.shots);
  await expert.page.reload();
  await expert.page.waitForSelector('main');
  await keeper.withdraw();
  await isDark(expert);
  cases.check((await expert.page.locator('html').getAttribute('dir')) === 'rtl' && /\p{Script=Arabic}/u.test(await expert.page.title()), 'dark: in Arabic too');
  await audit(expert, 'dark-ar', cases, options.shots);
  await keeper.says('Withdrawn: the room is locked');
  await keeper.restore();
  await isBack(expert);
}

/** The keeper's page by keyboard alone, and for who has no token. */
async function keepersPage(browser, keptRoom, keeper, faults, cases) {
  const { page } = keeper;
  await page.locator('[data-key$=" turn"]').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog[open]');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  const back = await page.evaluate(() => document.activeElement?.textContent);
  cases.same(back, 'Withdraw', 'the keeper’s page: by keyboard, and the focus goes back');
  await page.reload();
  await page.waitForSelector('.room');
  cases.check(true, 'the keeper’s page: a reload needs no new address');
  const stranger = await Person.open(browser, { base: new URL(keptRoom.address).origin }, 'stranger', faults);
  stranger.expected.push(/status of 401/);
  await stranger.page.goto(stranger.room.base);
  await stranger.page.waitForSelector('#notice:not([hidden])');
  cases.same(await stranger.page.locator('.room').count(), 0, 'the keeper’s page: without the printed address it shows nothing');
  await stranger.context.close();
}

export async function goingDark(browser, faults, cases, options) {
  const keptRoom = await Kept.start();
  try {
    const all = await people(browser, keptRoom, faults);
    const keeper = await atKeeper(browser, keptRoom, faults);
    await audit(keeper, 'keeper-open', cases, options.shots);
    const parts = {
      midTask: () => midTask(all, keeper, cases, options),
      decided: () => decided(all, keeper, cases),
      newTab: () => newTab(all, keeper, cases),
      oneProject: () => oneProject(all, keeper, cases, options),
      ownersWish: () => ownersWish(all, keeper, cases, options),
      inArabic: () => inArabic(all, keeper, cases, options),
      keepersPage: () => keepersPage(browser, keptRoom, keeper, faults, cases),
    };
    for (const [name, part] of Object.entries(parts)) await part().catch((error) => cases.check(false, `dark, ${name} ran to its end`, error.stack));
    for (const person of [all.owner, all.expert, keeper]) await person.context.close();
  } finally {
    cases.same(await keptRoom.stop(), 0, 'the kept room stops with status 0');
  }
}
