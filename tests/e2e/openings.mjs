// Who opened what, as the owner looks at it: filters, pages, proofs that are checked in the browser and
// believed outside it; and the proof that an expert takes home.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, bin, until } from './rig.mjs';

const marked = (page) => page.locator('[data-proof]').evaluateAll((cells) => cells.map((cell) => cell.dataset.proof));
const rows = (page) => page.locator('[data-table=openings] tbody tr').count();

/** All rows shown are decided. */
const decided = (page) => until('every proof is checked', async () => {
  const all = await marked(page);
  return all.length > 0 && all.every((one) => one !== 'checking') ? all : null;
}, 60_000);

const open = (person, query = '') => person.at(`audit${query}`, '[data-log]');

function verify(room, file) {
  const key = spawnSync(join(bin, 'guildhall-vault'), [room.dir, '--show-key'], { encoding: 'utf8' }).stdout.trim();
  return spawnSync(join(bin, 'guildhall'), ['verify', '--proof', file, '--key', key], { encoding: 'utf8', timeout: 30_000 });
}

async function downloaded(page, button, room) {
  const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const kept = join(room.folder, 'kept.tlog-proof');
  await file.saveAs(kept);
  return kept;
}

async function looking(room, { owner, ada }, task, cases, options) {
  const { page } = owner;
  await owner.at('projects', 'h1');
  await page.getByRole('link', { name: 'Openings' }).click();
  await page.waitForSelector('[data-log]');
  cases.check((await decided(page)).every((one) => one === 'yes'), 'each opening shown has a proof that was checked here');
  const { key } = await owner.api('GET', '/log');
  cases.check(await page.locator('[data-log-key]').textContent() === key && (await page.locator('[data-log]').textContent()).includes('Not witnessed'), 'the log is shown with its key, and that nobody has witnessed it');
  await audit(owner, 'audit', cases, options.shots);
  // Rows are told apart by their leaf: new ones may come on top, and proofs are checked anew.
  const leaves = () => page.locator('tbody .num').allTextContents();
  const [before] = await leaves();
  await page.getByRole('button', { name: 'Next page' }).click();
  await until('the next page', async () => !(await leaves()).includes(before));
  await page.locator('tbody tr').first().focus();
  await page.keyboard.press('PageUp');
  await until('the first page again, by key', async () => (await leaves()).includes(before));
  cases.check(true, 'pages turn both ways, by button and by key');

  const member = (await ada.api('GET', '/me')).member;
  await page.getByLabel('Opened by').selectOption(member.id);
  await page.getByLabel('Task or submission').fill(task);
  await until('only hers', async () => {
    const names = await page.locator('tbody tr td:nth-child(2)').allTextContents();
    return names.length > 0 && names.length < 50 && names.every((name) => name.includes(member.name));
  });
  cases.check((await decided(page)).every((one) => one === 'yes'), 'what one person opened of one task, each line proved');
  const file = await downloaded(page, page.locator('tbody tr a[download]').first(), room);
  const done = verify(room, file);
  cases.check(done.status === 0 && done.stdout.includes('content.open'), 'a downloaded proof is believed by the command', done.stderr);
  await page.getByLabel('Task or submission').fill('tsk_nonsense');
  await page.getByText('This is no id of a task or a submission.').waitFor();
  await page.getByRole('button', { name: 'Clear the filters' }).first().click();
  await page.getByLabel('Until').fill('2020-01-01');
  await page.getByText('Nothing was opened').waitFor();
  await audit(owner, 'audit-empty', cases, options.shots);
  await page.getByRole('button', { name: 'Show all' }).click();
  await until('all again', async () => await rows(page) > 10);
}

/** The tick can fail: a proof of another leaf, one byte of a proof, a line that says something else. */
async function lies({ owner }, cases) {
  const { page } = owner;
  const first = async () => (await decided(page))[0];
  const spoiled = async (what, pattern, change) => {
    await page.route(pattern, change);
    await page.reload();
    await page.waitForSelector('[data-log]');
    cases.same(await first(), 'no', `${what}: no tick`);
    await page.unroute(pattern);
  };
  const proofs = '**/api/v1/log/proof?*';
  await spoiled('the proof of another entry', proofs, (route) => route.continue({ url: route.request().url().replace(/index=\d+/, 'index=1') }));
  await spoiled('one character of the entry changed', proofs, async (route) => {
    const reply = await route.fetch();
    await route.fulfill({ response: reply, body: (await reply.text()).replace(/^extra (.)/m, (_, c) => `extra ${c === 'e' ? 'f' : 'e'}`) });
  });
  await spoiled('the root changed', proofs, async (route) => {
    const reply = await route.fetch();
    const text = await reply.text();
    const root = text.split('\n\n')[1].split('\n')[2];
    await route.fulfill({ response: reply, body: text.replace(root, (root[0] === 'A' ? 'B' : 'A') + root.slice(1)) });
  });
  await spoiled('a line with another time', '**/api/v1/log/openings?*', async (route) => {
    const reply = await route.fetch();
    const page = await reply.json();
    page.items[0].at = '2026-01-01T00:00:00.000Z';
    await route.fulfill({ response: reply, json: page });
  });
  await page.reload();
  await page.waitForSelector('[data-log]');
  cases.same(await first(), 'yes', 'the control: unspoiled, a tick');
}

async function experts(room, { ada }, made, cases, options) {
  const { page } = ada;
  await ada.at('projects', 'h1');
  cases.same(await page.getByRole('link', { name: 'Openings' }).count(), 0, 'an expert is not shown the way');
  ada.expected.push(/status of 403 .*log\/openings/, /status of 403 .*\/members/);
  await open(ada);
  await page.getByText('Not for the role expert').first().waitFor();
  cases.check(true, 'and told that it is not for them');
  await ada.at(`history/${made.project}/submissions/${made.submission}`, '[data-reviews]');
  const button = page.getByText('Download the proof');
  await button.waitFor();
  await audit(ada, 'history-proof', cases, options.shots);
  const done = verify(room, await downloaded(page, button, room));
  cases.check(done.status === 0 && done.stdout.includes('submission.submit'), 'an expert takes home the proof of accepted work', done.stderr);
  const kept = join(room.folder, 'kept.tlog-proof');
  writeFileSync(kept, readFileSync(kept, 'utf8').replace(/index (\d+)/, (_, n) => `index ${Number(n) + 1}`));
  cases.same(verify(room, kept).status, 16, 'and one that was altered is none');
}

/** Something to look at: more than a page of openings, and one accepted answer of Ada's. */
async function prepare({ owner, ada }) {
  const { id } = await owner.api('POST', '/projects', { title: 'Opened', template: 'choice', guidelines: 'x', settings: { review_percent: 0, gold_percent: 0 } });
  await owner.api('POST', `/projects/${id}/members`, { member: (await ada.api('GET', '/me')).member.id });
  await owner.api('POST', `/projects/${id}/tasks`, Buffer.from('{"key": "k", "data": {"prompt": "Is water wet?"}}\n'), { 'Content-Type': 'application/x-ndjson' });
  await owner.api('PATCH', `/projects/${id}`, { state: 'open' });
  const task = await ada.api('POST', `/projects/${id}/assignments`);
  const made = await ada.api('POST', `/assignments/${task.id}/submission`, { token: task.lease.token, answers: { choice: 'yes' } });
  for (let n = 0; n < 60; n++) await owner.api('GET', `/tasks/${task.task.id}`);
  await until('the acceptance is in the log', () => ada.api('GET', `/submissions/${made.id}/proof`).then(() => true, () => false));
  return { project: id, task: task.task.id, submission: made.id };
}

export async function openingsPage(room, people, cases, options) {
  const made = await prepare(people);
  await looking(room, people, made.task, cases, options);
  await lies(people, cases);
  await experts(room, people, made, cases, options);
}
