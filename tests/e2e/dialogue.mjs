// A blind dialogue against the real room: the demo as it starts, its mock behind launcher, dialler, shim and translator. An expert
// talks for four turns, edits, branches and submits; the manager takes the pairs, and the record that says where each text is from.
//
//   node tests/e2e/dialogue.mjs [--shots FOLDER]        (or as a part of run.mjs)
import { fileURLToPath } from 'node:url';
import { audit, Cases, openBrowser, Person, sleep, until } from './rig.mjs';
import { Demo, enter } from './demo.mjs';
import { dataset } from './job.mjs';
import { kMessage, ready, reply, say, turns } from './talk.mjs';

const kTitle = 'Advice, in conversation';
const kNames = /Alder|Birch|mock-[ab]/;
const kSaid = ['I found mould behind the wardrobe.', 'The landlord says that I air too little.', 'May I pay less rent now?', 'Then draft the letter.'];
const kEdited = 'Write to the landlord first, with a date, and keep a copy.';

/** All that the app is told from now on, streams included: each reply is read a second time, beside the page. */
async function listen(person) {
  const told = [];
  await person.context.exposeFunction('e2eTold', (url, text) => told.push({ url, text }));
  await person.context.addInitScript(() => {
    const real = window.fetch.bind(window);
    window.fetch = async (...asked) => {
      const reply = await real(...asked);
      void reply.clone().text().then((text) => window.e2eTold(reply.url, text), () => undefined);
      return reply;
    };
  });
  return told;
}

const words = (page, turn, slot) => reply(page, turn, slot).locator('.talk-text').innerText().then((text) => text.trim());

/** What both say to a turn, in the order of their letters. */
async function both(page, turn) {
  return [await words(page, turn, 'A'), await words(page, turn, 'B')];
}

async function choose(page, turn, slot) {
  await reply(page, turn, slot).getByLabel(`Choose ${slot}`).check();
}

/** The third turn with nothing but keys, on a telephone's width. */
async function byKeysAlone(page, cases) {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press(await page.locator(kMessage).getAttribute('aria-keyshortcuts'));
  await page.keyboard.type(kSaid[2]);
  await page.keyboard.press('Enter');
  await until('the third turn is there', async () => (await turns(page).count()) === 3);
  await ready(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press(await reply(page, 3, 'B').getByLabel('Choose B').getAttribute('aria-keyshortcuts'));
  cases.check(await reply(page, 3, 'B').getByLabel('Choose B').isChecked(), 'a turn at 390 px by keys alone: said, and chosen');
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function editSecond(page, cases) {
  await reply(page, 2, 'A').getByRole('button', { name: 'Edit the answer of A' }).click();
  await page.fill('[data-talk-edit]', kEdited);
  await page.press('[data-talk-edit]', 'Control+Enter');
  await until('the edit is kept', async () => (await words(page, 2, 'A')) === kEdited);
  cases.check((await reply(page, 2, 'A').innerText()).includes('2 of 2'), 'the edit stands beside what the model wrote');
  await choose(page, 2, 'A');
}

async function rateAll(page) {
  for (let turn = 1; turn <= kSaid.length; turn++) {
    for (const slot of ['A', 'B']) {
      if (turn === 2 && slot === 'A') await reply(page, 2, 'A').getByRole('button', { name: 'A: earlier version' }).click();
      await reply(page, turn, slot).getByRole('button', { name: slot === 'A' ? '3' : '5', exact: true }).click();
    }
  }
}

/** Four turns with an edit, a branch from the first and the way back. What the models said, by turn. */
async function talk(person, cases, shots) {
  const { page } = person;
  const said = [];
  await say(page, kSaid[0]);
  said.push(await both(page, 1));
  cases.check(said[0][0] !== said[0][1] && said[0].every((text) => text.split(' ').length > 20), 'two models answer through the boxes, each in its way', JSON.stringify(said[0]));
  cases.check(said[0].every((text) => /mould|wardrobe/.test(text)), 'and about what was said');
  await choose(page, 1, 'B');
  await say(page, kSaid[1]);
  said.push(await both(page, 2));
  await editSecond(page, cases);
  await byKeysAlone(page, cases);
  said.push(await both(page, 3));
  await say(page, kSaid[3]);
  said.push(await both(page, 4));
  await choose(page, 4, 'A');
  await reply(page, 1, 'A').getByRole('button', { name: /Continue from here: A, turn 1/ }).click();
  await say(page, 'What if it were behind the shower?');
  cases.same(await turns(page).count(), 2, 'a branch goes on from the other answer to the first turn');
  await page.locator('.talk-branch').first().click();
  cases.same(await turns(page).count(), 4, 'and the first branch is still there');
  await rateAll(page);
  await audit(person, 'dialogue-real', cases, shots);
  return said;
}

const contents = (messages) => messages.map((one) => one.content);

/** The pairs a trainer gets: each turn's chosen text against every other reply of a model, on the path that counts. */
function checkPairs(pairs, said, cases) {
  const [[a1, b1], [a2, b2], [a3, b3], [a4, b4]] = said;
  const wanted = [[b1, a1], [kEdited, a2], [kEdited, b2], [b3, a3], [a4, b4]];
  const found = pairs.map(({ chosen, rejected }) => [chosen[0].content, rejected[0].content]);
  const sorted = (list) => list.map((pair) => JSON.stringify(pair)).sort();
  cases.same(sorted(found), sorted(wanted), 'five pairs: what was chosen against each reply that was not');
  const last = pairs.find((pair) => pair.chosen[0].content === a4);
  cases.same(contents(last?.prompt.slice(1) ?? []), [kSaid[0], b1, kSaid[1], kEdited, kSaid[2], b3, kSaid[3]], 'the prompt is the path that was chosen, edit included');
  cases.check(last?.prompt[0].role === 'system' && !JSON.stringify(pairs).includes('shower'), 'after the system prompt, without the branch that was left');
  cases.check(!kNames.test(JSON.stringify(pairs)), 'no model is named in the pairs');
}

/** The whole record: models, the exchange that each reply is from, and what the edit was made of. */
function checkRecord([record], said, cases) {
  const { nodes } = record.submission.dialogue;
  const replies = nodes.filter((one) => one.kind === 'reply');
  cases.same([nodes.length, replies.length], [16, 10], 'the record has every message: five said, ten answered, one edited');
  const edit = nodes.find((one) => one.kind === 'edit');
  const source = nodes.find((one) => one.node === edit?.edited_from);
  cases.same([edit?.text, source?.text, source?.kind], [kEdited, said[1][0], 'reply'], 'the edit says from which reply it was made');
  cases.check(replies.every((one) => /Alder|Birch/.test(one.model)), 'here the models are named');
  const exchanges = new Set(replies.map((one) => one.exchange));
  cases.check(exchanges.size === 10 && !exchanges.has(null) && !exchanges.has(undefined), 'each reply names a recorded exchange of its own', JSON.stringify(replies[0]));
  return exchanges;
}

export async function wholeDialogue(browser, faults, cases, options = {}) {
  const demo = await new Demo().start();
  try {
    const expert = await Person.open(browser, demo, 'talking expert', faults);
    const manager = await Person.open(browser, demo, 'demo manager', faults);
    await enter(manager, demo.link('Demo manager'));
    const { items } = await manager.api('GET', '/projects');
    const project = items.find((one) => one.title === kTitle).id;
    const told = await listen(expert);
    await enter(expert, demo.link('Expert 2'));
    await expert.at(`work/${project}/work`, kMessage);
    const said = await talk(expert, cases, options.shots);
    await expert.page.getByRole('button', { name: /^Submit/ }).click();
    await until('it is submitted', async () => (await manager.api('GET', `/projects/${project}/submissions`)).items.length === 1);
    await expert.context.close();
    const named = told.filter(({ text }) => kNames.test(text)).map(({ url }) => url);
    cases.same(named, [], 'nothing that the expert was told names a model');
    const streams = told.filter(({ url, text }) => /dialogue\/turns$/.test(url) && text.includes('event: done'));
    cases.check(streams.length === 5 && told.some(({ text }) => text.includes(kEdited)), 'and what the models said was among it', String(streams.length));
    cases.check(kNames.test(JSON.stringify(await manager.api('GET', `/projects/${project}/template`))), 'who manages the project is told the names');
    checkPairs(await dataset(manager, project, 'trl-preference', 'TRL preference', cases), said, cases);
    const exchanges = checkRecord(await dataset(manager, project, 'guildhall', 'Guildhall', cases), said, cases);
    const kept = (await manager.api('GET', `/projects/${project}/exchanges`)).items.map((one) => one.id);
    cases.check([...exchanges].every((id) => kept.includes(id)), 'and each of them is kept in the room', JSON.stringify([[...exchanges][0], kept[0]]));
    await manager.context.close();
  } finally {
    await demo.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [cases, faults, browser] = [new Cases(), [], await openBrowser()];
  await wholeDialogue(browser, faults, cases, { shots: process.argv.includes('--shots') ? process.argv[process.argv.indexOf('--shots') + 1] : undefined }).catch((error) => cases.check(false, 'the dialogue ran to its end', error.stack));
  await browser.close();
  await sleep(0);
  cases.check(faults.length === 0, 'no console error, no policy violation, no request to elsewhere', `\n  ${[...new Set(faults)].join('\n  ')}`);
  console.log(`${cases.passed} passed, ${cases.failed} failed`);
  process.exitCode = cases.failed > 0 ? 1 : 0;
}
