// Models from the console alone: a name for one, a budget, a key, real exchanges by that key, one of them opened, another broken
// off; who may see what; a room that runs without its boxes says so on every page.
//
//   node tests/e2e/models.mjs [--shots FOLDER]        (or as a part of run.mjs)
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kHostile } from './job.mjs';
import { invitationsByMail } from './mail.mjs';
import { audit, bin, Cases, openBrowser, Person, Room, settled, until } from './rig.mjs';

const kPassword = 'correct horse battery staple';
const kSecret = /^ghl_\S{20,}$/;

/** A model server that answers by rule. */
class Mock {
  async start() {
    this.process = spawn(join(bin, 'guildhall-mock-model'), ['--port', '0']);
    const line = await new Promise((done) => this.process.stdout.once('data', (piece) => done(String(piece))));
    this.port = /(\d{4,5})/.exec(line)[1];
    return this;
  }

  async stop() {
    const ended = new Promise((done) => this.process.once('exit', done));
    this.process.kill('SIGTERM');
    await ended;
  }
}

const owned = (room, person) => person.join(room.run('link', room.dir, '--email', 'owner@example.org', '--public-url', room.base), 'Olga Owner', kPassword);
const field = (page, label, n = 0) => page.locator('dialog[open]').getByLabel(label).nth(n);
const saved = async (page) => {
  await page.locator('dialog[open] button[type=submit]').click();
  await page.waitForFunction(() => !document.querySelector('dialog[open] form'));
};
const menu = async (page, row, item) => {
  await row.locator('button[aria-haspopup], button.icon').first().click();
  await page.getByRole('menuitem', { name: item }).click();
};

function ask(room, secret, body) {
  return fetch(`${room.base}/v1/chat/completions`, {
    method: 'POST', headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ model: 'fast', ...body }),
  });
}

async function nothingYet(owner, project, cases, look) {
  const { page } = owner;
  await owner.at('models', '[data-table=peers] tbody tr');
  await settled(page);
  cases.check((await page.locator('[data-models]').innerText()).includes('No model has a name yet'), 'without a model the page says what to do');
  await page.locator('summary', { hasText: 'Add a server' }).click();
  const how = await page.locator('[data-peers] details').innerText();
  cases.check(how.includes('guildhall room peer add ROOM') && how.includes('no key agent'), 'how a server is added, and what its signature means here');
  await look(owner, 'models-empty');
  await owner.at(`projects/${project}/models?view=keys`, '[data-keys]');
  await settled(page);
  cases.check(await page.getByRole('button', { name: 'Make a key' }).isDisabled(), 'a key waits for a model and a budget, and the page says so');
  await look(owner, 'project-models-keys-empty');
}

async function nameIt(owner, cases, look) {
  const { page } = owner;
  await owner.at('models', '[data-models]');
  await page.getByRole('button', { name: 'Name a model' }).click();
  await field(page, 'Name').fill('fast');
  await field(page, 'Its name there').fill('mock-small');
  await field(page, 'Price in').fill('0,50');
  await field(page, 'Price out').fill('2');
  await page.locator('dialog[open] button[type=submit]').click();
  cases.check(await page.locator('dialog[open] .error').innerText().then((text) => text.includes('2.50')), 'a comma in a price is not guessed at');
  await field(page, 'Price in').fill('0.50');
  await page.getByRole('button', { name: 'Add a target' }).click();
  await field(page, 'Server', 1).selectOption('house');
  await field(page, 'Its name there', 1).fill('mock-large');
  await page.getByRole('button', { name: 'Move target 2 up' }).click();
  await page.getByRole('button', { name: 'Move target 2 up' }).click();
  cases.same(await field(page, 'Its name there', 0).inputValue(), 'mock-small', 'targets change places, and back');
  await look(owner, 'model-dialog');
  await saved(page);
  await page.waitForSelector('[data-table=models] tbody tr');
  const row = await page.locator('[data-table=models] tbody tr').innerText();
  cases.check(row.includes('vendor · mock-small') && row.includes('house · mock-large') && row.includes('$0.50 in · $2.00 out') && row.includes('not known'), 'its targets in order, each with its price', row);
  const [made] = (await owner.api('GET', '/models')).items;
  cases.same([made.targets[0].price, made.targets[0].default_output, made.targets[1].price], [{ input: 500_000, cached_input: 500_000, output: 2_000_000 }, 1024, null], 'as the room has it');
  await menu(page, page.locator('[data-table=models] tbody tr'), 'Change');
  await page.getByRole('button', { name: 'Remove target 2' }).click();
  await field(page, 'Context').fill('8000');
  await saved(page);
  await until('the change', async () => (await page.locator('[data-table=models] tbody tr').innerText()).includes('8,000'));
  cases.check(!(await page.locator('[data-table=models]').innerText()).includes('house'), 'a target goes');
}

async function payForIt(owner, project, cases, look) {
  const { page } = owner;
  await owner.at(`projects/${project}/models?view=budgets`, '[data-budgets]');
  await page.getByRole('button', { name: 'Make a budget' }).click();
  await field(page, 'Name').fill('Trying out');
  await page.locator('dialog[open] button[type=submit]').click();
  cases.check((await page.locator('dialog[open]').innerText()).includes('A budget bounds money, tokens or both.'), 'a budget without a bound is refused before it is sent');
  await field(page, 'Most money').fill('2.50');
  await look(owner, 'budget-dialog');
  await saved(page);
  await page.waitForSelector('[data-budget="Trying out"]');
  await menu(page, page.locator('[data-budget="Trying out"]'), 'Change the bound');
  await field(page, 'Most money').fill('5');
  await field(page, 'Most tokens').fill('1 000 000');
  await saved(page);
  await until('the bound', async () => (await page.locator('[data-budget="Trying out"]').innerText()).includes('$5.00'));
  const [budget] = (await owner.api('GET', `/projects/${project}/budgets`)).items;
  cases.same([budget.money, budget.tokens, budget.period], [5_000_000, 1_000_000, 'month'], 'a budget is made, and raised');
}

async function makeKey(owner, project, cases, look) {
  const { page } = owner;
  await owner.at(`projects/${project}/models?view=keys`, '[data-keys]');
  await page.getByRole('button', { name: 'Make a key' }).click();
  await field(page, 'Name').fill('Notebook');
  await look(owner, 'key-dialog');
  await page.locator('dialog[open] button[type=submit]').click();
  const secret = await page.locator('[data-secret]').innerText();
  cases.check(kSecret.test(secret), 'its secret is shown');
  await look(owner, 'key-secret');
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.waitForSelector('[data-table=virtual-keys] tbody tr');
  await owner.page.reload();
  await page.waitForSelector('[data-table=virtual-keys] tbody tr');
  cases.check(!(await page.content()).includes(secret), 'and not again');
  return secret;
}

async function exchanges(room, owner, project, secret, cases, look) {
  const { page } = owner;
  const said = await ask(room, secret, { messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: `Which way is north? ${kHostile}` }] });
  const reply = await said.json();
  cases.same(said.status, 200, 'the key works');
  const stream = await ask(room, secret, { stream: true, stream_options: { include_usage: true }, messages: [{ role: 'user', content: 'Tell me of rivers' }] });
  await stream.text();
  await until('both are recorded', async () => (await owner.api('GET', `/projects/${project}/exchanges`)).items.length === 2);
  await owner.at(`projects/${project}/models`, '[data-table=exchanges] tbody tr');
  await settled(page);
  const rows = page.locator('[data-table=exchanges] tbody tr');
  cases.same(await rows.count(), 2, 'both are listed');
  const text = await rows.last().innerText();
  cases.check(['complete', 'Drafting', 'Notebook', 'a program', '→', '$'].every((word) => text.includes(word)), 'with state, purpose, key, tokens and cost', text);
  cases.check(!(await page.content()).includes('north'), 'the list shows nothing of what was said');
  await look(owner, 'project-exchanges');

  await page.getByLabel('Purpose').selectOption('judge');
  await page.getByText('None fits these filters.').waitFor();
  await page.getByLabel('Purpose').selectOption('drafting');
  await page.getByLabel('State').selectOption('complete');
  await until('both again', async () => await rows.count() === 2);
  await page.getByLabel('Until').fill('2020-01-01');
  await page.getByText('None fits these filters.').waitFor();
  await page.getByRole('button', { name: 'Clear the filters' }).first().click();
  await until('both again', async () => await rows.count() === 2);
  cases.check(true, 'filters by purpose, state and time narrow the list');

  // By keyboard: Enter opens what has the focus.
  const fetched = [];
  page.on('request', (request) => /\/api\/v1\/exchanges\//.test(request.url()) && fetched.push(request.url()));
  const { id } = (await owner.api('GET', `/projects/${project}/exchanges`)).items.at(-1);
  const opened = async () => (await owner.api('GET', '/log/openings?limit=50')).items.filter((one) => one.objects.some((o) => o.type === 'exchange' && o.id === id)).length;
  await rows.last().focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-opening]');
  cases.check((await page.locator('[data-opening]').innerText()).includes('Reading it is an opening'), 'before it is opened the page says that it is an opening');
  await look(owner, 'exchange-sealed');
  cases.same([fetched, await opened()], [[], 0], 'and until then nothing of it is fetched or opened');
  await page.getByRole('button', { name: 'Open what was said' }).click();
  await page.waitForSelector('[data-answered] [data-role=assistant]');
  const asked = page.locator('[data-asked] [data-role]');
  cases.same(await asked.evaluateAll((all) => all.map((one) => one.dataset.role)), ['system', 'user'], 'the request as turns with their roles');
  cases.check((await asked.last().innerText()).includes('<script>window.hacked=1</script>') && await page.evaluate(() => window.hacked) === undefined, 'a hostile text is text');
  cases.check((await page.locator('[data-answered]').innerText()).includes(reply.choices[0].message.content.trim().slice(0, 20)), 'and the reply');
  cases.check((await page.locator('dialog[open] .facts').innerText()).includes('vendor · mock-small'), 'who answered');
  await until('the opening is in the log', async () => await opened() === 1);
  cases.check(true, 'the log has the opening, with the exchange that it was of');
  await look(owner, 'exchange-opened');
  await page.getByRole('button', { name: 'As it was sent' }).click();
  cases.check((await page.locator('dialog[open]').innerText()).includes('"messages"'), 'the bytes can be looked at');
  await page.keyboard.press('Escape');
  await rows.first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Open what was said' }).click();
  await page.waitForSelector('[data-answered] [data-role=assistant]');
  cases.check((await page.locator('[data-answered] [data-role=assistant]').innerText()).length > 20, 'a streamed reply is put together');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Change how long' }).click();
  await field(page, 'Days').fill('30');
  cases.check((await page.locator('dialog[open]').innerText()).includes('go for good'), 'a shorter time says what it takes away');
  await saved(page);
  await page.getByText('for 30 days').waitFor();
}

async function afterwards(room, owner, project, secret, cases, look) {
  const { page } = owner;
  await owner.at(`projects/${project}/models?view=budgets`, '[data-budget="Trying out"]');
  await settled(page);
  const total = (await owner.api('GET', `/projects/${project}/exchanges`)).items.reduce((sum, one) => sum + one.cost, 0);
  const spent = page.locator('[data-figure=spent-money]');
  await until('all is settled', async () => await spent.innerText() === `$${(total / 1e6).toFixed(6)}`);
  cases.check(total > 0, 'what the exchanges cost is what the budget has spent, to the millionth');
  await look(owner, 'project-budgets');
  await menu(page, page.locator('[data-budget="Trying out"]'), 'Pause');
  await page.locator('[data-budget="Trying out"] .pill:text-is("paused")').waitFor();
  cases.check((await ask(room, secret, { messages: [{ role: 'user', content: 'hi' }] })).status >= 400, 'a paused budget pays for nothing');
  await menu(page, page.locator('[data-budget="Trying out"]'), 'Open again');
  await page.locator('[data-budget="Trying out"] .pill:text-is("open")').waitFor();

  await owner.at('models', '[data-table=peers] tbody tr');
  await settled(page);
  await look(owner, 'models');
  const row = page.locator('[data-table=peers] tbody tr', { hasText: 'vendor' });
  cases.check((await row.innerText()).includes('running') && (await row.innerText()).includes('1.1 GB'), 'the server is seen running, with its bytes of the day', await row.innerText());
  await row.focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-run]');
  const run = await page.locator('[data-run]').innerText();
  cases.check(run.includes('no end is known') && run.includes('Exchanges: 2'), 'what went through it', run);
  await page.locator('[data-run] summary').first().click();
  await page.locator('[data-run] summary').last().click();
  await look(owner, 'models-exposure');
  await page.locator('[data-run] li a').first().click();
  await page.waitForSelector('[data-opening]');
  cases.check(true, 'and leads to each exchange, unopened');
  await page.keyboard.press('Escape');

  await lost(owner, project, cases, look);
  await stopped(room, owner, secret, cases, look);
  await owner.at(`projects/${project}/models?view=keys`, '[data-table=virtual-keys] tbody tr');
  await settled(page);
  await look(owner, 'project-keys');
  await menu(page, page.locator('[data-table=virtual-keys] tbody tr'), 'Revoke');
  await page.locator('dialog[open] .button.danger').click();
  await page.locator('[data-table=virtual-keys] .pill:text-is("revoked")').waitFor();
  cases.same((await ask(room, secret, { messages: [{ role: 'user', content: 'hi' }] })).status, 401, 'a revoked key is none at once');
}

/** A budget that has lost something, as the page has it from the room; it is released by the room itself. */
async function lost(owner, project, cases, look) {
  const { page } = owner;
  const budgets = '**/api/v1/projects/*/budgets';
  await page.route(budgets, async (route) => {
    const reply = await route.fetch();
    const body = await reply.json();
    body.items[0].lost = { money: 1_250_000, tokens: 40_000 };
    await route.fulfill({ response: reply, json: body });
  });
  await owner.at('models', '[data-models]');
  await owner.at(`projects/${project}/models?view=budgets`, '[data-budget="Trying out"]');
  await settled(page);
  cases.same([await page.locator('[data-figure=lost-money]').innerText(), await page.locator('[data-figure=lost-tokens]').innerText()], ['$1.25', '40,000'], 'what was lost stands apart');
  await look(owner, 'project-budgets-lost');
  await menu(page, page.locator('[data-budget="Trying out"]'), 'Release what was lost');
  cases.check((await page.locator('dialog[open]').innerText()).includes('$1.25 · 40,000 tokens: reserved by a process that ended'), 'and the page says what a release may cost');
  await page.unroute(budgets);
  const asked = page.waitForResponse((reply) => reply.url().endsWith('/release'));
  await page.locator('dialog[open] .button.primary').click();
  cases.same((await asked).status(), 200, 'the room releases it');
  await until('nothing is lost', async () => await page.locator('[data-figure=lost-money]').innerText() === '$0.00');
}

/** The process below `above` whose command line begins so. */
function below(above, command) {
  const rows = spawnSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).stdout.split('\n').map((line) => /(\d+)\s+(\d+)\s+(.*)/.exec(line)).filter(Boolean);
  const family = new Set([above]);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const [, pid, parent] of rows) if (family.has(Number(parent))) family.add(Number(pid));
  }
  return Number(rows.find(([, pid, , args]) => family.has(Number(pid)) && args.startsWith(command))?.[1]);
}

/** A process that its box ends while an exchange is under way: the page says which and why, and what it had in its hands. */
async function stopped(room, owner, secret, cases, look) {
  const { page } = owner;
  const [model] = (await owner.api('GET', '/models')).items;
  await owner.api('PATCH', `/models/${model.id}`, { targets: [{ ...model.targets[0], peer: 'house', model: 'mock-small:token=200,tokens=400' }] });
  const under = await ask(room, secret, { stream: true, messages: [{ role: 'user', content: 'Tell me a long story' }] });
  const reader = under.body.getReader();
  await reader.read();
  process.kill(below(room.process.pid, 'guildhall-translator --peer house'), 'SIGSYS'); // as its filter would end it
  for (let end = false; !end;) end = (await reader.read()).done;
  await until('it is stopped', async () => (await owner.api('GET', '/peers')).items.find((one) => one.name === 'house').state === 'stopped');
  await owner.at('projects', 'h1');
  await owner.at('models', '[data-stopped=house]');
  await settled(page);
  const said = await page.locator('[data-stopped=house]').innerText();
  cases.check(said.includes('its box') || said.includes('Its box'), 'what was stopped is said', said);
  cases.check(said.includes('translator') && said.includes('What went through'), 'with the process, and where to look', said);
  await look(owner, 'models-stopped');
  await menu(page, page.locator('[data-table=peers] tbody tr', { hasText: 'house' }), 'What went through');
  await page.getByText('One exchange was in flight at its end').waitFor();
  cases.same([await page.locator('[data-run] .pill.bad').innerText(), await page.getByRole('list', { name: 'In flight at its end' }).locator('li').count()], ['Stopped by its box: translator', 1], 'and what was in flight');
  await look(owner, 'models-flight');
  await page.keyboard.press('Escape');
}

/** An auditor sees that there were exchanges, and changes nothing; an expert is not shown the way. */
async function others(room, browser, faults, owner, project, cases, look) {
  const enter = async (role, name) => {
    const { link } = await owner.api('POST', '/members', { role, name, email: `${role}@example.org`, ...(role === 'auditor' ? { everywhere: true } : { projects: [project] }) });
    const person = await Person.open(browser, room, name, faults);
    await person.join(link, name, kPassword);
    return person;
  };
  const andy = await enter('auditor', 'Andy Auditor');
  await andy.at(`projects/${project}/models`, '[data-table=exchanges] tbody tr');
  await andy.page.locator('[data-table=exchanges] .row-link').first().click();
  await andy.page.getByText('Auditors see that it was').waitFor();
  cases.same(await andy.page.locator('[data-opening]').count(), 0, 'an auditor cannot open one');
  await andy.page.keyboard.press('Escape');
  await andy.at('models', '[data-table=models] tbody tr');
  cases.same(await andy.page.getByRole('button', { name: 'Name a model' }).count(), 0, 'and changes nothing');
  const ada = await enter('expert', 'Ada Expert');
  cases.same(await ada.page.getByRole('link', { name: 'Models' }).count(), 0, 'an expert is not shown the way');
  await look(ada, 'expert-head');
  await ada.context.close();
  await andy.context.close();
}

async function inArabic(owner, project, cases, look) {
  const { page } = owner;
  await page.evaluate(() => localStorage.setItem('guildhall-language', 'ar'));
  await page.reload();
  await owner.at(`projects/${project}/models?view=budgets`, '[data-budget]');
  await settled(page);
  cases.same(await page.locator('html').getAttribute('dir'), 'rtl', 'in Arabic from right to left');
  await look(owner, 'project-budgets-ar');
  await owner.at('models', '[data-table=models] tbody tr');
  await settled(page);
  await look(owner, 'models-ar');
}

/** A room without its boxes, and one with them. */
async function unboxed(browser, faults, cases, look) {
  const room = await new Room().start('--insecure-no-sandbox');
  const owner = await Person.open(browser, room, 'unboxed owner', faults);
  try {
    await owned(room, owner);
    const { id } = await owner.api('POST', '/projects', { title: 'Open', template: 'choice' });
    await owner.api('POST', `/projects/${id}/tasks`, Buffer.from('{"key": "k", "data": {"prompt": "Is water wet?"}}\n'), { 'Content-Type': 'application/x-ndjson' });
    await owner.api('PATCH', `/projects/${id}`, { state: 'open' });
    for (const [hash, ready] of [['projects', 'h1'], ['models', '[data-peers]'], [`projects/${id}/overview`, '.tabs'], ['account', 'h1'], [`work/${id}/review`, 'h1'], [`review/${id}`, 'h1']]) {
      await owner.at(hash, ready);
      const notice = owner.page.locator('[data-insecure]');
      cases.check(await notice.count() === 1 && (await notice.innerText()).includes('run without their box') && await notice.locator('button').count() === 0, `without boxes the page ${hash.split('/')[0]} says so, and cannot be told not to`);
    }
    await owner.at('models', '[data-peers]');
    await settled(owner.page);
    await look(owner, 'unboxed');
  } finally {
    await owner.context.close();
    await room.stop();
  }
}

export async function modelPages(browser, faults, cases, options) {
  const look = (person, name) => audit(person, name, cases, options.shots);
  const mock = await new Mock().start();
  const room = new Room();
  for (const name of ['vendor', 'house']) room.run('peer', 'add', room.dir, '--name', name, '--url', `http://127.0.0.1:${mock.port}/v1`, '--allow', '127.0.0.1');
  await room.start();
  try {
    const owner = await Person.open(browser, room, 'model owner', faults);
    await owned(room, owner);
    const { id } = await owner.api('POST', '/projects', { title: 'Questions of the law', template: 'choice' });
    cases.same(await owner.page.locator('[data-insecure]').count(), 0, 'a room in its boxes has no line about them');
    await nothingYet(owner, id, cases, look);
    await nameIt(owner, cases, look);
    await payForIt(owner, id, cases, look);
    const secret = await makeKey(owner, id, cases, look);
    await exchanges(room, owner, id, secret, cases, look);
    await afterwards(room, owner, id, secret, cases, look);
    await others(room, browser, faults, owner, id, cases, look);
    await inArabic(owner, id, cases, look);
    await owner.context.close();
  } finally {
    await room.stop();
    await mock.stop();
  }
  await invitationsByMail(browser, faults, cases, look);
  await unboxed(browser, faults, cases, look);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--shots');
  const [cases, faults] = [new Cases(), []];
  const browser = await openBrowser();
  await modelPages(browser, faults, cases, { shots: at > 0 ? process.argv[at + 1] : null })
    .catch((error) => cases.check(false, 'the part ran to its end', error.stack))
    .finally(() => browser.close());
  cases.check(faults.length === 0, 'no console error, no policy violation, no request to elsewhere', [...new Set(faults)].join('\n  '));
  console.log(`${cases.passed} passed, ${cases.failed} failed, 0 skipped`);
  process.exitCode = cases.failed > 0 ? 1 : 0;
}
