// An invitation by mail, where the room has a relay: it arrives there, and the page says so; where the relay is gone, the link
// is shown with the reason.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Person, Room, root, settled, until } from './rig.mjs';

const kPassword = 'correct horse battery staple';

/** tests/gateway/relay.py: speaks SMTP behind STARTTLS, and keeps what it takes. */
class Relay {
  async start() {
    this.process = spawn('python3', [join(root, 'tests/gateway/relay.py')]);
    this.taken = [];
    const lines = createInterface({ input: this.process.stdout });
    Object.assign(this, JSON.parse(await new Promise((done) => lines.once('line', done))));
    lines.on('line', (line) => this.taken.push(JSON.parse(line)));
    return this;
  }

  async stop() {
    const ended = new Promise((done) => this.process.once('exit', done));
    this.process.stdin.end();
    await ended;
  }
}

async function invite(page, name, email) {
  await page.getByRole('button', { name: 'Invite' }).first().click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByLabel('Send the link by mail, too').waitFor();
  return dialog;
}

export async function invitationsByMail(browser, faults, cases, look) {
  const relay = await new Relay().start();
  const room = new Room();
  room.run('peer', 'add', room.dir, '--name', 'post', '--kind', 'mail', '--url', relay.url, '--from', 'hall@lab.example', '--allow', '127.0.0.1', '--allow', '::1', '--ca-file', relay.ca_file);
  await room.start();
  let stopped = false;
  try {
    const owner = await Person.open(browser, room, 'mail owner', faults);
    const { page } = owner;
    await owner.join(room.run('link', room.dir, '--email', 'owner@example.org', '--public-url', room.base), 'Olga Owner', kPassword);
    const { id } = await owner.api('POST', '/projects', { title: 'By mail', template: 'choice' });
    await owner.at(`projects/${id}/members`, 'h2');
    await settled(page);
    const dialog = await invite(page, 'Nora Expert', 'nora@lab.example');
    await look(owner, 'invite-by-mail');
    await dialog.locator('button[type=submit]').click();
    await page.getByText('The mail relay has taken it.').waitFor();
    const link = await page.locator('[data-link]').innerText();
    await look(owner, 'invited-by-mail');
    const mail = await until('the mail', () => relay.taken[0]);
    cases.check(mail.receivers.join() === 'TO:<nora@lab.example>' && mail.text.includes(link), 'mail: the invitation arrives with the link that the page shows', JSON.stringify(mail));
    await page.keyboard.press('Escape');
    await relay.stop();
    stopped = true;
    await (await invite(page, 'Otto Expert', 'otto@lab.example')).locator('button[type=submit]').click();
    await page.locator('dialog[open] .bad[role=status]').waitFor();
    cases.check(/^http/.test(await page.locator('[data-link]').innerText()), 'mail: without the relay the page says why, and the link is there');
    await look(owner, 'not-mailed');
    await owner.context.close();
  } finally {
    await room.stop();
    if (!stopped) await relay.stop();
  }
}
