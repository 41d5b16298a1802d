// Nothing that an expert wrote is lost, and nothing is sent twice: no network, a killed browser, a killed server, a
// reservation that ran out, two tabs, an ended session, a decision taken back. Judged by what the store holds afterwards.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProfile, Person } from './rig.mjs';
import {
  answer, arena, filesWith, hasData, journalRows, killBrowser, kPassword, makeProject, onDesk, sleep, stored, submitted, until, why,
} from './lossless_rig.mjs';

/** What a page without network, session or reservation is told by the browser itself. */
const kExpected = [/ERR_INTERNET_DISCONNECTED/, /ERR_CONNECTION_(REFUSED|RESET)/, /ERR_EMPTY_RESPONSE/, /status of (401|404|409|503)/];
const texts = (all) => all.map(({ answers }) => answers.justification).sort();
const kUndo = { undo_s: 1, max_open: 3 };

async function expert(room, open, manager, name) {
  const { member, link } = await manager.api('POST', '/members', { role: 'expert', name, email: `${name.toLowerCase()}@example.org` });
  const person = await open(name);
  person.expected.push(...kExpected);
  await person.join(link, name, kPassword);
  return Object.assign(person, { id: member.id });
}

/** Ten tasks, no network in the middle of them. */
async function offline(manager, nora, cases) {
  const { page, context } = nora;
  const project = await makeProject(manager, [nora.id], 'Offline', arena(10), kUndo);
  let claimed = 0;
  const counts = (response) => { if (response.status() === 201 && new URL(response.url()).pathname.endsWith('/assignments')) claimed += 1; };
  page.on('response', counts);
  await nora.at(`work/${project}/work`);
  const wanted = [];
  let here = await onDesk(page);
  for (let n = 0; n < 10; n++) {
    wanted.push(`Offline ${n}: ${'it explains more. '.repeat(n + 1)}`.trim());
    if (n === 4) {
      await until('the next task is there', () => claimed >= n + 2);
      await sleep(1500); // and what was decided before is out
      page.off('response', counts);
      await context.setOffline(true);
    }
    await answer(page, wanted[n]);
    if (n === 5) {
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('text=Your next task comes when the connection is back');
      const said = await until('what is kept is counted', async () => /2 answers are kept here/.test(await page.locator('main').innerText()));
      cases.check(said, 'offline: two tasks are answered without network, and the page says that both are kept');
      cases.same((await stored(manager, project)).length, 4, 'offline: the store has what came before');
      await sleep(2500);
      // Slow answers: the page looks again by itself while it is looking already.
      const slow = async (route) => {
        await sleep(2500);
        await route.continue();
      };
      await page.route(/\/assignments\?/, slow);
      await context.setOffline(false);
      here = await onDesk(page, here);
      await sleep(3500);
      cases.same(await onDesk(page), here, 'offline: the task that came stays on the desk');
      await page.unroute(/\/assignments\?/, slow);
    } else if (n < 9) here = await submitted(page, here);
    else await page.keyboard.press('Control+Enter');
  }
  await page.waitForSelector('text=Nothing for you at the moment');
  const all = await until('ten answers', async () => {
    const found = await stored(manager, project);
    return found.length >= 10 ? found : null;
  });
  cases.same(texts(all), [...wanted].sort(), 'offline: ten tasks, ten answers in the store, each as written and once');
  const waits = await page.evaluate(() => {
    const marks = performance.getEntriesByType('mark');
    const decided = marks.filter(({ name }) => name === 'task-decided');
    return decided.map((one) => (marks.find(({ name, startTime }) => name === 'task-shown' && startTime >= one.startTime)?.startTime ?? NaN) - one.startTime)
      .filter((ms) => !Number.isNaN(ms)).map(Math.round);
  });
  console.log(`     between two tasks: ${waits.join(', ')} ms`);
}

/** The browser is killed while somebody types without network; nothing of the answer lies readable on its disk. */
async function killed(room, manager, faults, cases) {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-profile-'));
  const { member, link } = await manager.api('POST', '/members', { role: 'expert', name: 'Kim', email: 'kim@example.org' });
  const project = await makeProject(manager, [member.id], 'Killed', arena(3, 10), kUndo);
  const start = async () => {
    const context = await openProfile(folder);
    const person = new Person(room, 'Kim', context, context.pages()[0] ?? await context.newPage(), faults);
    person.expected.push(...kExpected);
    await person.watch();
    return person;
  };
  try {
    let kim = await start();
    await kim.join(link, 'Kim', kPassword);
    // The session's cookie is on the disk once the browser has been closed as people close it.
    await kim.context.close();
    kim = await start();
    await kim.at(`work/${project}/work`);
    await onDesk(kim.page);
    await answer(kim.page, 'CANARYWORD');
    await kim.page.waitForSelector('[data-save=saved]');
    await kim.page.evaluate(() => new Promise((done, failed) => {
      const opening = indexedDB.open('control', 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('rows').put('CONTROLWORD', 1);
      opening.onsuccess = done;
      opening.onerror = failed;
    }));
    await kim.context.setOffline(true);
    await kim.page.keyboard.press('j');
    await kim.page.keyboard.press('End');
    let typed = 'CANARYWORD';
    for (let n = 0; n < 60; n++) {
      typed += ` w${n}`;
      await kim.page.keyboard.type(` w${n}`);
      await sleep(10);
    }
    const mark = typed.length;
    await sleep(100); // as long as a change may wait for the disk
    const more = kim.page.keyboard.type(' and more words while it dies'.repeat(20), { delay: 5 }).catch(() => undefined);
    await sleep(200);
    await killBrowser(folder);
    await more;
    await kim.context.close().catch(() => undefined);
    cases.same(filesWith(folder, 'CANARYWORD'), [], 'killed browser: no file of its profile spells a word of the answer');
    cases.check(filesWith(folder, 'CONTROLWORD').length > 0, 'killed browser: a word that is not sealed is found there (control)');

    kim = await start();
    await kim.at(`work/${project}/work`);
    await onDesk(kim.page);
    await kim.page.waitForSelector('[data-restored]');
    const back = await why(kim.page).inputValue();
    cases.check(back.slice(0, mark) === typed, 'killed browser: what was typed is back, and the page says from where', `${back.length} of ${mark}`);
    await kim.page.keyboard.press('Control+z');
    // Without a text its box may be folded away.
    const before = await kim.page.locator('textarea[data-text=justification]').evaluateAll(([box]) => box?.value ?? '');
    await kim.page.keyboard.press('Control+Shift+z');
    await until('done again', async () => (await kim.page.locator('textarea[data-text=justification]').count()) > 0);
    cases.check(before.length < back.length && await why(kim.page).inputValue() === back, 'killed browser: undo and redo go on where they were', `${before.length} ${back.length}`);
    // Decided, and killed before it was sent.
    const here = await onDesk(kim.page);
    await kim.context.setOffline(true);
    await submitted(kim.page, here).catch(() => undefined);
    await sleep(300);
    await killBrowser(folder);
    await kim.context.close().catch(() => undefined);
    kim = await start();
    await kim.at('projects', 'h1');
    const all = await until('the decision goes out', async () => {
      const found = await stored(manager, project);
      return found.length > 0 ? found : null;
    });
    cases.same(texts(all), [back], 'killed browser: what was decided before it died goes out at the next visit, from any page');
    await kim.page.waitForSelector('.toast:has-text("kept on this device")');
    cases.check(true, 'killed browser: and the person is told');
    await kim.context.close();
  } finally {
    await killBrowser(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A reservation that runs out: first the place is still free, then somebody else has it. */
async function ranOut(manager, nora, other, cases) {
  const { page, context } = nora;
  const project = await makeProject(manager, [nora.id, other.id], 'Reservation', arena(2, 20), { lease_s: 2, max_open: 2, undo_s: 0, preload: false });
  await nora.at(`work/${project}/work`);
  const first = await onDesk(page);
  await answer(page, 'late, but the place is free');
  await context.setOffline(true);
  await page.waitForSelector('text=This task is no longer reserved for you', { timeout: 30_000 });
  cases.check(true, 'reservation: the page says that it ran out');
  await sleep(1500);
  await context.setOffline(false);
  const second = await submitted(page, first);
  cases.same(texts(await stored(manager, project)), ['late, but the place is free'], 'reservation: the answer is taken while the place is free');

  await answer(page, 'too late, somebody was quicker');
  await page.waitForSelector('[data-save=saved]');
  await context.setOffline(true);
  await until('another has the task', async () => {
    const claim = await other.api('POST', `/projects/${project}/assignments`);
    const found = claim ? claim : null;
    if (!found) return sleep(300);
    await other.api('POST', `/assignments/${found.id}/submission`, { token: found.lease.token, answers: { choice: 'a', strength: 1, justification: 'quicker' }, active_ms: 0 });
    return (await stored(manager, project)).length === 2;
  }, 30_000);
  await context.setOffline(false);
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('text=Somebody else has finished this task');
  cases.check(await page.getByText('Copy my answers').count() > 0, 'reservation: the page says that somebody else took the place, and offers the answers');
  const kept = await nora.api('GET', `/assignments/${second}`);
  cases.same(kept.draft.answers.justification, 'too late, somebody was quicker', 'reservation: the server keeps them as a draft');
}

/** The server is killed while somebody writes and submits. */
async function serverKilled(room, manager, nora, cases) {
  const { page } = nora;
  const project = await makeProject(manager, [nora.id], 'Power cut', arena(6, 30), kUndo);
  await nora.at(`work/${project}/work`);
  let here = await onDesk(page);
  const wanted = [];
  for (let n = 0; n < 6; n++) {
    wanted.push(`Power cut ${n}`);
    if (n === 2) await sleep(1500);
    await answer(page, wanted[n]);
    if (n === 2 || n === 4) await room.kill();
    await page.keyboard.press('Control+Enter');
    if (n === 2 || n === 4) {
      await page.locator('[data-kept="1"]').or(page.getByText('Your next task comes when')).first().waitFor({ timeout: 20_000 });
      await room.start();
    }
    if (n < 5) here = await onDesk(page, here);
  }
  const all = await until('six answers', async () => {
    const found = await stored(manager, project);
    return found.length >= 6 ? found : null;
  }, 40_000);
  cases.same(texts(all), wanted, 'killed server: six answers in the store, each once, over two power cuts');
}

async function twoTabs(manager, nora, cases) {
  const project = await makeProject(manager, [nora.id], 'Tabs', arena(3, 40), kUndo);
  await nora.at(`work/${project}/work`);
  const here = await onDesk(nora.page);
  await answer(nora.page, 'written in the first tab');
  const second = await nora.context.newPage();
  await second.goto(nora.page.url());
  await second.waitForSelector('text=You have this project open in another tab');
  cases.check(await second.locator('.actions').count() === 0, 'two tabs: the second says so and shows no task');
  await nora.page.keyboard.press('j');
  await nora.page.keyboard.press('End');
  await nora.page.keyboard.type(', to the last letter');
  await second.getByRole('button', { name: 'Work here' }).click();
  cases.same(await onDesk(second), here, 'two tabs: work goes on in the second with the same task');
  cases.same(await why(second).inputValue(), 'written in the first tab, to the last letter', 'two tabs: with what was just typed in the first');
  await nora.page.waitForSelector('text=You went on in another tab');
  await submitted(second, here);
  await nora.page.getByRole('button', { name: 'Work here' }).click();
  await onDesk(nora.page);
  await second.waitForSelector('text=You went on in another tab');
  await second.close();
  const all = await until('sent', async () => {
    const found = await stored(manager, project);
    return found.length > 0 ? found : null;
  });
  cases.same(texts(all), ['written in the first tab, to the last letter'], 'two tabs: one answer in the store');
}

/** The page is left while a task is on its way to it, and opened again before that task has come. */
async function leftAndBack(manager, nora, cases) {
  const { page } = nora;
  const project = await makeProject(manager, [nora.id], 'Left', arena(4, 45), kUndo);
  const refused = [];
  const watch = (response) => response.status() === 409 && refused.push(new URL(response.url()).pathname);
  let late = 0;
  const slow = async (route) => {
    const response = await route.fetch();
    await sleep(late++ === 1 ? 2500 : 0);
    await route.fulfill({ response });
  };
  await page.route(/\/assignments\?kind=work/, slow);
  page.on('response', watch);
  await nora.at(`work/${project}/work`);
  const here = await onDesk(page);
  await answer(page, 'before it was left');
  await page.keyboard.press('Control+Enter');
  await until('the task after it is asked for', () => late >= 2);
  await nora.at('projects', 'h1');
  await nora.at(`work/${project}/work`);
  const next = await onDesk(page, here);
  await sleep(3500);
  cases.same((await nora.api('GET', `/assignments/${next}`)).state, 'leased', 'left and back: the task on the desk is not given back by the page before');
  await answer(page, 'after it');
  await submitted(page, next);
  const all = await until('both sent', async () => {
    const found = await stored(manager, project);
    return found.length > 1 ? found : null;
  });
  cases.same(texts(all), ['after it', 'before it was left'], 'left and back: both answers are in the store');
  cases.same(refused, [], 'left and back: nothing was refused');
  page.off('response', watch);
  await page.unroute(/\/assignments\?kind=work/, slow);
}

async function endedSession(manager, nora, cases) {
  const { page, context } = nora;
  const project = await makeProject(manager, [nora.id], 'Session', arena(3, 50), kUndo);
  await nora.at(`work/${project}/work`);
  const here = await onDesk(page);
  await answer(page, 'before the session ended');
  await context.clearCookies();
  await page.keyboard.press('j');
  await page.keyboard.press('End');
  await page.keyboard.type(', and after');
  await page.waitForSelector('text=Sign in again to go on');
  await page.fill('input[type=email]', 'nora@example.org');
  await page.fill('input[type=password]', kPassword);
  await page.keyboard.press('Enter');
  await page.waitForSelector('input[type=password]', { state: 'detached' });
  await page.waitForSelector('[data-save=saved]');
  cases.same(await why(page).inputValue(), 'before the session ended, and after', 'ended session: the sign-in comes over the page, and everything is still there');
  await submitted(page, here);
  const all = await until('sent', async () => {
    const found = await stored(manager, project);
    return found.length > 0 ? found : null;
  });
  cases.same(texts(all), ['before the session ended, and after'], 'ended session: and reaches the store');
}

/** What is taken back is not sent; what is skipped likewise. */
async function takenBack(manager, nora, cases) {
  const { page } = nora;
  const project = await makeProject(manager, [nora.id], 'Taken back', arena(4, 60), { undo_s: 60, max_open: 3 });
  await nora.at(`work/${project}/work`);
  const here = await onDesk(page);
  await answer(page, 'on second thoughts');
  const next = await submitted(page, here);
  await page.waitForSelector('.take-back .toast');
  await page.keyboard.press('Backspace');
  cases.same(await onDesk(page, next), here, 'taking back: the task is on the desk again');
  cases.same(await why(page).inputValue(), 'on second thoughts', 'taking back: with its answers');
  cases.same((await stored(manager, project)).length, 0, 'taking back: nothing was sent');
  await page.keyboard.press('s');
  await page.waitForSelector('dialog[open]');
  await page.keyboard.press('1');
  await page.locator('dialog .button.primary').click();
  cases.same(await onDesk(page, here), next, 'taking back: after a skip the next task is there at once, the one seen before');
  await page.keyboard.press('Backspace');
  await onDesk(page, next);
  cases.same((await nora.api('GET', `/assignments/${here}`)).state, 'leased', 'taking back: a skip too');
  await page.keyboard.press('Control+Enter');
  const third = await onDesk(page, here);
  await answer(page, 'the second answer');
  await submitted(page, third);
  const one = await until('the first is sent at the next', async () => {
    const found = await stored(manager, project);
    return found.length > 0 ? found : null;
  });
  cases.same(texts(one), ['on second thoughts'], 'taking back: what was decided before goes out with the next decision');
  await nora.at('projects', 'h1');
  await until('the other at leaving', async () => (await stored(manager, project)).length === 2);
  cases.check(true, 'taking back: and the last when the page is left');
}

/** Signing out wipes; a project that forbids it leaves nothing on the disk at all. */
async function wiped(manager, nora, cases) {
  const { page, context } = nora;
  const forbidden = await makeProject(manager, [nora.id], 'Nothing on disks', arena(2, 70), { ...kUndo, offline: false });
  const project = await makeProject(manager, [nora.id], 'Wiped', arena(2, 80), kUndo);
  await nora.at('account', 'text=Sign out'); // its code is here before the network goes
  await nora.at('projects', 'h1');
  const before = await journalRows(page);
  await nora.at(`work/${forbidden}/work`);
  await onDesk(page);
  await answer(page, 'in memory only');
  await page.waitForSelector('[data-save=saved]');
  cases.same(await journalRows(page), before, 'a project that forbids it: nothing on the disk');
  await nora.at(`work/${project}/work`);
  await onDesk(page);
  await answer(page, 'to be wiped');
  await until('a row', async () => (await journalRows(page)) > before);
  await page.waitForSelector('[data-save=saved]');
  await context.setOffline(true);
  await page.keyboard.press('j');
  await page.keyboard.type('unsent ');
  await sleep(300);
  await nora.at('account', 'text=Sign out');
  await page.getByText('Sign out').first().click();
  await page.waitForSelector('dialog[open]:has-text("has not reached the server")');
  cases.check(true, 'signing out: asks before it deletes what was not sent');
  await page.getByRole('button', { name: 'Stay signed in' }).click();
  await context.setOffline(false);
  await until('it goes out by itself', async () => {
    const mine = await nora.api('GET', `/assignments?mine&project=${project}`);
    return /unsent/.test((await nora.api('GET', `/assignments/${mine.items[0].id}`)).draft.answers.justification);
  }, 30_000);
  await page.getByText('Sign out').first().click();
  await page.waitForSelector('input[type=password]');
  cases.same(await journalRows(page), 0, 'signing out: nothing is left on the disk');
}

export async function losslessWork(room, open, manager, faults, cases, only = '') {
  if (!hasData) return console.log('skipped: the real tasks are absent (set GUILDHALL_DATA)');
  manager.expected.push(...kExpected);
  const nora = await expert(room, open, manager, 'Nora');
  const other = await expert(room, open, manager, 'Otto');
  const all = {
    offline: () => offline(manager, nora, cases), ranOut: () => ranOut(manager, nora, other, cases), twoTabs: () => twoTabs(manager, nora, cases),
    leftAndBack: () => leftAndBack(manager, nora, cases),
    endedSession: () => endedSession(manager, nora, cases), takenBack: () => takenBack(manager, nora, cases),
    serverKilled: () => serverKilled(room, manager, nora, cases), killed: () => killed(room, manager, faults, cases), wiped: () => wiped(manager, nora, cases),
  };
  for (const [name, run] of Object.entries(all)) if (!only || only.split(',').includes(name)) await run();
}
