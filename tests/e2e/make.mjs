// Making a project as a newcomer would: a table, its columns, the form, the wrong lines, and an expert who sees exactly that.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, root, sleep, until } from './rig.mjs';

const kPassword = 'correct horse battery staple';
const data = process.env.GUILDHALL_DATA ?? join(root, '../shared/data');
const kRows = 12;

/** Lines that spreadsheets write and parsers stumble over; two of them wrong. */
function table() {
  const rows = Array.from({ length: kRows }, (_, n) =>
    `q${n},"Question ${n}: is ""this"" right,\r\nor not?",=SUM(${n}),"Say **${n}**, because\n\nit is so.",m-one,m-two,${n === 3 ? 50 : ''}`);
  rows.splice(4, 0, 'q90,"too","many","cells",m,m,1,2', 'q91,No answer here,,"only one",m,m,');
  return `\ufeffid,Question,Answer A,Answer B,model_a,model_b,priority\r\n${rows.join('\r\n')}\r\n`;
}

const next = (page) => page.locator('[data-next]').click();
const put = (page, name, text) =>
  page.setInputFiles('input[type=file]', { name, mimeType: 'text/plain', buffer: Buffer.from(text) });

async function begin(manager, title, kind) {
  const { page } = manager;
  await manager.at('projects', 'h1');
  await manager.at('new', '.kind-card');
  await page.getByLabel('Title').fill(title);
  await page.locator('.kind-card', { hasText: kind }).click();
  await next(page);
  await page.waitForSelector('.drop');
  return /new\/(prj_\w+)/.exec(page.url())[1];
}

async function badFiles(page, cases) {
  for (const [text, said] of [['', 'empty'], ['a,a\n1,2\n', 'same name'], ['a,b\n', 'No record']]) {
    await put(page, 'bad.csv', text);
    await page.waitForSelector(`[data-file-problem]:has-text("${said}")`);
  }
  cases.check(true, 'a file that cannot be used says why at once');
  await put(page, 'other.csv', 'x,y\n1,2\n');
  await page.waitForSelector('[data-file-problem]', { state: 'detached' });
  await next(page);
  await page.waitForSelector('[data-map-state=nothing]');
  cases.check(true, 'an import that maps to nothing says so before it starts');
  await page.locator('.steps-bar a', { hasText: 'Start' }).click();
  await page.waitForSelector('text=has no column yet');
  cases.same(await page.locator('[data-import-start]').count(), 0, 'and cannot be started');
  await page.locator('.steps-bar a', { hasText: 'Data' }).click();
  await page.waitForSelector('.drop');
}

async function editForm(page, cases) {
  await page.locator('[data-form-edit]').click();
  await page.waitForSelector('.form-list');
  await page.getByLabel('Add a question').selectOption('compare');
  await page.getByRole('button', { name: 'Add a question' }).click();
  await page.waitForSelector('[data-form-state=wrong]');
  await page.locator('[data-form-done]').click();
  await until('the cursor is where something is missing', () => page.evaluate(() => document.activeElement?.closest('[data-field$="/from"]') !== null));
  cases.check(true, 'a form that cannot work is not saved, and the cursor stands where it is to be mended');
  await page.getByRole('button', { name: 'Remove: Comparison' }).click();
  await page.locator('.toast', { hasText: 'Removed: Comparison' }).getByText('Undo').click();
  await page.waitForSelector('.form-card.wrong');
  await page.getByRole('button', { name: 'Remove: Comparison' }).click();
  cases.check(true, 'what is removed comes back by undo');
  await page.getByLabel('Add a question').selectOption('rating');
  await page.getByRole('button', { name: 'Add a question' }).click();
  const card = page.locator('.form-card').last();
  await card.locator('.form-card-name').click();
  await card.getByLabel('Label', { exact: true }).fill('How kind is it?');
  await card.getByLabel('Word at the low end').fill('cold');
  await card.locator('.form-card-name').press('Alt+ArrowUp');
  await until('the card has moved', async () => (await page.locator('section:has(> h3:text("asked")) .form-card-name').nth(1).innerText()).includes('How kind'));
  await page.getByRole('button', { name: 'JSON', exact: true }).click();
  const json = page.locator('textarea.code');
  const text = await json.inputValue();
  cases.check(text.includes('"min_label": "cold"'), 'the form is there as JSON');
  await json.fill(text.replace('How kind is it?', 'How kind is the better one?').slice(0, -1));
  await page.waitForSelector('text=not a JSON object');
  await json.fill(text.replace('How kind is it?', 'How kind is the better one?'));
  await page.waitForSelector('.form-preview >> text=How kind is the better one?');
  cases.check(true, 'JSON by hand changes the form and its preview; what is no JSON says so');
  await page.locator('[data-form-done]').click();
  await page.waitForSelector('[data-form-edit]');
  cases.check(await page.locator('.form-preview', { hasText: 'How kind is the better one?' }).count() === 1, 'the first records stand in the changed form');
}

async function wrongLines(page, cases) {
  await page.waitForSelector('[data-import=done]');
  const rows = (await page.locator('tbody tr').allInnerTexts()).map((row) => row.split('\t')[0]);
  cases.same(rows, ['18', '19'], 'the wrong lines are named by their line in the file');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByText('Download the wrong lines').click()]);
  const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
  cases.same(lines[0], '\ufeffLine,Where,Reason,How to mend it', 'they can be downloaded');
  cases.check(/^18,,.*cells.*header/.test(lines[1]) && /^19,"Answer A, Answer B",.*too few/.test(lines[2]), 'each with its reason and how to mend it', lines.slice(1).join(' / '));
}

async function fromTable(manager, cases, look) {
  const { page } = manager;
  const started = Date.now();
  const project = await begin(manager, 'Which answer helps more?', 'Compare responses');
  await badFiles(page, cases);
  await put(page, 'answers.csv', table());
  await page.waitForSelector('[data-file=chosen]:has-text("answers.csv")');
  await next(page);
  await page.waitForSelector('[data-map-state=whole]');
  cases.same(await page.getByLabel('Responses: comes from').evaluateAll((all) => all.map((one) => one.value)), ['/Answer A', '/Answer B'], 'the columns are guessed by their names');
  await page.waitForSelector('[data-first=bad]');
  cases.check(true, 'wrong records among the first are shown before anything is imported');
  await look('make-match');
  await page.reload();
  await page.waitForSelector('.drop');
  cases.check(await page.getByText('Choose the file again').count() === 1, 'a reload keeps the project and asks for the file again');
  await put(page, 'answers.csv', table());
  await page.waitForSelector('[data-map-state=whole]');
  await next(page);
  await page.waitForSelector('.form-preview');
  await editForm(page, cases);
  await page.locator('[data-form-edit]').click();
  await page.waitForSelector('.form-list');
  await page.locator('.form-card-name').last().click();
  await look('make-form');
  await next(page);
  await page.waitForSelector('.settings');
  await page.getByLabel('People per task').fill('0');
  await next(page);
  await page.waitForSelector('text=whole number from 1 to 100');
  await until('a setting out of bounds says so at its field', () => page.evaluate(() => document.activeElement?.closest('[data-field="/settings/overlap"]') !== null));
  cases.check(true, 'a setting out of bounds says so at its field');
  await page.getByLabel('People per task').fill('1');
  await page.reload();
  await page.waitForSelector('.settings');
  await look('make-settings');
  await next(page);
  // The reload let the file go; nothing else.
  await page.waitForSelector('.drop');
  await put(page, 'answers.csv', table());
  await page.waitForSelector('[data-import-start]');
  await look('make-start');
  await page.locator('[data-import-start]').click();
  await wrongLines(page, cases);
  await page.getByLabel('Name').fill('Eve Expert');
  await page.getByText('Make the link').click();
  await page.waitForSelector('text=Write an e-mail address');
  await page.getByLabel('E-mail address').fill('eve@example.org');
  await page.getByText('Make the link').click();
  const link = (await page.locator('[data-link]').innerText()).trim();
  await page.locator('[data-open]').click();
  await page.getByText('Answer tasks yourself').waitFor();
  return { project, link, started };
}

async function expertRates(open, link, project, started, cases) {
  const expert = await open('Eve');
  await expert.join(link, 'Eve Expert', kPassword);
  const { page } = expert;
  await expert.at(`work/${project}/work`, '.actions');
  const body = await page.locator('main').innerText();
  cases.check(body.includes('is "this" right,') && /=SUM\(\d+\)/.test(body), 'the expert sees the cells as they were written, formulas as text');
  cases.check(body.includes('How kind is the better one?') && body.includes('cold'), 'and the form as it was changed');
  cases.check(!/m-one|m-two/.test(body), 'and no name of a model');
  const first = await expert.api('GET', `/assignments?mine&project=${project}`);
  const whole = await expert.api('GET', `/assignments/${first.items[0].id}`);
  cases.check(/Question 3:/.test(whole.task.data.prompt), 'the task with the highest priority comes first');
  for (let n = 0; n < 10; n++) {
    await page.waitForSelector('.actions');
    const shown = await page.locator('main .pane').first().innerText();
    await page.getByRole('button', { name: /Response 1 is better/ }).click();
    await page.getByRole('button', { name: 'Slightly' }).first().click();
    await Promise.all([page.waitForResponse((r) => /\/submission$/.test(r.url()) && r.status() === 201), page.keyboard.press('Control+Enter')]);
    await page.waitForFunction((old) => document.querySelector('main .pane')?.innerText !== old || document.body.innerText.includes('Nothing for you'), shown);
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  cases.check(seconds < 300, `from the table to ten rated tasks in ${seconds} s`);
}

async function importsAgain(manager, project, cases) {
  const { page } = manager;
  // What the wizard's import came to is still there until another file is asked for.
  await manager.at(`projects/${project}/import`, '[data-import=done]');
  await page.getByText('Import another file').click();
  await page.waitForSelector('.drop');
  await put(page, 'answers.csv', table());
  await page.waitForSelector('[data-import-start]');
  let broken = 0;
  manager.expected.push(/net::ERR_CONNECTION_RESET/);
  await page.route('**/tasks?on_error=*', (route) => (broken++ < 2 ? route.abort('connectionreset') : route.fallback()));
  await page.locator('[data-import-start]').click();
  await page.waitForSelector('[data-import=waiting]');
  await page.waitForSelector('[data-import=done]', { timeout: 30_000 });
  await page.unroute('**/tasks?on_error=*');
  const stats = (await page.locator('[data-import] .stats').innerText()).replace(/\s+/g, ' ');
  cases.check(stats.includes('Imported 0') && stats.includes(`Already there ${kRows}`), `a broken connection is waited out, and the same file twice adds nothing: ${stats}`);
  await page.getByText('Import another file').click();
  await put(page, 'answers.csv', table().replaceAll('q', 'r'));
  await page.waitForSelector('[data-import-start]');
  await page.locator('.choice-card', { hasText: 'all or nothing' }).click();
  await page.locator('[data-import-start]').click();
  await page.waitForSelector('[data-import=refused]');
  const all = await manager.api('GET', `/projects/${project}/progress`);
  cases.same(all.tasks.total, kRows, 'all or nothing keeps nothing of a file with a wrong line');
}

/** Real files, read where they are. */
async function realFiles(manager, cases) {
  const { page } = manager;
  const rubrics = join(data, 'mercor-ace/ACE-DIY.csv');
  const questions = join(data, 'arena-hard/question.jsonl');
  if (!existsSync(rubrics) || !existsSync(questions)) return console.log('skipped: the real data is not here (set GUILDHALL_DATA)');
  const project = await begin(manager, 'Household advice', 'Grade by criteria');
  await page.setInputFiles('input[type=file]', rubrics);
  await page.waitForSelector('[data-file=chosen]');
  await next(page);
  await page.waitForSelector('[data-map-state=open]');
  await page.getByLabel('Response: comes from').selectOption('=');
  await page.getByLabel('Text of “Response” for every task').fill('Call an electrician.');
  await page.locator('[data-map-more] summary').click();
  await page.getByLabel('Rows that belong together').selectOption('/Task ID');
  await page.getByLabel('Your own name for each task').selectOption('/Task ID');
  await page.waitForSelector('[data-map-state=whole]');
  await page.locator('.steps-bar a', { hasText: 'Start' }).click();
  await page.locator('[data-import-start]').click();
  await page.waitForSelector('[data-import=done]');
  const tasks = (await manager.api('GET', `/projects/${project}/tasks?limit=200`)).items;
  const whole = await manager.api('GET', `/tasks/${tasks[0].id}`);
  const text = readFileSync(rubrics, 'utf8');
  const ids = new Set([...text.matchAll(/^\d+,(\d+),"Persona/gm)].map((hit) => hit[1]));
  cases.same(tasks.length, ids.size, 'rubrics with a row for each criterion become a task for each prompt');
  cases.check(whole.data.rubric.length > 2 && whole.data.rubric.every((one) => text.includes(one.criterion.split('"')[0])), `with its criteria: ${whole.data.rubric.length}`);
  const second = await begin(manager, 'Hard questions', 'Write the ideal response');
  await page.setInputFiles('input[type=file]', questions);
  await page.waitForSelector('[data-file=chosen]');
  await next(page);
  await page.waitForSelector('[data-map-state=whole]');
  await page.locator('.steps-bar a', { hasText: 'Start' }).click();
  await page.locator('[data-import-start]').click();
  await page.waitForSelector('[data-import=done]');
  const lines = readFileSync(questions, 'utf8').trim().split('\n').length;
  const total = async () => (await manager.api('GET', `/projects/${second}/progress`)).tasks.total;
  await until('the tasks are counted', async () => (await total()) >= lines);  // four times a second at most
  cases.same(await total(), lines, 'each line of a JSON file becomes a task');
}

export async function makingProjects(room, open, manager, cases, options) {
  const look = (name) => audit(manager, name, cases, options.shots);
  const { project, link, started } = await fromTable(manager, cases, look);
  await expertRates(open, link, project, started, cases);
  await importsAgain(manager, project, cases);
  await realFiles(manager, cases);
  await sleep(50);
}
