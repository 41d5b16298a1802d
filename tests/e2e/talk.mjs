// Live dialogues in a browser: four turns with two blind models, an edit, a branch; answers that fail, break off, are stopped; a
// page that is left and opened again; without a network, with a lost reservation; by keyboard alone; to look at and to listen to.
//
//   node tests/e2e/talk.mjs [--shots FOLDER] [--part NAME]        (or as a part of run.mjs)
import { fileURLToPath } from 'node:url';
import { audit, Cases, openBrowser, Person, sleep, until } from './rig.mjs';
import { TalkRoom } from './talk_room.mjs';

export const kMessage = '[data-talk-message]';
export const turns = (page) => page.locator('[data-turn]');
export const reply = (page, turn, slot) => turns(page).nth(turn - 1).locator(`[data-slot-letter="${slot}"]`);
const note = (page) => page.locator('[data-talk-note]').innerText();
export const ready = (page) => page.waitForSelector('.talk[data-phase="ready"]');
const saved = (room, count) => until(`${count} turns are saved`, () => room.draft?.answers?.talk?.turns?.length === count);

export async function say(page, text) {
  const before = await turns(page).count();
  await page.fill(kMessage, text);
  await page.press(kMessage, 'Enter');
  await until('the turn is there', async () => (await turns(page).count()) === before + 1);
  await ready(page);
}

/** A person at the one task of a room of their own. */
async function begin(browser, faults, question, name = 'talker') {
  const room = await new TalkRoom(question).start();
  const person = await Person.open(browser, room, name, faults);
  person.expected.push(/Failed to load resource/, /ERR_(INTERNET_DISCONNECTED|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET|EMPTY_RESPONSE)/);
  await person.at('work/p1/work', kMessage);
  return { room, person, page: person.page, end: async () => { await person.context.close(); await room.stop(); } };
}

async function fourTurns(browser, faults, cases, look) {
  const { room, person, page, end } = await begin(browser, faults);
  cases.same(await note(page), 'Turn 1 of at most 8; at least 2', 'the turn and its bounds in words');
  await look(person, 'talk-empty');
  await say(page, 'I cannot sleep');
  cases.check((await reply(page, 1, 'A').innerText()).includes('You said') && (await reply(page, 1, 'B').innerText()).includes('In short'), 'both answer side by side');
  cases.same(await page.locator('[data-talk-said] p').allInnerTexts(), ['B answered', 'A answered'], 'a screen reader hears of each answer once');
  cases.check(await reply(page, 1, 'A').locator('math').count() === 1 && await reply(page, 1, 'B').locator('table').count() === 1, 'formulas and tables are drawn');
  cases.same(await note(page), 'Choose one of the answers above to go on.', 'one has to choose before one goes on');
  await page.fill(kMessage, 'too early');
  await page.press(kMessage, 'Enter');
  cases.same(await turns(page).count(), 1, 'until then nothing is sent');
  await page.fill(kMessage, '');

  await reply(page, 1, 'B').getByLabel('Choose B').check();
  await say(page, 'and since three weeks');
  cases.same(room.asked.at(-1).body.parent, 'n3', 'the next message hangs on what was chosen');
  // An edit is kept beside what it was made from, and is what the dialogue goes on from.
  await reply(page, 2, 'A').getByRole('button', { name: 'Edit the answer of A' }).click();
  await page.fill('[data-talk-edit]', 'You said too little. See a doctor.');
  await page.press('[data-talk-edit]', 'Control+Enter');
  await page.waitForSelector('.talk-versions');
  const edited = reply(page, 2, 'A');
  cases.check((await edited.innerText()).includes('edited by you') && (await edited.innerText()).includes('2 of 2'), 'the edited answer is a version of its own');
  await edited.getByRole('button', { name: 'What was changed' }).click();
  // The part that shows differences is fetched when it is first asked for.
  cases.check(await until('the difference', async () => await edited.locator('ins').count() > 0 && await edited.locator('del').count() > 0), 'the difference can be looked at');
  await edited.getByRole('button', { name: 'A: earlier version' }).click();
  cases.check((await edited.innerText()).includes('You said: and since'), 'the answer as it came is still there');
  await edited.getByRole('button', { name: 'A: later version' }).click();
  await edited.getByLabel('Choose A').check();
  await look(person, 'talk-edited');
  await say(page, 'which doctor');
  cases.same(room.asked.at(-1).body.parent, room.nodes.find((node) => node.kind === 'edit').id, 'the dialogue goes on from the edited answer');
  await reply(page, 3, 'A').getByLabel('Choose A').check();
  await say(page, 'thank you');
  await reply(page, 4, 'B').getByLabel('Choose B').check();
  cases.check(await saved(room, 4), 'four turns are the answer, and the draft of it is on the server');

  // A branch from the first turn, and back again.
  await reply(page, 1, 'A').getByRole('button', { name: /Continue from here: A, turn 1/ }).click();
  cases.same(await turns(page).count(), 1, 'an earlier answer becomes the point where one goes on');
  cases.check((await page.locator('.talk').innerText()).includes('begins a new branch after turn 1'), 'and the page says so');
  await say(page, 'what if I had slept');
  await page.locator('.talk-branch').first().click();
  cases.same(await turns(page).count(), 4, 'the first branch is one click away');
  cases.check(await reply(page, 4, 'B').getByLabel('Choose B').isChecked(), 'with what was chosen there');

  // What is missing is said, and what is whole is taken.
  await page.getByRole('button', { name: 'safe', exact: false }).first().click();
  await page.getByRole('button', { name: /^Submit/ }).click();
  cases.check((await page.locator('#q-talk').innerText()).includes('the first is turn 1'), 'answers that are not rated hold the task back, and the first is named');
  for (const n of [1, 2, 3, 4]) {
    for (const slot of ['A', 'B']) {
      if (n === 2 && slot === 'A') await reply(page, 2, 'A').getByRole('button', { name: 'A: earlier version' }).click();
      await reply(page, n, slot).getByRole('button', { name: n > 2 ? '4' : '3', exact: true }).click();
    }
  }
  await look(person, 'talk-whole');
  await page.getByRole('button', { name: /^Submit/ }).click();
  await until('it is submitted', () => room.submitted);
  const { talk } = room.submitted;
  const path = talk.turns.map((turn) => [turn.user, turn.chosen]);
  cases.check(path.every(([user], i) => room.nodes.find((node) => node.id === user).parent === (i === 0 ? null : path[i - 1][1])), 'the submitted turns are one path', JSON.stringify(path));
  cases.same([talk.end, talk.turns.every((turn) => Object.keys(turn.ratings).length === 2)], [talk.turns[3].chosen, true], 'with its end, and a rating of every answer');

  // Read again, as a reviewer would: the path that counts, every alternative, nothing to press that changes anything.
  await person.at('history/p1/submissions/s1', '.talk [data-turn]');
  cases.same([await turns(page).count(), await page.locator('.talk .pill:text-is("Chosen")').count()], [4, 4], 'read again, each turn shows what was chosen');
  cases.check((await reply(page, 2, 'A').innerText()).includes('edited by the person') && await reply(page, 2, 'A').locator('.talk-versions').count() === 1, 'and what it was made from');
  cases.same(await page.locator('.talk :is(input, textarea)').count(), 0, 'nothing can be changed');
  await page.locator('.talk-branch').nth(1).click();
  cases.same(await turns(page).count(), 2, 'the other branch can be looked at');
  await look(person, 'talk-read');
  await end();
}

async function trouble(browser, faults, cases, look) {
  const { room, person, page, end } = await begin(browser, faults);
  await say(page, 'fail B please');
  cases.check((await reply(page, 1, 'B').innerText()).includes('The model took too long.'), 'why an answer did not come is said in a sentence');
  await look(person, 'talk-failed');
  await reply(page, 1, 'B').getByRole('button', { name: 'Try again' }).click();
  await until('B has answered', async () => (await reply(page, 1, 'B').getAttribute('data-state')) === 'complete');
  await ready(page);
  cases.same(room.asked.at(-1).body.slots, ['B'], 'only that model is asked anew');
  cases.check((await reply(page, 1, 'B').innerText()).includes('2 of 2'), 'the failed answer stays as an earlier version');
  await reply(page, 1, 'A').getByLabel('Choose A').check();

  await say(page, 'cut it');
  cases.same(await reply(page, 2, 'A').getAttribute('data-state'), 'cancelled', 'a broken connection ends the answers as the server has them');
  await reply(page, 2, 'A').getByRole('button', { name: 'Try again' }).click();
  await until('A has answered', async () => (await reply(page, 2, 'A').getAttribute('data-state')) === 'complete');
  await ready(page);
  await reply(page, 2, 'A').getByLabel('Choose A').check();

  room.hold = true;
  await page.fill(kMessage, 'slow down');
  await page.press(kMessage, 'Enter');
  await page.waitForSelector('[data-state="streaming"]');
  await page.fill(kMessage, 'written meanwhile');
  await page.press(kMessage, 'Enter');
  cases.same(room.asked.filter((one) => one.what === 'turns').length, 3, 'nothing is sent while answers are written');
  await page.press(kMessage, 'Escape');
  await ready(page);
  cases.same([await reply(page, 3, 'A').getAttribute('data-state'), await reply(page, 3, 'B').getAttribute('data-state')], ['cancelled', 'cancelled'], 'Escape stops them');
  await until('the server is free', () => room.streams === 0);
  room.hold = false;
  cases.check(true, 'and the models are let go');

  // Left and opened again: what was said, what was chosen, what was being written.
  await page.reload();
  await page.waitForSelector(kMessage);
  await ready(page);
  cases.same(await turns(page).count(), 3, 'after a reload the dialogue is there');
  cases.same(await page.inputValue(kMessage), 'written meanwhile', 'and the unsent message');

  await person.context.setOffline(true);
  await until('the page knows', async () => (await page.locator('.talk-problem').count()) === 1);
  cases.check((await page.locator('.talk-problem').innerText()).startsWith('Talking needs the network'), 'without a network the page says what it needs it for');
  await page.getByRole('button', { name: /^unsafe/ }).click();
  cases.same(await page.getByRole('button', { name: /^unsafe/ }).getAttribute('aria-pressed'), 'true', 'everything else keeps working');
  await person.context.setOffline(false);
  await until('the page knows', async () => (await page.locator('.talk-problem').count()) === 0);

  await reply(page, 3, 'A').getByRole('button', { name: 'Try again' }).click();
  await until('A has answered', async () => (await reply(page, 3, 'A').getAttribute('data-state')) === 'complete');
  await ready(page);
  await reply(page, 3, 'A').getByLabel('Choose A').check();
  for (const [status, type, words] of [[409, 'stale-token', 'not reserved for you here any more'], [409, 'dialogue-streaming', 'perhaps in another window']]) {
    room.refuse = { status, type };
    await page.press(kMessage, 'Enter');
    await until(type, async () => (await page.locator('.talk-problem').count()) === 1 && (await page.locator('.talk-problem').innerText()).includes(words));
    cases.same(await page.inputValue(kMessage), 'written meanwhile', `${type}: said in words, and the message is kept`);
    room.refuse = null;
    await ready(page);
  }
  await page.press(kMessage, 'Enter');
  await until('it is said', async () => (await turns(page).count()) === 4);
  cases.same(await page.inputValue(kMessage), '', 'and goes out when it can');
  cases.same(new Set(room.asked.filter((one) => one.body.text === 'written meanwhile').map((one) => one.key)).size, 1, 'under one key for all tries');
  await end();
}

async function byKeyboard(browser, faults, cases) {
  const { room, page, end } = await begin(browser, faults);
  await page.keyboard.press('d');
  await page.keyboard.type('first line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second line');
  await page.keyboard.press('Enter');
  await until('it is said', async () => (await turns(page).count()) === 1);
  await ready(page);
  cases.same(room.nodes[0].text, 'first line\nsecond line', 'a key goes to the message, Shift+Enter begins a line, Enter sends');
  cases.check(await page.evaluate((field) => document.activeElement?.matches(field), kMessage), 'the cursor stays in the message');
  await page.keyboard.press('Escape');
  await page.keyboard.press('2');
  cases.check(await reply(page, 1, 'B').getByLabel('Choose B').isChecked(), 'a digit chooses');
  await page.keyboard.press('r');
  await until('both anew', async () => (await page.locator('.talk-versions').count()) === 2);
  await ready(page);
  cases.check(true, 'r lets both answer anew');
  await page.keyboard.press('?');
  const keys = await page.locator('dialog[open]').innerText();
  cases.check(['Send the message', 'Stop the answers', 'Previous turn'].every((words) => keys.includes(words)), 'the key map lists what there is');
  await end();
}

/** What is above does not move while answers grow below: a place that is read stays where it is. */
async function calm(browser, faults, cases) {
  const { room, page, end } = await begin(browser, faults);
  for (const text of ['one', 'two', 'three']) {
    await say(page, text);
    await turns(page).last().getByLabel('Choose A').check();
  }
  room.hold = true;
  await page.fill(kMessage, 'four');
  await page.press(kMessage, 'Enter');
  await page.waitForSelector('[data-state="streaming"]');
  await turns(page).nth(1).evaluate((turn) => turn.scrollIntoView({ block: 'start' }));
  const top = () => turns(page).nth(1).evaluate((turn) => Math.round(turn.getBoundingClientRect().top));
  const before = await top();
  cases.same(await page.locator('[data-state="streaming"]').count(), 2, 'both are in the middle of their answers');
  room.hold = false;
  await ready(page);
  cases.same(await top(), before, 'a place that is read stays where it is while answers grow and end');
  await end();
}

/** Other shapes of the question, in Arabic and in English, to be looked at. */
async function shapes(browser, faults, cases, look) {
  const one = await begin(browser, faults, { slots: ['A'], rate: null, label: 'Talk' }, 'one');
  await say(one.page, 'hello there');
  cases.same(await one.page.locator('input[type=radio]').count(), 0, 'with one model there is nothing to choose');
  await say(one.page, 'hello again');
  cases.same(one.room.asked.at(-1).body.parent, 'n2', 'and the dialogue goes on from its answer');
  await look(one.person, 'talk-one');
  await one.end();
  const four = await begin(browser, faults, { slots: ['A', 'B', 'C', 'D'], max_turns: 1, min_turns: 1 }, 'four');
  await say(four.page, 'hello all of you');
  cases.check((await note(four.page)).includes('has its one turn'), 'at its end a dialogue says so');
  await look(four.person, 'talk-four');
  await four.end();
  const arabic = await begin(browser, faults, {}, 'arabic');
  await arabic.page.goto(`${arabic.room.base}/#/account`);
  await arabic.page.getByRole('button', { name: 'العربية' }).click();
  await arabic.page.waitForSelector('[dir=rtl]');
  await arabic.person.at('work/p1/work', kMessage);
  await say(arabic.page, 'لا أنام منذ ثلاثة أسابيع');
  await arabic.page.getByLabel('اختر A').check();
  await say(arabic.page, 'وماذا بعد؟');
  await look(arabic.person, 'talk-arabic');
  await arabic.end();
}

export async function talking(browser, faults, cases, options = {}) {
  const look = async (person, name) => {
    await sleep(100);
    await audit(person, name, cases, options.shots);
  };
  const parts = { fourTurns, trouble, byKeyboard, calm, shapes };
  for (const [name, part] of Object.entries(parts)) if (!options.part || options.part === name) await part(browser, faults, cases, look).catch((error) => cases.check(false, `${name} ran to its end`, error.stack));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const after = (word) => (process.argv.includes(word) ? process.argv[process.argv.indexOf(word) + 1] : undefined);
  const [cases, faults, browser] = [new Cases(), [], await openBrowser()];
  await talking(browser, faults, cases, { shots: after('--shots'), part: after('--part') });
  await browser.close();
  cases.check(faults.length === 0, 'no console error, no policy violation, no request to elsewhere', `\n  ${[...new Set(faults)].join('\n  ')}`);
  console.log(`${cases.passed} passed, ${cases.failed} failed`);
  process.exitCode = cases.failed > 0 ? 1 : 0;
}
