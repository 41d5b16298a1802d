// Reading on real inputs: a run of 62 messages with its map, search and cards; two models' answers side by side; sound and image.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, root, sleep, until } from './rig.mjs';
import { png } from './corpus.mjs';

const kData = process.env.GUILDHALL_DATA ?? join(root, '../shared/data');
const read = (path) => (existsSync(`${kData}/${path}`) ? readFileSync(`${kData}/${path}`) : null);
const lines = (bytes) => bytes.toString('utf8').trim().split('\n').map((line) => JSON.parse(line));

async function prepare(owner, member, title, template, rows) {
  const { id } = await owner.api('POST', '/projects', { title, template, settings: { overlap: 1 } });
  await owner.api('POST', `/projects/${id}/members`, { member });
  const add = async (tasks) => {
    const done = await owner.api('POST', `/projects/${id}/tasks`, Buffer.from(tasks.map((data, i) => `${JSON.stringify({ key: `t${i}`, data })}\n`).join('')), { 'Content-Type': 'application/x-ndjson' });
    if (done.imported !== tasks.length) throw new Error(`not taken: ${JSON.stringify(done).slice(0, 300)}`);
  };
  if (rows) await add(rows);
  await owner.api('PATCH', `/projects/${id}`, { state: 'open' });
  return { id, add };
}

const inSight = (page, selector) => page.evaluate((what) => {
  const box = document.querySelector(what)?.getBoundingClientRect();
  return box !== undefined && box.top >= 0 && box.top < window.innerHeight;
}, selector);

async function longRun(owner, ada, member, cases, options) {
  const bytes = read('tau-bench/gpt-4o-airline.json');
  if (!bytes) return console.log('skip tau-bench: not there');
  const messages = JSON.parse(bytes).map((one) => one.traj).find((traj) => traj.length >= 62);
  const { id } = await prepare(owner, member, 'Airline runs', 'trajectory', [{ messages }]);
  const { page } = ada;
  await ada.at(`work/${id}/work`, '.minimap');
  const steps = messages.filter((m) => m.role === 'assistant').length;
  cases.same(await page.locator('.minimap').getAttribute('aria-valuemax'), String(messages.length), `the map of a run has a mark for each of ${messages.length} messages`);
  cases.same(await page.locator('.minimap circle.sign.open, .minimap rect.sign.open').count(), steps, `and a sign for each of ${steps} steps not rated yet`);
  await page.keyboard.press('1');
  await page.keyboard.press('3');
  await page.waitForFunction(() => document.querySelectorAll('.minimap .sign.good').length === 1 && document.querySelectorAll('.minimap .sign.bad').length === 1);
  cases.check(true, 'ratings show on the map');
  await page.focus('.minimap');
  await page.keyboard.press('End');
  const last = `[data-card="${messages.length - 1}"]`;
  await until('the last message in sight', () => inSight(page, last));
  await page.keyboard.press('Home');
  await until('the first message in sight', () => inSight(page, '[data-card="0"]'));
  cases.check(true, 'the map goes to the end and back by key');
  for (let n = 0; n < 4; n++) await page.keyboard.press(']');
  await until('the fifth message in sight', () => inSight(page, '[data-card="4"]'));
  cases.same(await page.locator('.minimap').getAttribute('aria-valuenow'), '5', '] goes from message to message');
  await page.waitForSelector('[data-card="4"].current');
  cases.check(true, 'and the questions follow to its step');
  await page.keyboard.press('n');
  await until('the next step not rated', () => page.evaluate(() => document.querySelector('.turn.current')?.querySelector('.who')?.textContent.includes('not rated')));
  cases.check(true, 'n goes to a step that is not rated');
  await search(page, messages, cases);
  const failed = messages.filter((m) => m.role === 'tool' && m.content.startsWith('Error')).length;
  cases.check(failed > 0 && await page.locator('.turn.failed').count() >= failed, `${failed} results that failed are marked as such`);
  const result = messages.findIndex((m) => m.role === 'tool' && m.content.startsWith('{'));
  await page.locator('.minimap').focus();
  await page.keyboard.press('Home');
  for (let n = 0; n < result; n++) await page.keyboard.press(']');
  await page.waitForSelector(`[data-card="${result}"] .json-tree details[open]`);
  await page.locator(`[data-card="${result}"] summary`).first().click();
  await page.waitForSelector(`[data-card="${result}"] .json-tree details:not([open])`);
  cases.check(true, 'a result is a tree that folds');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.locator(`[data-card="${result}"] .copy-one`).click();
  cases.same(await page.evaluate(() => navigator.clipboard.readText()), messages[result].content, 'every message can be copied as it came');
  await audit(ada, 'reading-run', cases, options.shots);
}

async function search(page, messages, cases) {
  const what = 'reservation';
  const wanted = messages.reduce((sum, m) => sum + (JSON.stringify(m).toLowerCase().split(what).length - 1), 0);
  await page.keyboard.press('.');
  await page.waitForSelector('.search-bar input');
  await page.keyboard.type(what);
  const status = page.locator('.search-bar [role=status]');
  await until('hits', async () => / of /.test(await status.innerText()));
  const all = Number(/of ([\d,]+)/.exec(await status.innerText())[1].replace(',', ''));
  cases.check(all > 20 && all <= wanted, `search counts ${all} hits in the whole run`);
  const marked = () => page.evaluate(() => ({ here: [...(CSS.highlights.get('found-here') ?? [])].map((r) => r.toString().toLowerCase()), all: CSS.highlights.get('found')?.size ?? 0 }));
  await until('a mark', async () => (await marked()).here[0] === what);
  await page.keyboard.press('Shift+Enter');
  await until('the last hit', async () => (await status.innerText()).startsWith(`${all} of`));
  await until('its mark in sight', () => page.evaluate(() => {
    const [range] = [...(CSS.highlights.get('found-here') ?? [])];
    const box = range?.getBoundingClientRect();
    return box && box.top > 0 && box.bottom < window.innerHeight;
  }));
  cases.check((await marked()).all > 1, 'and goes to each, also where it was not drawn yet');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.search-bar', { state: 'detached' });
  cases.same((await marked()).all, 0, 'closed, it leaves no marks');
}

async function sideBySide(owner, ada, member, cases, options) {
  const [asked, ...given] = ['question', 'answers-gpt-4-0314', 'answers-gpt-3.5-turbo-0125'].map((name) => read(`arena-hard/${name}.jsonl`));
  if (!asked || given.some((one) => !one)) return console.log('skip arena-hard: not there');
  const said = given.map((one) => new Map(lines(one).map((a) => [a.question_id ?? a.uid, a])));
  const textOf = (a) => a?.messages?.at(-1).content.answer ?? a?.messages?.at(-1).content ?? a?.choices?.[0].turns[0].content ?? '';
  const question = lines(asked).find((q) => said.every((map) => textOf(map.get(q.uid)).length > 2500));
  const head = '## The same beginning\n\nBoth responses begin with these words, so that nobody need read them twice.\n\nAnd with these, which are the same as well.\n\n';
  const [a, b] = said.map((map) => head + textOf(map.get(question.uid)));
  const { id } = await prepare(owner, member, 'Which answer?', 'preference', [{ prompt: question.prompt, responses: [{ text: a }, { text: b }] }]);
  const { page } = ada;
  await ada.at(`work/${id}/work`, '.side-by-side');
  await page.getByText('The first 6 lines are the same').waitFor();
  cases.same(await page.locator('.side-by-side').getByText('The same beginning').count(), 0, 'what is the same is folded, and the fold says how much');
  await page.getByRole('button', { name: 'Show them' }).click();
  await until('unfolded', async () => (await page.locator('.side-by-side').getByText('The same beginning').count()) === 2);
  await page.getByRole('button', { name: 'Mark differences' }).click();
  await page.waitForSelector('mark.own');
  const own = await page.locator('.side-by-side .marked-text').evaluateAll((panes) => panes.map((p) => ({ text: p.textContent, own: [...p.querySelectorAll('mark')].map((m) => m.textContent).join('') })));
  cases.check(own.length === 2 && new Set(own.map((o) => o.text)).size === 2 && own.every((o) => o.own.length > 0 && !o.own.includes('same beginning') && [a, b].some((x) => x.replace(/\s/g, '') === o.text.replace(/\s/g, ''))), 'differing words are marked on both sides, no text is changed');
  await page.getByRole('button', { name: 'Mark differences' }).click();
  await page.getByRole('button', { name: 'Scroll together' }).click();
  await page.locator('.pane.scrolls .pane-body').first().evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await until('the other side at its end', () => page.evaluate(() => {
    const box = document.querySelectorAll('.pane.scrolls .pane-body')[1];
    return box.scrollTop + box.clientHeight >= box.scrollHeight - 2;
  }));
  cases.check(true, 'both sides scroll together');
  const sizeOf = () => page.locator('.side-by-side .pane-body').first().evaluate((box) => parseFloat(getComputedStyle(box).fontSize));
  const before = await sizeOf();
  await page.getByRole('button', { name: 'Larger text' }).click();
  await page.getByLabel('Line width').selectOption('narrow');
  cases.check(await sizeOf() > before, 'the text can be made larger');
  await page.reload();
  await page.waitForSelector('.side-by-side');
  cases.check(await sizeOf() > before && await page.locator('.task-views').getAttribute('data-width') === 'narrow', 'and stays so in this browser');
  const stored = await page.evaluate(() => JSON.stringify(localStorage));
  cases.check(!stored.includes(question.prompt.slice(0, 20)) && !stored.includes('same beginning'), 'which keeps the choice and nothing of the task');
  await audit(ada, 'reading-beside', cases, options.shots);
  await page.evaluate(() => localStorage.removeItem('guildhall-reading'));
}

async function media(owner, ada, member, cases) {
  const sound = read('tau2-audio/thank_you.wav');
  if (!sound) return console.log('skip tau2-audio: not there');
  const kinds = (media) => ({
    title: 'Files', base: 'custom',
    views: [{ id: 'sound', kind: media, from: '/sound' }, { id: 'picture', kind: 'image', from: '/picture' }, { id: 'paper', kind: 'pdf', from: '/paper' }, { id: 'odd', kind: 'table', from: '/odd' }],
    questions: [{ id: 'ok', kind: 'one', options: ['yes', 'no'] }],
  });
  const project = await prepare(owner, member, 'Files', kinds('media')).catch(() => prepare(owner, member, 'Files', kinds('audio')));
  const file = async (name, type, body) => (await owner.api('POST', `/projects/${project.id}/files`, body, { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` })).id;
  await project.add([{ sound: await file('a.wav', 'audio/wav', sound), picture: await file('a.png', 'image/png', png(1600, 900)), paper: await file('a.pdf', 'application/pdf', Buffer.from('%PDF-1.4')), odd: [{ a: 1, b: 'two' }] }]);
  const { page } = ada;
  await ada.at(`work/${project.id}/work`, 'audio');
  await page.waitForFunction(() => document.querySelector('audio')?.duration > 0.5);
  cases.check(true, 'a recording is ready to play');
  await page.waitForSelector('.image-frame img');
  await page.focus('.image-frame');
  const width = () => page.locator('.image-frame img').evaluate((image) => image.clientWidth);
  await until('fitted', async () => (await width()) > 100);
  const fitted = await width();
  for (const key of ['+', '+', '+']) await page.keyboard.press(key);
  await until('larger', async () => (await width()) > fitted);
  await page.keyboard.press('0');
  await until('fitted again', async () => (await width()) === fitted);
  cases.check(true, 'an image is made larger and fitted by key');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Open the file').click()]);
  cases.check((await download.path()) !== null, 'a document is downloaded, not opened');
  await audit(ada, 'reading-files', cases, undefined);
}

export async function readingPages(room, open, people, cases, options) {
  const { owner, ada } = people;
  const member = (await ada.api('GET', '/me')).member.id;
  await ada.page.setViewportSize({ width: 1440, height: 900 });
  await longRun(owner, ada, member, cases, options);
  await sideBySide(owner, ada, member, cases, options);
  await media(owner, ada, member, cases);
  await sleep(50);
}
