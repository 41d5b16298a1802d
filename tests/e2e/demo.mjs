// The demonstration as somebody meets it: signed in by the printed link, at the page on quality of the project that a panel
// judged. What is there to be found is found: who is good, who copies or guesses, how the models stand, what more would buy.
import { spawn } from 'node:child_process';
import { audit, guildhall, Person, settled, until } from './rig.mjs';

const kTitle = 'Right or wrong: three models';

class Demo {
  async start() {
    this.process = spawn(guildhall, ['demo', '--port', '0']);
    this.said = '';
    this.process.stdout.on('data', (piece) => { this.said += piece; });
    // At the beginning of a line: its mock model says so too.
    await until('the demo stands', () => /^Stop with Ctrl-C/m.test(this.said), 60_000);
    this.base = /http:\/\/127\.0\.0\.1:\d+/.exec(this.said)[0];
    await until('it serves', () => fetch(`${this.base}/healthz`).then((reply) => reply.ok, () => false), 30_000);
    return this;
  }

  link(name) {
    return new RegExp(`^ +${name} +(\\S+)`, 'm').exec(this.said)[1];
  }

  async stop() {
    const ended = new Promise((done) => this.process.once('exit', done));
    this.process.kill('SIGINT');
    await ended;
  }
}

async function enter(person, link) {
  await person.page.goto(link);
  await person.page.locator('button[type=submit]').click();
  await person.page.waitForSelector('h1:has-text("Projects")');
}

async function lookAtQuality(manager, project, cases, shots) {
  const { page } = manager;
  await manager.at(`projects/${project}/quality`, '[data-table=quality-people] tbody tr');
  await page.waitForSelector('[data-models] tbody tr', { timeout: 30_000 });
  await page.waitForSelector('[data-cost] tbody tr', { timeout: 30_000 });
  await settled(page);
  await audit(manager, 'demo-quality', cases, shots);
  const people = await page.locator('[data-table=quality-people] tbody tr .name').allInnerTexts();
  cases.same(people.length, 8, 'the panel is eight people');
  cases.check(/Expert 4/.test(people.slice(0, 2).join()), 'the best of them stands among the first two', people.join('; '));
  cases.check(/Expert 11/.test(people.slice(-2).join()), 'whoever guesses stands among the last', people.join('; '));
  cases.check(await page.locator('.alerts', { hasText: 'Far faster than the others' }).count() > 0, 'and is far faster than the others');
  const models = await page.locator('[data-models] tbody tr').allInnerTexts();
  cases.same(models.map((row) => /[a-z]+-[a-z0-9]+/.exec(row)?.[0]), ['heron-large', 'plover-2', 'wren-mini'], 'the models stand in order of their strength');
  const rows = await page.locator('[data-cost] tbody tr').count();
  cases.same(await page.locator('[data-cost] .tick').count(), rows, 'the curve of costs has a place for each row of its table');
  cases.check(await page.locator('[data-cost] tbody').innerText().then((text) => text.includes('$')), 'with what a task costs');
  await page.locator('[data-models] .table-wrap').focus();
  cases.check(await page.locator('[data-models] .table-wrap').evaluate((one) => one === document.activeElement), 'tables are reached by keyboard');
}

async function inArabic(manager, cases, shots) {
  const { page } = manager;
  await page.evaluate(() => localStorage.setItem('guildhall-language', 'ar'));
  await page.reload();
  await page.waitForSelector('[data-models] tbody tr');
  await page.waitForSelector('[data-cost] tbody tr');
  await settled(page);
  cases.same(await page.locator('html').getAttribute('dir'), 'rtl', 'in Arabic from right to left');
  await audit(manager, 'demo-quality-ar', cases, shots);
}

export async function theDemo(browser, faults, cases, options) {
  const demo = await new Demo().start();
  try {
    const manager = await Person.open(browser, demo, 'demo manager', faults);
    await enter(manager, demo.link('Demo manager'));
    const { items } = await manager.api('GET', '/projects');
    cases.same(items.length, 4, 'the demo has four projects, one of them of dialogues');
    await lookAtQuality(manager, items.find((one) => one.title === kTitle).id, cases, options.shots);
    await inArabic(manager, cases, options.shots);
    const expert = await Person.open(browser, demo, 'demo expert', faults);
    await enter(expert, demo.link('Expert 1'));
    cases.same((await expert.api('GET', '/projects')).items.length, 3, 'its experts see the three that they work in');
    await expert.context.close();
    await manager.context.close();
  } finally {
    await demo.stop();
  }
}
