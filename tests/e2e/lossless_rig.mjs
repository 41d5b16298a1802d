// What the cases of lossless.mjs share: real tasks, an expert at the page, and the store as the API tells it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, sleep, until } from './rig.mjs';

export const kPassword = 'correct horse battery staple';
const data = join(process.env.GUILDHALL_DATA ?? join(root, '../shared/data'), 'arena-hard');
export const hasData = existsSync(data);

const lines = (name) => readFileSync(join(data, name), 'utf8').trim().split('\n').map((line) => JSON.parse(line));

/** `count` real preference tasks from place `from` on, with their keys. */
export function arena(count, from = 0) {
  const answers = ['answers-gpt-4-0314.jsonl', 'answers-gpt-3.5-turbo-0125.jsonl']
    .map((name) => new Map(lines(name).map((line) => [line.uid, line.messages.at(-1).content.answer])));
  return lines('question.jsonl').filter(({ uid }) => answers.every((of) => of.has(uid))).slice(from, from + count)
    .map(({ uid, prompt }) => JSON.stringify({ key: uid, data: { prompt, responses: answers.map((of) => ({ text: of.get(uid) })) } }));
}

export async function makeProject(manager, members, title, tasks, settings) {
  const { id } = await manager.api('POST', '/projects', { title, template: 'preference', settings });
  for (const member of members) await manager.api('POST', `/projects/${id}/members`, { member });
  await manager.api('POST', `/projects/${id}/tasks`, Buffer.from(`${tasks.join('\n')}\n`), { 'Content-Type': 'application/x-ndjson' });
  await manager.api('PATCH', `/projects/${id}`, { state: 'open' });
  return id;
}

/** Everything that the store holds of a project: what was submitted, with how many revisions. */
export async function stored(manager, project) {
  const reply = await manager.context.request.fetch(`${manager.room.base}/api/v1/projects/${project}/export?format=guildhall&state=any`);
  if (!reply.ok()) throw new Error(`the export: ${reply.status()}`);
  return (await reply.text()).trim().split('\n').filter(Boolean).map((line) => JSON.parse(line).submission);
}

export const why = (page) => page.locator('[data-text=justification]');

/** The assignment on the desk. */
export const onDesk = async (page, other = '') => {
  const found = page.locator(`main[data-assignment]${other ? `:not([data-assignment="${other}"])` : ''}`);
  await found.waitFor({ timeout: 30_000 });
  await page.waitForSelector('.actions');
  return found.getAttribute('data-assignment');
};

/** Chooses, says how much and why; says what it wrote. Nothing is submitted. */
export async function answer(page, text) {
  await page.keyboard.press('1');
  await page.keyboard.press((await page.locator('button', { hasText: 'Clearly' }).locator('kbd').innerText()).trim().toLowerCase());
  await page.keyboard.press('j');
  await why(page).fill(text);
  await page.keyboard.press('Escape');
}

export async function submitted(page, other) {
  await page.keyboard.press('Control+Enter');
  return onDesk(page, other);
}

export async function savedOnDisk(page) {
  await page.waitForFunction(async () => {
    const named = (await indexedDB.databases()).find(({ name }) => name?.startsWith('guildhall-journal-'));
    return named !== undefined;
  });
  await sleep(150);
}

/** How many rows the journal has on the disk, and whether any of their bytes spell `canary`. */
export async function journalRows(page) {
  return page.evaluate(async () => {
    const named = (await indexedDB.databases()).filter(({ name }) => name?.startsWith('guildhall-journal-'));
    let rows = 0;
    for (const { name } of named) {
      const opening = indexedDB.open(name);
      const database = await new Promise((done, failed) => {
        opening.onsuccess = () => done(opening.result);
        opening.onerror = () => failed(opening.error);
      });
      if (database.objectStoreNames.contains('rows')) {
        const all = database.transaction('rows').objectStore('rows').getAllKeys();
        rows += await new Promise((done) => {
          all.onsuccess = () => done(all.result.length);
        });
      }
      database.close();
    }
    return rows;
  });
}

/** The processes that have `folder` as their profile. Only ours: the folder is fresh. */
export function processesOf(folder) {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--user-data-dir=${folder}`);
    } catch {
      return false;
    }
  }).map(Number);
}

export async function killBrowser(folder) {
  for (let round = 0; round < 50; round++) {
    const all = processesOf(folder);
    if (all.length === 0) return;
    for (const pid of all) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has just ended by itself.
      }
    }
    await sleep(50);
  }
  throw new Error('the browser does not die');
}

/** The files under `folder` whose bytes spell `text`, in one byte or two per letter. */
export function filesWith(folder, text) {
  const wanted = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];
  const found = [];
  const look = (here) => {
    for (const entry of readdirSync(here, { withFileTypes: true })) {
      const path = join(here, entry.name);
      if (entry.isDirectory()) look(path);
      else if (entry.isFile()) {
        const bytes = readFileSync(path);
        if (wanted.some((one) => bytes.includes(one))) found.push(path.slice(folder.length + 1));
      }
    }
  };
  look(folder);
  return found;
}

export { sleep, until };
