// From an empty room to a dataset on the disk, as the people would do it.
import { readFileSync } from 'node:fs';
import { sleep, until } from './rig.mjs';

const kPassword = 'correct horse battery staple';
export const kTasks = 5;
/** Text of the kind that must stay text. */
export const kHostile = '<script>window.hacked=1</script><img src="x" onerror="window.hacked=2"> ' +
  '[a link](javascript:window.hacked=3) [another](https://evil.example/out) ![a picture](https://evil.example/x.png) ' +
  '<a href="https://evil.example/">raw</a> <svg onload="window.hacked=4"></svg>';

const text = (place, n) => `The ${place} answer to question ${n}.`;
/** What every expert finds better: the first response of even questions, the second of odd ones. */
const wanted = (n) => (n % 2 === 0 ? 'a' : 'b');
const strengthOf = (n) => 1 + (n % 3);

function file() {
  const lines = [];
  for (let n = 0; n < kTasks; n++) {
    lines.push(JSON.stringify({
      key: `q${n}`,
      data: {
        prompt: `Question ${n}: what is **${n}** plus one? ${n === 0 ? kHostile : ''}`,
        responses: [{ text: `${text('first', n)} ${n === 0 ? kHostile : ''}`, model: 'secret-model' }, { text: text('second', n) }],
      },
    }));
    if (n === 1) lines.push('{"key": "broken", "data": {"prompt": "no responses"}}');
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** A project by the wizard, with a file in the product's own shape, one line of it wrong. */
async function wizard(page, cases) {
  const next = () => page.locator('[data-next]').click();
  await page.getByText('New project').first().click();
  await page.waitForSelector('.choice-card');
  await page.getByLabel('Title').fill('Sums & <b>differences</b>');
  await page.locator('.choice-card', { hasText: 'Compare responses' }).click();
  await next();
  await page.waitForSelector('.drop');
  const project = /new\/(prj_\w+)/.exec(page.url())[1];
  await page.setInputFiles('input[type=file]', { name: 'tasks.ndjson', mimeType: 'application/x-ndjson', buffer: file() });
  await page.waitForSelector('[data-file=chosen]');
  await next();
  await page.waitForSelector('.form-preview');
  await next();
  await page.waitForSelector('.settings');
  await page.locator('textarea').first().fill(`# What to look for\n\nThe *right* answer. ${kHostile}`);
  await page.getByLabel('People per task').fill('2');
  await page.getByLabel('Sent to review (%)').fill('100');
  await next();
  await page.locator('[data-import-start]').click();
  await page.waitForSelector('[data-import=done]');
  const stats = (await page.locator('.stats').innerText()).replaceAll('\n', ' ');
  cases.check(new RegExp(`${kTasks}`).test(stats) && /1/.test(stats), `the import says what it took: ${stats}`);
  const row = (await page.locator('tbody tr').allInnerTexts()).map((r) => r.replaceAll('\t', ' | '));
  cases.check(row.length === 1 && row[0].startsWith('3') && row[0].includes('responses'), `the bad line is listed: ${row.join(' / ')}`);
  return project;
}

async function manage(room, open, cases) {
  const owner = await open('owner');
  await owner.join(room.run('link', room.dir, '--email', 'owner@example.org', '--public-url', room.base), 'Olga Owner', kPassword);
  cases.check(true, 'the owner signs in by link and password');
  const { link } = await owner.api('POST', '/members', { role: 'manager', name: 'Max Manager', email: 'max@example.org', everywhere: true });
  const manager = await open('manager');
  await manager.join(link, 'Max Manager', kPassword);
  const { page } = manager;
  cases.check(!page.url().includes('join'), 'the code of the link does not stay in the address');

  const project = await wizard(page, cases);
  return { owner, manager, project };
}

async function invite(manager, project, role, name, cases) {
  const { page } = manager;
  await manager.at(`projects/${project}/members`, 'text=Invite someone');
  await page.getByText('Invite someone').click();
  await page.waitForSelector('dialog[open]');
  await page.getByLabel('Role').selectOption(role);
  await page.locator('dialog').getByLabel('Name').fill(name);
  await page.locator('dialog').getByLabel('E-mail address').fill(`${name.split(' ')[0].toLowerCase()}@example.org`);
  await page.locator('dialog .button.primary').click();
  await page.waitForSelector('[data-link]'); // visible, so that Escape is for this dialog
  const link = (await page.locator('[data-link]').innerText()).trim();
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  await page.reload();
  await page.waitForSelector(`text=${name}`);
  cases.check(await page.getByText(link).count() === 0, `${name}: the link is shown once`);
  return link;
}

/** Which question is on the page, and the key of the response that this expert finds better. */
async function seen(page) {
  await page.waitForSelector('.actions');
  await page.waitForSelector('text=/answer to question \\d/');
  await page.waitForSelector('.answering button[aria-pressed], .answering input');
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const first = await page.locator('text=/answer to question \\d/').first().innerText();
  const n = Number(/question (\d)/.exec(first)[1]);
  const firstShown = first.includes('first answer') ? 'a' : 'b';
  return { n, key: firstShown === wanted(n) ? '1' : '2', swapped: firstShown === 'b' };
}

async function saved(page) {
  await page.waitForSelector('[data-save=saved]', { timeout: 10_000 });
}

async function strength(page, n) {
  const label = ['Slightly', 'Clearly', 'Far'][strengthOf(n) - 1];
  const key = (await page.locator('button', { hasText: label }).locator('kbd').innerText()).trim();
  await page.keyboard.press(key.toLowerCase());
}

async function submitOne(page) {
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.toast:has-text("Submitted")');
  await page.waitForFunction(() => !document.querySelector('[data-save=saved]'));
}

async function expertWorks(expert, project, name, skips, cases) {
  const { page } = expert;
  const done = [];
  let swapped = 0;
  await page.getByText('Work', { exact: true }).first().click();
  for (let turn = 0; turn < kTasks; turn++) {
    const task = await seen(page);
    swapped += task.swapped;
    if (skips && turn === 2) {
      await page.keyboard.press('s');
      await page.waitForSelector('dialog[open]');
      await page.keyboard.press('2');
      await page.locator('dialog .button.primary').click();
      await page.waitForSelector('.toast:has-text("Skipped")');
      cases.check(true, `${name} skips question ${task.n} with a reason`);
      skips.push(task.n);
      await page.waitForFunction((n) => !document.body.innerText.includes(`question ${n}.`), task.n);
      continue;
    }
    if (turn === 0) {
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('.question.missing');
      cases.check(true, 'what is still missing is shown, nothing is sent');
    }
    await page.keyboard.press(task.key);
    await strength(page, task.n);
    await page.keyboard.press('j');
    await page.keyboard.type(`${name} on ${task.n}`);
    await page.keyboard.press('Escape');
    if (turn === 1) {
      await saved(page);
      await page.reload();
      await seen(page);
      cases.same(await page.locator('.answering textarea').first().inputValue(), `${name} on ${task.n}`, 'after a reload the draft is there');
      cases.check(await page.locator('button[aria-pressed=true], input:checked').count() >= 2, 'and so are the choices');
    }
    await submitOne(page);
    done.push(task.n);
    if (done.length + (skips?.length ?? 0) < kTasks) {
      await page.waitForFunction((n) => !document.body.innerText.includes(`question ${n}.`) && document.querySelector('.actions'), task.n);
    }
  }
  await page.waitForSelector('text=Nothing for you at the moment');
  cases.check(true, `${name} has worked every task by keyboard (${done.length} answers, ${swapped} shown the other way round)`);
  return done;
}

/** Presses keys and waits for the verdict to be taken. */
async function judged(page, press) {
  const [reply] = await Promise.all([page.waitForResponse((r) => r.url().endsWith('/reviews')), press()]);
  if (reply.status() !== 201) throw new Error(`a verdict: ${reply.status()} ${await reply.text()}`);
}

async function review(reviewer, cases, answers) {
  const { page } = reviewer;
  let returned = '';
  let last = '';
  const next = page.waitForResponse((r) => r.url().includes('kind=review'));
  await page.getByText('Review', { exact: true }).first().click();
  await next;
  for (let n = 0; n < answers; n++) {
    await page.waitForSelector('.actions');
    const text = () => page.locator('.answering').innerText();
    const whose = await until('another answer', async () => {
      const found = /(Ada|Ben) on (\d)/.exec(`${await text()} ${await page.locator('.answering textarea').first().inputValue({ timeout: 200 }).catch(() => '')}`);
      return found && found[0] !== last ? found[0] : null;
    });
    last = whose;
    if (!returned && whose.startsWith('Ada')) {
      returned = whose;
      await judged(page, async () => {
        await page.keyboard.press('r');
        await page.waitForSelector('dialog[open]');
        await page.keyboard.press('3');
        await page.locator('dialog textarea').fill('Please say why.');
        await page.keyboard.press('Control+Enter');
      });
    } else {
      await judged(page, () => page.keyboard.press('a'));
    }
  }
  await page.waitForSelector('text=Nothing for you at the moment');
  cases.check(returned !== '', `the reviewer accepts ${answers - 1} answers and returns one with a reason (${returned})`);
  return returned;
}

async function reviseIt(expert, returned, cases) {
  const { page } = expert;
  await expert.at('projects', 'text=Returned to you');
  await page.waitForSelector('.hint-card.warn:has-text("Please say why.")');
  cases.check(true, "the reviewer's words are on the expert's first page");
  await page.locator('.hint-card.warn').getByText('Revise').click();
  await page.waitForSelector('.actions');
  cases.same(await page.locator('.answering textarea').first().inputValue(), returned, 'the earlier answers are there');
  await page.keyboard.press('j');
  await page.keyboard.press('End');
  await page.keyboard.type(', because');
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('h1:has-text("Projects")');
}

async function progressOf(page) {
  const stats = await page.locator('.stats').innerText();
  return Number(/Accepted\s+(\d+)/.exec(stats)?.[1] ?? -1);
}

export async function dataset(manager, project, format, title, cases) {
  const { page } = manager;
  await manager.at(`projects/${project}/deliveries`, 'form');
  await page.getByLabel('Format').selectOption(format);
  await page.getByText('Make it').click();
  const made = page.locator('[data-delivery=ready]', { has: page.getByRole('heading', { name: title, exact: true }) });
  await made.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), made.getByText('Download').click()]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  cases.check(lines.length > 0, `a dataset in ${format} is made and downloaded: ${lines.length} lines`);
  return lines;
}

function compare(lines, revised, cases) {
  const wrong = [];
  for (const line of lines) {
    const n = Number(line.task.key.slice(1));
    const { choice, strength: far, justification } = line.submission.answers;
    if (choice !== wanted(n) || far !== strengthOf(n)) wrong.push(`question ${n}: ${choice} ${far}`);
    if (!justification.endsWith(` on ${n}`) && justification !== `${revised}, because`) wrong.push(justification);
  }
  cases.check(wrong.length === 0, `each of ${lines.length} records says what was chosen, however it was shown`, wrong.join('; '));
  const mine = lines.find((line) => line.submission.answers.justification === `${revised}, because`);
  cases.check(mine?.submission.revision === 2, 'the revision is the one that counts');
}

export async function wholeJob(room, open, cases) {
  const { owner, manager, project } = await manage(room, open, cases);
  const links = {};
  for (const [role, name] of [['expert', 'Ada Expert'], ['expert', 'Ben Expert'], ['reviewer', 'Rita Reviewer']]) {
    links[name] = await invite(manager, project, role, name, cases);
  }
  await manager.page.getByText('Open for work').click();
  await manager.page.getByText('Pause').waitFor();
  const [ada, ben, rita] = await Promise.all(Object.entries(links).map(async ([name, link]) => {
    const person = await open(name);
    await person.join(link, name, kPassword);
    return person;
  }));
  await manager.at(`projects/${project}/overview`, '.stats');
  await manager.page.waitForSelector('text=Live');
  const skips = [];
  const done = [await expertWorks(ada, project, 'Ada', skips, cases), await expertWorks(ben, project, 'Ben', null, cases)];
  const answers = done.flat().length;
  cases.same(answers, 2 * kTasks - 1, 'both experts have answered everything but the one skipped');
  await until('the answers are counted on the open page', async () => (await manager.page.locator('.stats').innerText()).includes(String(answers)));
  cases.same(await progressOf(manager.page), 0, 'nothing is accepted before the review');
  const returned = await review(rita, cases, answers);
  await until('accepted answers are counted live', async () => (await progressOf(manager.page)) === answers - 1);
  cases.check(true, "the manager's open page counts along by itself");
  await reviseIt(ada, returned, cases);
  await rita.page.getByText('Look again').click();
  await rita.page.waitForSelector('.actions');
  await rita.page.keyboard.press('a');
  await rita.page.waitForSelector('text=Nothing for you at the moment');
  await until('the revision counts', async () => (await progressOf(manager.page)) === answers);
  compare(await dataset(manager, project, 'guildhall', 'Guildhall', cases), returned, cases);
  const pairs = await dataset(manager, project, 'trl-preference', 'TRL preference', cases);
  const wrong = pairs.filter((pair) => {
    const n = Number(/Question (\d)/.exec(JSON.stringify(pair.prompt))[1]);
    return !JSON.stringify(pair.chosen).includes(text(wanted(n) === 'a' ? 'first' : 'second', n));
  });
  cases.check(pairs.length === kTasks && wrong.length === 0, `${pairs.length} trainer's pairs prefer what the experts chose`, JSON.stringify(wrong));
  cases.check(!JSON.stringify(pairs).includes('secret-model'), "no model's name in the pairs");
  await sleep(50);
  return { owner, manager, ada, ben, rita, project };
}
