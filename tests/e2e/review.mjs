// The reviewer's whole way on real answers: the queue, one of it, a correction with its marks, a verdict taken back, many by a
// sample, a difference settled part by part, and a blind second look.
import { audit, until } from './rig.mjs';
import { arenaHard } from './inputs.mjs';

const kMany = 9;
const json = (lines) => Buffer.from(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);

async function prepare({ manager, ada, ben, rita }) {
  const { id } = await manager.api('POST', '/projects', {
    title: 'To be reviewed', template: 'preference', settings: { review_percent: 100, overlap: 2, adjudicate: true, undo_s: 5, preload: false, max_open: 50 },
  });
  for (const one of [ada, ben, rita]) await manager.api('POST', `/projects/${id}/members`, { member: (await one.api('GET', '/me')).member.id });
  const data = Array.from({ length: kMany }, (_, n) => ({ key: `r${n}`, data: arenaHard(n) }));
  await manager.api('POST', `/projects/${id}/tasks`, json(data), { 'Content-Type': 'application/x-ndjson' });
  await manager.api('PATCH', `/projects/${id}`, { state: 'open' });
  // Both agree everywhere but on the first task.
  for (const [person, first] of [[ada, 'a'], [ben, 'b']]) {
    for (let n = 0; n < kMany; n++) {
      const held = await person.api('POST', `/projects/${id}/assignments`);
      const choice = n === 0 ? first : 'a';
      await person.api('POST', `/assignments/${held.id}/submission`, {
        token: held.lease.token, answers: { choice, strength: 2, justification: `Answer ${n} of ${first}: it says what was asked.` }, active_ms: 1000,
      });
    }
  }
  return id;
}

const stateOf = async (manager, project) => (await manager.api('GET', `/projects/${project}/progress`)).submissions;
const verdictSent = (page, act) => Promise.all([page.waitForResponse((r) => r.url().endsWith('/reviews') && r.request().method() === 'POST'), act()]);

async function queue(rita, project, cases, look) {
  const { page } = rita;
  await rita.at(`review/${project}`, '[data-table=review-queue] tbody tr');
  cases.same(await page.locator('[data-table=review-queue] tbody tr').count(), 2 * kMany, 'the queue holds all that waits');
  await look(rita, 'review-queue');
  await page.locator('[data-table=review-queue] tbody tr').nth(1).locator('td button').last().click();
  await until('the filter of one person', async () => (await page.locator('[data-table=review-queue] tbody tr').count()) === kMany);
  cases.check(page.url().includes('person=mem_'), 'a person can be filtered for, and the address says so');
  await rita.at(`review/${project}`, '[data-table=review-queue] tbody tr');
  const wanted = (await rita.api('GET', `/projects/${project}/submissions?state=in_review&order=oldest&limit=1`)).items[0];
  await page.locator('[data-table=review-queue] tbody .row-link').first().click();
  await page.waitForSelector('.actions');
  const held = (await rita.api('GET', `/assignments?mine&project=${project}`)).items.find((a) => a.kind === 'review');
  const shown = await rita.api('GET', `/assignments/${held.id}`);
  cases.same(shown.review.submission.id, wanted.id, 'the row that is opened is the one on the desk');
}

async function desk({ rita, manager }, project, cases, look) {
  const { page } = rita;
  await page.keyboard.press('f');
  await page.locator('.answering textarea').first().fill('It says what was asked, and why.');
  await page.waitForSelector('[aria-label="Your changes"] ins');
  await look(rita, 'review-fix');
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.held .toast');
  await page.locator('.held button').click();
  await page.waitForSelector('.held .toast', { state: 'detached' });
  await page.waitForSelector('.actions');
  cases.same((await stateOf(manager, project)).in_review, 2 * kMany, 'a verdict that is taken back was never sent');
  await page.keyboard.press('f');
  await page.locator('.answering textarea').first().fill('It says what was asked, and why.');
  await verdictSent(page, () => page.keyboard.press('Control+Enter'));
  await until('the correction', async () => (await rita.api('GET', `/projects/${project}/submissions?state=fixed`)).items.length === 1);
  const [fixed] = (await rita.api('GET', `/projects/${project}/submissions?state=fixed`)).items;
  const detail = await rita.api('GET', `/submissions/${fixed.id}`);
  cases.same(detail.answers.justification, 'It says what was asked, and why.', 'the corrected answer is what counts');
  await page.waitForSelector('.actions');
}

async function many({ rita, manager }, project, cases, look) {
  const { page } = rita;
  await rita.at(`review/${project}/batch`, 'input[type=number]');
  await look(rita, 'review-batch');
  const before = (await stateOf(manager, project)).in_review;
  await page.locator('input[type=number]').fill('3');
  await page.getByText('Look at the sample').click();
  for (let n = 1; n <= 3; n++) {
    await page.waitForSelector(`text=Sample ${n} of 3`);
    await page.waitForSelector('.actions');
    await page.keyboard.press('a');
  }
  await page.waitForSelector('text=All 3 that you looked at are accepted.');
  cases.check(/at most \d+ of the other/.test(await page.locator('.card').innerText()), 'what a clean sample proves is said in a number');
  await look(rita, 'review-batch-decide');
  await page.getByText(/Accept the other/).click();
  await page.waitForSelector(`text=${before - 3} accepted.`);
  cases.same((await stateOf(manager, project)).in_review, 0, 'the sample and the rest are accepted');
}

async function settle({ rita, manager }, project, cases) {
  const { page } = rita;
  await until('the difference', async () => (await manager.api('GET', `/projects/${project}/progress`)).adjudications.open === 1);
  await rita.at(`work/${project}/adjudication`, '.aligned');
  cases.check(await page.locator('.aligned tr.differs').count() > 0, 'what differs is marked');
  await page.locator('.aligned tr.differs', { hasText: 'Which is better?' }).first().getByText('Take answer 2 here').click();
  for (const row of await page.locator('.aligned tr.differs').all()) await row.getByText('Take answer 2 here').click();
  await Promise.all([page.waitForResponse((r) => r.url().endsWith('/adjudication')), page.keyboard.press('Control+Enter')]);
  const progress = await until('the settlement', async () => {
    const now = await manager.api('GET', `/projects/${project}/progress`);
    return now.adjudications.done === 1 ? now : null;
  });
  cases.same(progress.adjudications.open, 0, 'the difference is settled by the parts that were taken');
}

async function calibrate({ owner, rita }, project, cases, look) {
  const { page } = owner;
  await owner.at(`review/${project}/calibration`, 'text=Judge one again, blind');
  await page.getByText('Judge one again, blind').click();
  await page.waitForSelector('.actions');
  cases.check(!(await page.locator('.answering').innerText()).includes('First verdict'), 'a second look is blind');
  await page.keyboard.press('a');
  await page.waitForSelector('text=First verdict');
  await look(owner, 'review-second-look');
  await page.getByText('Back', { exact: true }).click();
  await page.waitForSelector('text=second looks');
  const figures = await owner.api('GET', `/projects/${project}/calibration`);
  cases.same(figures.second_looks.count, 1, 'the look is counted');
  await look(owner, 'review-calibration');
  const mine = await rita.api('GET', `/projects/${project}/calibration`);
  cases.check(mine.mine.accept > 3 && mine.mine.fix === 1, "the reviewer's own verdicts are counted", JSON.stringify(mine.mine));
}

export async function reviewing(people, cases, options) {
  const look = (person, name) => audit(person, name, cases, options.shots);
  const project = await prepare(people);
  await queue(people.rita, project, cases, look);
  await desk(people, project, cases, look);
  await many(people, project, cases, look);
  await settle(people, project, cases);
  await calibrate(people, project, cases, look);
}
