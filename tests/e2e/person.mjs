// What belongs to the person at work: guidelines, questions, time, money, history; each as the page shows it and as the
// server then holds it.
import { settled, until } from './rig.mjs';

const kFirst = '# What to look for\n\nThe right answer.\n\n## Style\n\nPrefer the shorter one.\n\n## Sources\n\nLook it up.';
const kSecond = kFirst.replace('Prefer the shorter one.', 'Prefer the clearer one.');
const kThird = kSecond.replace('Look it up.', 'Look it up twice.');

const nth = (n) => ({ key: `p${n}`, data: { prompt: `Of the person ${n}?`, responses: [{ text: `One ${n}.` }, { text: `Two ${n}.` }] } });
const ndjson = (lines) => Buffer.from(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);

async function prepare({ manager, ada, rita }) {
  const { id } = await manager.api('POST', '/projects', {
    title: 'The person at work', template: 'preference', guidelines: kFirst,
    settings: { guidelines_required: true, preload: false, undo_s: 0, review_percent: 100, pay_minor: 360000, pay_currency: 'EUR', pay_per: 'hour' },
  });
  for (const one of [ada, rita]) await manager.api('POST', `/projects/${id}/members`, { member: (await one.api('GET', '/me')).member.id });
  await manager.api('POST', `/projects/${id}/tasks`, ndjson([1, 2, 3, 4].map(nth)), { 'Content-Type': 'application/x-ndjson' });
  await manager.api('PATCH', `/projects/${id}`, { state: 'open' });
  return id;
}

const publish = (manager, project, markdown, must_read) =>
  manager.api('POST', `/projects/${project}/guidelines`, { markdown, note: 'A change', must_read });
const seenOf = async (person, project) => (await person.api('GET', `/projects/${project}`)).guidelines_seen;
const timeOf = async (person, project) => (await person.api('GET', `/projects/${project}/activities?mine&limit=200`)).items;

/** Answers and submits what is on the page, and waits for the next. */
async function submitOne(page) {
  const before = await page.locator('.reading').innerText();
  await page.keyboard.press('1');
  const slightly = (await page.locator('button', { hasText: 'Slightly' }).locator('kbd').first().innerText()).trim();
  await page.keyboard.press(slightly.toLowerCase());
  await page.keyboard.press('Control+Enter');
  await page.waitForFunction((text) => document.querySelector('.reading')?.innerText !== text, before);
}

async function mustRead(ada, project, cases, look) {
  const { page } = ada;
  await ada.at(`work/${project}/work`, 'dialog[open] .guide-text');
  cases.check((await page.locator('dialog[open]').innerText()).includes('before you go on'), 'guidelines that are required come first');
  await look(ada, 'person-must-read');
  await page.getByRole('button', { name: 'I have read it' }).click();
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  cases.same(await seenOf(ada, project), 1, 'the server knows that they were read');
  await ada.at('projects', 'h1');
  await ada.at(`work/${project}/work`, '.actions');
  cases.same(await page.locator('dialog[open]').count(), 0, 'and they are not asked for again');
}

async function commands(ada, cases) {
  const { page } = ada;
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[open] .keymap');
  const map = await page.locator('dialog[open]').innerText();
  cases.check(['Ask the lead', 'Your time', 'Guidelines', 'Skip'].every((word) => map.includes(word)), 'the key map lists what the page can do', map);
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.waitForSelector('[role=combobox]');
  await page.keyboard.type('flg tsk');
  await page.waitForSelector('[role=option][aria-selected=true]:has-text("Flag this task")');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog[open]:has-text("Something is wrong")');
  cases.check(true, 'the palette finds a command by scattered letters and runs it');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
}

async function questions({ ada, manager }, project, cases, look) {
  const { page } = ada;
  await page.keyboard.press('l');
  await page.waitForSelector('dialog[open] textarea');
  await page.keyboard.press('Tab');
  await page.locator('dialog textarea').fill('Does <b>length</b> count?');
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.task-notes');
  await page.locator('.task-notes summary').click();
  await page.waitForSelector('.task-notes .thread:has-text("Does <b>length</b> count?")');
  const [note] = (await manager.api('GET', `/projects/${project}/notes?state=open`)).items;
  cases.same([note.kind, note.text], ['question', 'Does <b>length</b> count?'], 'a question reaches those who run the project, and stands at the task');

  await manager.at(`projects/${project}/questions`, '[data-note=open]');
  await manager.page.locator('.thread textarea').fill('Only if both are right.');
  await manager.page.getByRole('button', { name: 'Reply' }).click();
  await manager.page.waitForSelector('.thread-said li:nth-child(2)');
  await look(manager, 'person-inbox');
  await manager.page.getByRole('button', { name: 'Mark as settled' }).click();
  await manager.page.waitForSelector('[data-note=resolved]');
  cases.same((await manager.api('GET', `/projects/${project}/notes?state=resolved`)).items[0]?.replies.length, 1, 'it is answered and settled in the inbox');

  await ada.at('projects', '[data-answers]:has-text("One new answer")');
  await page.locator('[data-answers] a').click();
  await page.waitForSelector('.thread:has-text("Only if both are right.")');
  await look(ada, 'person-my-questions');
  await ada.at('projects', '[data-today]');
  await settled(page);
  cases.same(await page.locator('[data-answers]').count(), 0, 'the answer is on the first page until it is read');
  await ada.at(`work/${project}/work`, '.actions');
}

async function time(ada, project, cases, look) {
  const { page } = ada;
  await page.keyboard.press('t');
  await page.waitForSelector('[data-time-panel]');
  await page.getByRole('button', { name: 'Add time' }).click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByLabel('What for?').selectOption('training');
  await dialog.getByLabel('From').fill('00:00');
  await dialog.getByLabel('Until').fill('00:01');
  await page.getByRole('button', { name: 'Save this time' }).click();
  await dialog.locator('tbody tr', { hasText: 'Training' }).waitFor();
  const [made] = (await timeOf(ada, project)).filter((one) => one.class === 'training');
  cases.same([made.source, Date.parse(made.ended_at) - Date.parse(made.started_at)], ['manual', 60_000], 'time is added by hand');
  await look(ada, 'person-time');
  await dialog.locator('tbody tr', { hasText: 'Training' }).getByRole('button').click();
  await dialog.getByLabel('Until').fill('00:03');
  await page.getByRole('button', { name: 'Save this time' }).click();
  await dialog.locator('tbody tr', { hasText: '3 min' }).waitFor();
  const fixed = (await timeOf(ada, project)).find((one) => one.replaces === made.id);
  cases.same(Date.parse(fixed.ended_at) - Date.parse(fixed.started_at), 180_000, 'and put right: the new entry names the old');
  cases.same(await dialog.locator('tbody tr', { hasText: 'Training' }).count(), 1, 'the page shows it once');
  await page.getByRole('button', { name: 'Correct' }).first().click();
  await dialog.getByLabel('Minutes at this task').fill('7');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForFunction(() => document.querySelector('[data-this-task]')?.textContent?.startsWith('07:'));
  cases.check(true, 'the timer of the task can be put right');
  await page.keyboard.press('Escape');
}

async function research(ada, project, cases) {
  const { page } = ada;
  await page.keyboard.press('t');
  await page.waitForSelector('[data-time-panel]');
  await page.keyboard.press('r');
  await page.waitForSelector('.desk-note:has-text("Researching")');
  await page.reload();
  await page.waitForSelector('.desk-note:has-text("Researching")');
  cases.same(await page.locator('[data-timer]').getAttribute('data-timer'), 'off', 'research survives a reload, and the timer of the task waits');
  await page.waitForTimeout(1200); // shorter research is no entry
  await page.getByRole('button', { name: 'I am back' }).click();
  await page.waitForSelector('.desk-note', { state: 'detached' });
  const found = await until('research at the server', async () => {
    const all = (await timeOf(ada, project)).filter((one) => one.class === 'research');
    return all.length > 0 ? all : null;
  });
  cases.check(found.length === 1 && found[0].assignment?.startsWith('asg_'), 'it is reported once, with the task', JSON.stringify(found));
}

async function money(ada, project, cases) {
  const { page } = ada;
  await submitOne(page);
  const midnight = await page.evaluate(() => {
    const day = new Date();
    day.setHours(0, 0, 0, 0);
    return day.toISOString();
  });
  // Until it can no longer be taken back it is not submitted.
  const today = await until('the submission at the server', async () => {
    const found = await ada.api('GET', `/projects/${project}/today?since=${midnight}`);
    return found.submitted > 0 ? found : null;
  });
  cases.check(today.earned_minor > 0 && today.currency === 'EUR' && today.submitted === 1, 'the server counts what today has earned', JSON.stringify(today));
  cases.check(/€[\d.,]+ today/.test(await page.locator('.workbar [data-earned]').innerText()), 'the bar shows it');
  await ada.at('projects', '[data-today]:has-text("Earned today")');
  const wanted = await page.evaluate((minor) => new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' }).format(minor / 100), today.earned_minor);
  const shown = await page.locator('[data-today]').innerText();
  cases.check(shown.includes(wanted), 'the first page shows the same sum', `${shown} without ${wanted}`);
  await ada.at(`work/${project}/work`, '.actions');
}

async function newVersions({ ada, manager }, project, cases, look) {
  const { page } = ada;
  await publish(manager, project, kSecond, false);
  await submitOne(page);
  await page.waitForSelector('[data-guidelines="2"] .pill');
  await page.keyboard.press('g');
  await page.waitForSelector('.guide-drawer .diff .add:has-text("clearer")');
  cases.check(await page.locator('.guide-drawer .diff .del').innerText().then((text) => text.includes('shorter')), 'the drawer says what changed since they were last seen');
  cases.check((await page.locator('.actions').boundingBox()).width > 200, 'the task stays beside it');
  await page.locator('.guide-search input').fill('clearer');
  await page.waitForSelector('.guide-search:has-text("1 of 1")');
  await page.locator('.guide-contents summary').click();
  cases.same(await page.locator('.guide-contents li').allInnerTexts(), ['What to look for', 'Style', 'Sources'], 'search and contents work');
  await look(ada, 'person-guidelines');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.guide-drawer', { state: 'detached' });
  await until('version 2 is seen', async () => (await seenOf(ada, project)) === 2);
  await publish(manager, project, kThird, true);
  await submitOne(page);
  await page.waitForSelector('dialog[open] .diff .add:has-text("twice")');
  await look(ada, 'person-must-read-again');
  await page.getByRole('button', { name: 'I have read it' }).click();
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  cases.same(await seenOf(ada, project), 3, 'a change that must be read comes before the next task');
}

async function history({ ada, rita }, project, cases, look) {
  const { page } = ada;
  const mine = (await ada.api('GET', `/projects/${project}/submissions?mine`)).items;
  cases.same(mine.length, 3, 'three answers are submitted');
  const review = await rita.api('POST', `/projects/${project}/assignments?kind=review`);
  const { submission } = review.review;
  const choice = submission.answers.choice === 'a' ? 'b' : 'a';
  await rita.api('POST', `/submissions/${submission.id}/reviews`, {
    token: review.lease.token, verdict: 'fix', note: 'The **other** one is right.', answers: { ...submission.answers, choice },
  });
  await ada.at(`history/${project}`, 'tbody tr');
  cases.same(await page.locator('tbody tr').count(), 3, 'my own work is listed');
  await look(ada, 'person-history');
  await page.getByRole('button', { name: 'Corrected' }).click();
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
  await page.locator('tbody a').click();
  await page.waitForSelector('[data-reviews]:has-text("other one is right")');
  const words = await page.locator('[data-corrected]').innerText();
  cases.check(await page.locator('[data-corrected] ins').count() > 0 && await page.locator('[data-corrected] del').count() > 0, 'the correction is shown as words that went and came', words);
  cases.check(/Of the person \d/.test(await page.locator('.reading').innerText()), 'beside the task as it was seen');
  await look(ada, 'person-history-item');
  await ada.at(`history/${project}/time`, '[data-sums]');
  await look(ada, 'person-history-time');
}

async function preferences(ada, cases) {
  const { page } = ada;
  await ada.at('account', 'h1');
  await page.getByRole('button', { name: 'Compact' }).click();
  cases.same(await page.evaluate(() => document.documentElement.dataset.density), 'compact', 'spacing is chosen');
  await page.reload();
  await page.waitForSelector('[aria-pressed=true]:has-text("Compact")');
  await page.getByRole('button', { name: 'Comfortable' }).click();
}

export async function personAtWork(people, cases, look) {
  const { ada } = people;
  const project = await prepare(people);
  await mustRead(ada, project, cases, look);
  await commands(ada, cases);
  await questions(people, project, cases, look);
  await time(ada, project, cases, look);
  await research(ada, project, cases);
  await money(ada, project, cases);
  await newVersions(people, project, cases, look);
  await history(people, project, cases, look);
  await preferences(ada, cases);
}
