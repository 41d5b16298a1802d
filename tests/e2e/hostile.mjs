// A hostile corpus in every place that takes a text: nothing runs, nothing leaves, and the page still answers.
import { kBreakers, kDeepJson, kDisguises, kHeavy, kWideJson, longRun, png } from './corpus.mjs';
import { Person, sleep } from './rig.mjs';

const kAnswerMs = 30_000;

/** What a text must never have done to a page; '' where it has not. */
export async function harm(page) {
  return page.evaluate(() => {
    const wrong = [];
    if (window.hacked !== undefined) wrong.push(`ran: ${window.hacked}`);
    const made = document.querySelector('#app iframe, #app object, #app embed, #app form[action], #app a[href^="javascript:"], #app a[href^="data:"], #app [onerror], #app [onload], #app style, #app link, #app meta, #app base, body > iframe');
    if (made) wrong.push(`made: ${made.outerHTML.slice(0, 120)}`);
    if (document.documentElement.scrollWidth > window.innerWidth + 1) wrong.push('wider than the window');
    const text = document.querySelector('.reading')?.innerText ?? '';
    if (/[\u202a-\u202e\u2066-\u2069\u200b]|[\u{e0020}-\u{e007e}]/u.test(text)) wrong.push('a hidden character is still hidden');
    return wrong.join('; ');
  });
}

/** Usable: a key chooses the option it is printed on, and the page shows it. */
export async function answers(page, key, ms = kAnswerMs) {
  await page.evaluate(() => document.activeElement?.blur?.());
  await page.keyboard.press(key);
  return page.waitForSelector(`.answering button[aria-pressed=true]:has(kbd:text-is("${key}"))`, { timeout: ms }).then(() => true, () => false);
}

async function make(manager, member, title, template) {
  const { id } = await manager.api('POST', '/projects', { title, template, settings: { overlap: 1, preload: false } });
  await manager.api('POST', `/projects/${id}/members`, { member });
  return { id, add: (list) => importRows(manager, id, list) };
}

async function importRows(manager, id, rows) {
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const done = await manager.api('POST', `/projects/${id}/tasks`, Buffer.from(lines), { 'Content-Type': 'application/x-ndjson' });
  if (done.imported !== rows.length) throw new Error(`the corpus is not taken: ${JSON.stringify(done).slice(0, 300)}`);
  await manager.api('PATCH', `/projects/${id}`, { state: 'open' });
  return done;
}

/** Opens everything that can be opened: folds, trees, images, links' questions, plain text, search. */
async function pokeAround(page) {
  for (const summary of (await page.locator('.reading summary').all()).slice(0, 4)) await summary.click();
  const more = page.locator('.reading').getByRole('button', { name: /^Show / });
  for (let n = 0; n < 3 && await more.count() > 0; n++) await more.first().click();
  const links = page.locator('.reading .md-link');
  if (await links.count() > 0) {
    await links.first().click();
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
  }
  await page.locator('.reading').getByRole('button', { name: 'Plain text' }).first().click();
  await page.locator('.reading').getByRole('button', { name: 'Plain text' }).first().click();
}

async function light(manager, ada, member, cases) {
  const hostile = [...kBreakers, ...kDisguises].join('\n\n');
  const project = await make(manager, member, `Title ${kBreakers[0]} ${kDisguises[0]} ${kBreakers[1]}`, 'preference');
  await project.add([{ key: `key ${kBreakers[1]} ${kDisguises[0]}`, data: { prompt: hostile, responses: kBreakers.slice(0, 3).map((text, i) => ({ text: `${text}\n\n${hostile}`, model: `${kBreakers[i]}` })) } }]);
  await ada.at(`work/${project.id}/work`, '.side-by-side .md');
  await sleep(300);
  await pokeAround(ada.page);
  cases.same(await harm(ada.page), '', 'hostile texts side by side: nothing runs, nothing is made, nothing hides');
  cases.check(await ada.page.locator('.hidden-char').count() >= kDisguises.length - 1, 'characters that hide are shown by name');
  cases.check(await answers(ada.page, '2'), 'and a key still answers');
  await ada.page.getByRole('button', { name: 'Mark differences' }).click();
  cases.same(await harm(ada.page), '', 'nor where differences are marked');
  await ada.page.getByRole('button', { name: 'Mark differences' }).click();
  await manager.at(`projects/${project.id}/tasks`, 'table');
  await manager.page.locator('tbody button').first().click();
  await manager.page.waitForSelector('dialog .pane');
  cases.same(await harm(manager.page), '', 'nor in the title, the key and the task as a manager sees them');
  await manager.page.keyboard.press('Escape');
}

async function run(manager, ada, member, cases) {
  const project = await make(manager, member, 'Long run', 'trajectory');
  await project.add([{ key: 'run', data: { messages: longRun(500), tools: [{ name: kBreakers[0], deep: kDeepJson }] } }]);
  await ada.at(`work/${project.id}/work`, '.minimap');
  await sleep(300);
  await ada.page.keyboard.press('1');
  const rated = await ada.page.waitForSelector('.answering button[aria-pressed=true]', { timeout: kAnswerMs }).then(() => true, () => false);
  cases.check(rated, 'a run of 500 hostile messages: a key answers');
  cases.same(await ada.page.locator('.minimap').getAttribute('aria-valuemax'), '500', 'every message is on the map');
  await ada.page.focus('.minimap');
  await ada.page.keyboard.press('End');
  await ada.page.waitForSelector('[data-card="499"]:has-text("It is done, 499")', { timeout: kAnswerMs });
  await pokeAround(ada.page);
  cases.same(await harm(ada.page), '', 'and none of them does anything');
}

/** A form with views of every other kind. */
const kForm = {
  title: 'Everything', base: 'custom',
  views: [
    { id: 'rows', kind: 'table', from: '/rows' }, { id: 'tree', kind: 'json', from: '/tree' }, { id: 'wide', kind: 'json', from: '/wide' },
    { id: 'diff', kind: 'diff', from: '/a', to: '/b' }, { id: 'code', kind: 'code', from: '/a', language: 'python' },
    { id: 'huge', kind: 'image', from: '/huge' }, { id: 'small', kind: 'image', from: '/small' }, { id: 'fake', kind: 'image', from: '/fake' },
    { id: 'sound', kind: 'audio', from: '/fake' }, { id: 'paper', kind: 'pdf', from: '/fake' },
  ],
  questions: [{ id: 'ok', kind: 'one', required: true, options: ['yes', 'no'] }],
};

async function upload(manager, project, name, type, body) {
  return (await manager.api('POST', `/projects/${project}/files`, body, { 'Content-Type': type, 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` })).id;
}

async function files(manager, ada, member, cases) {
  const project = await make(manager, member, 'Everything', kForm);
  const page = ada.page;
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked=\'file\'"><script>window.hacked="file"</script></svg>');
  const huge = await upload(manager, project.id, `${kDisguises[0]}.png`, 'image/png', png(60_000, 60_000));
  const small = await upload(manager, project.id, `${kBreakers[1]}.png`, 'image/png', png(1200, 700));
  const fake = await upload(manager, project.id, `${kBreakers[0]}.svg`, 'image/svg+xml', svg);
  const rows = Array.from({ length: 10_000 }, (_, i) => ({ n: i, [kBreakers[1]]: kBreakers[i % kBreakers.length], more: i % 100 === 0 ? 'x'.repeat(20_000) : kDisguises[i % kDisguises.length] }));
  await project.add([{ key: 'all', data: { rows, tree: kDeepJson, wide: kWideJson, a: `${kBreakers.join('\n')} one`, b: `${kBreakers.join('\n')} two`, huge: { file: huge, alt: kBreakers[1] }, small, fake } }]);
  ada.expected.push(/Failed to load resource.*files/);
  await ada.at(`work/${project.id}/work`, '.pane table');
  await page.waitForSelector('.image-frame img');
  await page.getByText('This image has 60,000 × 60,000 pixels.').waitFor();
  cases.check(true, 'a huge image is asked about before it is decoded');
  cases.check(await answers(page, '1'), 'a table of 10,000 rows, deep and wide JSON, huge and false files: a key answers');
  await page.getByRole('button', { name: 'Later rows' }).click();
  await page.getByText('Rows 201 to 400 of 10,000').waitFor();
  await page.getByRole('button', { name: 'Show 500 more (4,900 hidden)' }).waitFor();
  await page.locator('.image-frame').first().focus();
  await page.keyboard.press('+');
  await page.waitForSelector('.image-frame:not(.fitted)');
  cases.check(await page.locator('.image-frame img').first().evaluate((i) => i.clientWidth > i.closest('.image-frame').clientWidth), 'an image is made larger by key');
  await pokeAround(page);
  cases.same(await harm(page), '', 'and none of it does anything');
}

async function heavy(manager, ada, member, cases) {
  const project = await make(manager, member, 'Heavy', 'choice');
  const { page } = ada;
  for (const [n, [name, text]] of kHeavy.entries()) {
    await project.add([{ key: `heavy ${n}`, data: { prompt: text, options: ['yes', 'no', kBreakers[0], `task ${n}`] } }]);
    await ada.at('projects', 'h1');
    await ada.at(`work/${project.id}/work`, `.answering .option:has-text("task ${n}")`);
    const alive = await answers(page, '2');
    await page.keyboard.press('.');
    await page.waitForSelector('.search-bar input');
    await page.keyboard.type('zzz not there');
    const searched = await page.waitForSelector('.search-bar [role=status]:has-text("Not found")', { timeout: kAnswerMs }).then(() => true, () => false);
    await page.keyboard.press('Escape');
    const scrolled = await page.evaluate(() => {
      window.scrollTo(0, document.documentElement.scrollHeight / 2);
      return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))));
    });
    const again = await answers(page, '1');
    const found = await harm(page);
    cases.check(alive && searched && scrolled && again && found === '', `${name} (${text.length} characters): keys, search and scrolling answer`, `${alive} ${searched} ${again} ${found}`);
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.answering .option', { state: 'detached', timeout: kAnswerMs }).catch(() => undefined);
  }
}

/** The checks themselves: what they must notice, they notice. */
async function proveChecks(browser, room, cases) {
  const faults = [];
  const person = await Person.open(browser, room, 'proof of hostile', faults);
  await person.at('', 'input[type=password]');
  const { page } = person;
  await page.evaluate(() => {
    const place = document.createElement('main');
    place.className = 'reading';
    place.textContent = 'a\u202eb';
    const link = document.createElement('a');
    link.setAttribute('href', 'javascript:1');
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    place.append(link, style);
    document.getElementById('app').append(place);
    window.hacked = 'proof';
  });
  const found = await harm(page);
  cases.check(/ran: proof/.test(found) && /made: /.test(found) && /hidden/.test(found), 'the check notices what ran, what was made and what hides', found);
  cases.check(!(await answers(page, '1', 300)), 'and a page that answers no key');
  cases.check(faults.some((text) => text.includes('content policy')), 'and the watch a style that came with a text', faults.join('; '));
  await person.context.close();
}

export async function hostileTexts(browser, room, people, cases) {
  const { owner, ada } = people;
  const member = (await ada.api('GET', '/me')).member.id;
  await proveChecks(browser, room, cases);
  await ada.page.setViewportSize({ width: 1440, height: 900 });
  await light(owner, ada, member, cases);
  await run(owner, ada, member, cases);
  await files(owner, ada, member, cases);
  await heavy(owner, ada, member, cases);
}
