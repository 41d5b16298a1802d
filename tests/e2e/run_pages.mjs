// The pages on which a manager watches a project run: filters in the address, long lists that turn pages, deeds with an
// undo, many at once, groups and batches, versions compared, the first records of a dataset. By keyboard where it matters.
import { audit, settled as quiet, sleep, until } from './rig.mjs';

const kLong = 120;
const kPageRows = 50;

const rows = (page) => page.locator('[data-table=tasks] tbody tr');
const settled = async (page) => {
  await page.waitForSelector('.data-table[aria-busy=false]');
  await quiet(page);
};

async function longProject(manager) {
  const { id } = await manager.api('POST', '/projects', { title: 'A long list', template: 'choice', guidelines: '# One\n\nLook.\n\nSame.\n' });
  const { id: batch } = await manager.api('POST', `/projects/${id}/batches`, { name: 'First field' });
  const lines = Array.from({ length: kLong }, (_, n) => JSON.stringify({ key: `k${n}`, data: { prompt: `Number ${n}?` }, priority: n % 3 }));
  await manager.api('POST', `/projects/${id}/tasks`, Buffer.from(`${lines.join('\n')}\n`), { 'Content-Type': 'application/x-ndjson' });
  return { id, batch };
}

async function pagesOfTasks(manager, project, cases) {
  const { page } = manager;
  await manager.at(`projects/${project}/tasks`, '[data-table=tasks] tbody tr');
  await settled(page);
  const seen = new Set();
  const take = async () => (await rows(page).locator('.name').allInnerTexts()).forEach((name) => seen.add(name.trim()));
  cases.same(await rows(page).count(), kPageRows, 'a long list shows one page');
  await take();
  const first = await rows(page).first().innerText();
  cases.check(await page.evaluate(() => performance.getEntriesByName('list-shown').length > 0), 'the first page of a list is marked for the bench');
  await rows(page).first().focus();
  await page.keyboard.press('PageDown');
  await page.waitForSelector(`text=51–100 of ${kLong}`);
  await take();
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.waitForSelector(`text=101–${kLong} of ${kLong}`);
  await take();
  cases.same(seen.size, kLong, 'turning pages shows every task once');
  await page.getByRole('button', { name: 'Previous page' }).click();
  await page.waitForSelector('text=51–100');
  await page.getByRole('button', { name: 'First page' }).click();
  await page.waitForSelector('text=1–50');
  const name = (text) => text.trim().split(/\s/)[0]; // without how long ago it came
  cases.same(name(await rows(page).first().innerText()), name(first), 'and back to where it began');
}

async function filters(manager, project, cases) {
  const { page } = manager;
  await page.getByRole('searchbox', { name: 'Your key' }).fill('k77');
  await page.keyboard.press('Enter');
  await until('one task of this key', async () => (await rows(page).count()) === 1);
  cases.check((await rows(page).first().innerText()).includes('k77'), 'a task is found by its key');
  cases.check(!page.url().includes('k77'), 'and the key is not in the address');
  await page.getByRole('searchbox', { name: 'Your key' }).fill('');
  await until('all again', async () => (await rows(page).count()) === kPageRows);
  await page.getByRole('button', { name: 'Cancelled', exact: true }).click();
  await page.waitForSelector('text=No task fits these filters');
  cases.check(page.url().includes('state=cancelled'), 'a filter is in the address');
  await page.reload();
  await page.waitForSelector('text=No task fits these filters');
  cases.check(await page.getByRole('button', { name: 'Cancelled', exact: true }).getAttribute('aria-pressed') === 'true', 'and holds over a reload');
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await settled(page);
}

async function deeds(manager, project, cases) {
  const { page } = manager;
  const counts = async () => (await manager.api('GET', `/projects/${project}/progress`)).tasks;
  await rows(page).first().waitFor();
  await rows(page).first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.waitForSelector('text=2 selected');
  cases.check(true, 'rows are marked by keyboard');
  await page.getByRole('button', { name: 'Cancel them' }).click();
  await page.locator('dialog .button.danger').click();
  await until('two cancelled', async () => (await counts()).cancelled === 2);
  cases.check(true, 'marked tasks are cancelled together');
  await settled(page);
  await rows(page).nth(5).getByRole('button', { name: /Actions for/ }).click();
  await page.getByRole('menuitem', { name: /Cancel task/ }).click();
  await until('three cancelled', async () => (await counts()).cancelled === 3);
  await page.locator('.toast .button').first().click();
  await until('taken back', async () => (await counts()).cancelled === 2);
  cases.check(true, 'one cancelled task is taken back by the undo');
  await rows(page).nth(3).focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog.drawer .pane');
  cases.check(/task=tsk_/.test(page.url()), 'Enter opens a task, and it has an address');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog.drawer', { state: 'detached' });
}

async function groupsAndBatches(manager, project, cases, look) {
  const { page } = manager;
  const me = (await manager.api('GET', '/members')).items.find((m) => m.role === 'expert' && m.state === 'active');
  await manager.api('POST', `/projects/${project}/members`, { member: me.id, quota: 7 });
  await manager.at(`projects/${project}/members?view=groups`, 'text=No groups yet');
  await page.getByRole('button', { name: 'New group' }).click();
  await page.getByLabel('Name of the group').fill('Lawyers');
  await page.locator('dialog .picker-list label').first().click();
  await look(manager, 'group-new');
  await page.locator('dialog .button.primary').click();
  await page.waitForSelector('td:has-text("Lawyers")');
  const groups = (await manager.api('GET', `/projects/${project}/groups`)).items;
  cases.same(groups.map((g) => [g.name, g.members.length]), [['Lawyers', 1]], 'a group with its people');
  const [row] = (await manager.api('GET', `/projects/${project}/members`)).items.filter((r) => r.member.id === me.id);
  cases.same(row.quota, 7, "and nobody's limit is lost by it");
  await manager.at(`projects/${project}/batches`, '[data-table=batches] tbody tr');
  await page.getByRole('button', { name: 'New batch' }).click();
  await page.locator('dialog').getByLabel('Name').fill('Contracts');
  await page.locator('dialog .choice-card', { hasText: 'Some people only' }).click();
  await page.locator('dialog .button.primary').click();
  await page.waitForSelector('text=Choose at least one person or group.');
  cases.check(true, 'an audience of nobody is refused before it is sent');
  await page.locator('dialog .picker-list label').first().click();
  await look(manager, 'batch-new');
  await page.locator('dialog .button.primary').click();
  await page.waitForSelector('tr:has-text("Contracts")');
  const made = (await manager.api('GET', `/projects/${project}/batches`)).items.find((b) => b.name === 'Contracts');
  cases.same(made.audience.groups, [groups[0].id], 'a batch for a group');
  await page.locator('tr', { hasText: 'Contracts' }).getByRole('button', { name: /Actions for/ }).click();
  await page.getByRole('menuitem', { name: /^Pause/ }).click();
  await page.waitForSelector('tr:has-text("Contracts") >> text=Paused');
  cases.check(true, 'a batch is paused');
  await look(manager, 'batches');
}

async function invites(manager, project, cases, look) {
  const { page } = manager;
  await manager.at(`projects/${project}/members`, 'text=Invite someone');
  await page.getByText('Invite someone').click();
  await page.getByRole('button', { name: 'Several', exact: true }).click();
  await page.getByLabel('One person per line').fill('Mona M <mona@example.org>\nno @ address');
  await page.waitForSelector('text=Line 2: this is no e-mail address.');
  cases.check(await page.locator('dialog .button.primary').isDisabled(), 'a list with a wrong line says which and is not sent');
  await page.getByLabel('One person per line').fill('Mona M <mona@example.org>\nNils N, nils@example.org');
  await page.locator('dialog .button.primary').click();
  await page.waitForSelector('[data-link]');
  cases.same(await page.locator('[data-link]').count(), 2, 'several people are invited at once, each with a link');
  await look(manager, 'invite-links');
  await page.keyboard.press('Escape');
  await page.waitForSelector('tr:has-text("Nils N")');
}

async function guidelines(manager, project, cases, look) {
  const { page } = manager;
  await manager.at(`projects/${project}/guidelines`, 'text=Write a new version');
  await page.getByText('Write a new version').click();
  const text = page.locator('form textarea').first();
  await text.fill('# One\n\nLook closely at $x^2$.\n\nSame.\n');
  await page.waitForSelector('.preview-pane math');
  cases.check(true, 'the next version is written beside its preview, formulas too');
  await page.getByLabel('What changed?').fill('Closer');
  await page.getByLabel('Everyone must read this version').check();
  await page.getByRole('link', { name: 'People' }).click();
  await page.waitForSelector('[data-table=members]');
  await page.getByRole('link', { name: 'Guidelines' }).click();
  cases.check((await text.inputValue()).includes('closely'), 'the draft is still there after another page');
  await look(manager, 'guidelines-edit');
  await page.getByText('Publish this version').click();
  await page.waitForSelector('.version-list button >> nth=1');
  const versions = (await manager.api('GET', `/projects/${project}/guidelines`)).items;
  cases.check(versions[0].note === 'Closer' && versions[0].must_read !== false, 'the version carries its note and must be read');
  await page.getByLabel('Compare with').selectOption('1');
  await page.waitForSelector('.line-diff ins.word');
  cases.same((await page.locator('.line-diff ins.word').allInnerTexts()).join('').trim(), 'Look closely at $x^2$.', 'two versions side by side, with the words that came');
  await look(manager, 'guidelines-diff');
}

async function datasetPreview(manager, project, cases, look) {
  const { page } = manager;
  await manager.at(`projects/${project}/deliveries`, 'form');
  await page.getByRole('button', { name: /Look at the first/ }).click();
  await page.waitForSelector('text=Record 1 of');
  cases.check((await page.locator('.records').innerText()).includes('"submission"'), 'the first records are shown as the file will have them');
  await look(manager, 'dataset-preview');
  await page.getByText('Checksum and command line').first().click();
  const command = await page.locator('dd', { hasText: 'curl' }).first().innerText();
  cases.check(command.includes(`${manager.room.base}/api/v1/deliveries/dlv_`), 'a dataset says the command that fetches it');
}

async function figures(manager, project, cases, look) {
  const { page } = manager;
  await manager.at(`projects/${project}/overview`, '.stats');
  await page.waitForSelector('.plot canvas');
  await sleep(200);
  cases.same(await page.locator('.plot canvas').count(), 3, 'the days are drawn');
  await look(manager, 'overview-plots');
  await page.locator('.plot summary').first().click();
  const cells = await page.locator('.plot .figures').first().locator('tbody tr').count();
  cases.same(cells, 14, 'and every plot has its figures as a table');
}

async function quality(manager, project, cases, look) {
  const { page } = manager;
  await manager.at(`projects/${project}/quality`, '[data-table=quality-people] tbody tr');
  await settled(page);
  await look(manager, 'quality');
  cases.check(await page.locator('.interval .range').count() > 0, 'skill is drawn with its interval');
  await page.locator('[data-table=quality-people] tbody tr').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog.drawer table.confusion, dialog.drawer .stats');
  await look(manager, 'quality-person');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog.drawer', { state: 'detached' });
  await page.getByLabel('Order').selectOption('oldest');
  await until('the order is in the address', async () => page.url().includes('order=oldest'));
  cases.check(true, 'tasks by certainty or by age');
}

async function activity(manager, project, cases, look) {
  const { page } = manager;
  await manager.at(`projects/${project}/activity`, '.feed');
  await page.getByRole('button', { name: 'Review', exact: true }).click();
  await page.waitForSelector('.deed.review');
  await until('only reviews', async () => (await page.locator('.deed:not(.review)').count()) === 0);
  cases.check(true, 'what happened is filtered by kind');
  await page.getByRole('button', { name: 'Review', exact: true }).click();
  await look(manager, 'activity');
}

export async function runPages(people, cases, options) {
  const look = (person, name) => audit(person, name, cases, options.shots);
  const { manager } = people;
  const { id } = await longProject(manager);
  await pagesOfTasks(manager, id, cases);
  await filters(manager, id, cases);
  await deeds(manager, id, cases);
  await groupsAndBatches(manager, id, cases, look);
  await invites(manager, id, cases, look);
  await guidelines(manager, id, cases, look);
  await datasetPreview(manager, people.project, cases, look);
  await figures(manager, people.project, cases, look);
  await quality(manager, people.project, cases, look);
  await activity(manager, people.project, cases, look);
}
