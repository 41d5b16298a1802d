// Every page, as those who may see it see it: axe, wide and narrow, light and dark.
import { join } from 'node:path';
import { audit, root, settled as quiet, sleep } from './rig.mjs';
import { kHostile } from './job.mjs';

/** One task of each kind of work, so that every kind of form is looked at. */
const kinds = {
  preference: {
    prompt: 'A neighbour asks: *may I cut the branches that hang over my fence?* Which answer would you give them?',
    responses: [
      { text: 'In most places you may cut what hangs over **up to the boundary**, but not beyond it, and not if that would kill the tree.\n\n1. Ask the owner first, and give them a few weeks.\n2. Cut only on your side.\n3. Offer the wood back: it is theirs.\n\nWhere a tree is protected, ask the town before you touch it.' },
      { text: 'Yes, you may cut them, they are on your side of the fence.\n\nIf roots come under the fence as well you can remove those too. You need not ask anybody, and you can keep the fruit that falls.' },
    ],
  },
  rubric: {
    prompt: 'Explain to a patient what a statin does.', response: `It lowers cholesterol. ${kHostile}`,
    rubric: [{ id: 'r1', criterion: 'Says that it lowers LDL cholesterol', points: 3, gate: true }, { id: 'r2', criterion: 'Names muscle pain as a side effect', points: 2 }],
  },
  demonstration: { prompt: 'Write a polite refusal of an invitation.' },
  authoring: { brief: 'Write a hard question on tenancy law, with its rubric.' },
  steps: { prompt: 'What is $3 \\cdot 4 + 2$?', steps: ['$3 \\cdot 4 = 12$', '$12 + 2 = 15$'] },
  trajectory: {
    messages: [
      { role: 'user', content: 'Cancel my booking.' },
      { role: 'assistant', content: 'I look it up.', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{"name": "Doe"}' } }] },
      { role: 'tool', tool_call_id: 'c1', content: `{"booking": 17} ${kHostile}` },
      { role: 'assistant', content: 'It is cancelled.' },
    ],
  },
  choice: { prompt: 'Is the sky blue?' },
  spans: { text: 'The moon is made of green cheese.' },
};

const pause = () => sleep(250);

const settled = (person) => quiet(person.page);

async function signedOut(open, look) {
  const person = await open('nobody');
  await person.at('', 'input[type=password]');
  await look(person, 'signin');
  person.expected.push(/status of 404 .*invites\/check/);
  await person.at('join/not-a-code');
  await settled(person);
  await look(person, 'join-bad');
}

async function managers(manager, project, look) {
  const { page } = manager;
  await manager.at('projects', 'h1');
  await settled(manager);
  await look(manager, 'projects');
  await manager.at('new', '.choice-card');
  await look(manager, 'new');
  for (const tab of ['overview', 'tasks', 'import', 'form', 'members', 'quality', 'guidelines', 'questions', 'deliveries', 'settings']) {
    await manager.at(`projects/${project}/${tab}`, '.tabs');
    await settled(manager);
    await look(manager, `project-${tab}`);
  }
  await manager.at(`projects/${project}/import`, '.drop');
  await page.setInputFiles('input[type=file]', { name: 'bad.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from('{"data": {}}\nno json\n') });
  await page.locator('[data-import-start]').click();
  await page.waitForSelector('tbody tr');
  await look(manager, 'import-errors');
  await manager.at(`projects/${project}/tasks`, 'table');
  await page.locator('tbody button').first().click();
  await page.waitForSelector('dialog .pane');
  await look(manager, 'task');
  await page.keyboard.press('Escape');
  await manager.at(`projects/${project}/members`, 'text=Invite someone');
  await page.getByText('Invite someone').click();
  await page.waitForSelector('dialog[open]');
  await look(manager, 'invite');
  await page.keyboard.press('Escape');
  for (const [hash, name] of [['account', 'account'], ['nowhere', 'missing']]) {
    await manager.at(hash, 'h1');
    await settled(manager);
    await look(manager, name);
  }
}

async function newLink(manager, open, look) {
  const { link } = await manager.api('POST', '/members', { role: 'auditor', name: 'Andy Auditor', email: 'andy@example.org' });
  const person = await open('invited');
  await person.page.goto(link);
  await person.page.waitForSelector('input[type=password]');
  await look(person, 'join');
}

/** A project of each kind with one task, worked on by `ada` and judged by `rita`. */
async function prepare(manager, members, kind) {
  const { id } = await manager.api('POST', '/projects', {
    title: kind === 'preference' ? 'Everyday law, in plain words' : `On ${kind}`, template: kind, guidelines: `# Look closely\n\n${kHostile}`,
    settings: { review_percent: 100, overlap: 2, adjudicate: true },
  });
  for (const member of members) await manager.api('POST', `/projects/${id}/members`, { member });
  await manager.api('POST', `/projects/${id}/tasks`, Buffer.from(`${JSON.stringify({ key: 'k', data: kinds[kind] })}\n`), { 'Content-Type': 'application/x-ndjson' });
  await manager.api('PATCH', `/projects/${id}`, { state: 'open' });
  return id;
}

async function preferenceDialogs(ada, look) {
  const { page } = ada;
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.question.missing');
  await look(ada, 'work-missing');
  const opened = [
    ['s', 'skip'], ['f', 'flag'], ['l', 'ask'], ['t', 'time'], ['?', 'keys'], ['/', 'palette'], ['g', 'guidelines', '.guide-drawer .guide-text'],
  ];
  for (const [key, name, what = 'dialog[open]'] of opened) {
    await page.keyboard.press(key);
    await page.waitForSelector(what);
    await pause();
    await look(ada, `work-${name}`);
    await page.keyboard.press('Escape');
    await page.waitForSelector(what, { state: 'detached' });
  }
}

async function works(people, look, options) {
  const { manager, ada, ben, rita } = people;
  const members = await Promise.all([ada, ben, rita].map(async (one) => (await one.api('GET', '/me')).member.id));
  for (const kind of Object.keys(kinds)) {
    const project = await prepare(manager, members, kind);
    await ada.at(`work/${project}/work`, '.actions');
    await settled(ada);
    if (kind === 'preference') await preferenceDialogs(ada, look);
    if (kind === 'preference' && options.picture) await picture(ada, join(root, options.picture));
    await look(ada, `work-${kind}`);
    if (kind !== 'preference') continue;
    for (const [one, choice] of [[ada, 'a'], [ben, 'b']]) {
      const held = (await one.api('GET', `/assignments?mine&project=${project}`)).items[0] ?? await one.api('POST', `/projects/${project}/assignments`);
      await one.api('POST', `/assignments/${held.id}/submission`, {
        token: held.lease.token, answers: { choice, strength: 2, justification: `It is right. ${kHostile}` }, active_ms: 1000,
      });
    }
    await rita.at(`work/${project}/review`, '.actions');
    await settled(rita);
    await look(rita, 'review');
    for (let n = 0; n < 2; n++) {
      await rita.page.waitForSelector('.actions');
      await Promise.all([rita.page.waitForResponse((r) => r.url().endsWith('/reviews')), rita.page.keyboard.press('a')]);
      await settled(rita);
    }
    await rita.at(`work/${project}/adjudication`, '.actions');
    await settled(rita);
    await look(rita, 'adjudicate');
    await rita.at(`work/${project}/review`, 'text=Nothing for you');
    await look(rita, 'nothing');
  }
}

/** The picture of the README: a task half answered. */
async function picture(ada, path) {
  const { page } = ada;
  await page.keyboard.press('1');
  await page.keyboard.press('w');
  await page.keyboard.press('j');
  await page.keyboard.type('It says where the right ends, and that a protected tree needs the town first.');
  await page.keyboard.press('Escape');
  await page.waitForSelector('[data-save=saved]');
  await page.mouse.move(700, 800);
  await page.screenshot({ path });
}

export async function everyPage(room, open, people, cases, options) {
  const look = (person, name) => audit(person, name, cases, options.shots);
  await signedOut(open, look);
  await newLink(people.manager, open, look);
  await managers(people.manager, people.project, look);
  await works(people, look, options);
  for (const [person, name] of [[people.ada, 'home-expert'], [people.rita, 'home-reviewer']]) {
    await person.at('projects', 'h1');
    await settled(person);
    await look(person, name);
  }
}
