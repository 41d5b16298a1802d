// The whole job in a browser: a manager makes a project, two experts and a reviewer do the work, the
// manager takes the dataset. Then every page is looked at.
//
//   node tests/e2e/run.mjs [--shots FOLDER] [--picture FILE] [--only NAME [--case NAME]]
//
// The job comes first, since the others need its people; of those each runs whatever became of the one before.
// GUILDHALL_E2E_SLOW=400 delays each answer of a room by up to 400 ms, each time by another: what a case takes for granted shows.
// The executables are those in $GUILDHALL_BIN (build/dev/bin), the pages those of web/dist.
import { audit, Cases, openBrowser, Person, proveWatch, Room } from './rig.mjs';
import { wholeJob } from './job.mjs';
import { makingProjects } from './make.mjs';
import { modelPages } from './models.mjs';
import { losslessWork } from './lossless.mjs';
import { goingDark } from './dark.mjs';
import { theDemo } from './demo.mjs';
import { everyPage } from './pages.mjs';
import { personAtWork } from './person.mjs';
import { keyboardOnly } from './keyboard.mjs';
import { runPages } from './run_pages.mjs';
import { openingsPage } from './openings.mjs';
import { hostileTexts } from './hostile.mjs';
import { readingPages } from './reading.mjs';
import { reviewing } from './review.mjs';
import { talking } from './talk.mjs';
import { wholeDialogue } from './dialogue.mjs';

const options = Object.fromEntries(process.argv.slice(2).flatMap((word, n, all) => (word.startsWith('--') ? [[word.slice(2), all[n + 1]]] : [])));
const started = Date.now();
const cases = new Cases();
const faults = [];
const room = await new Room().start();
const browser = await openBrowser();
try {
  const open = (name) => Person.open(browser, room, name, faults);
  await proveWatch(browser, room, cases);
  const people = await wholeJob(room, open, cases);
  const parts = {
    person: () => personAtWork(people, cases, (person, name) => audit(person, name, cases, options.shots)),
    keyboard: () => keyboardOnly(people, cases),
    make: () => makingProjects(room, open, people.manager, cases, options),
    pages: () => everyPage(room, open, people, cases, options),
    run: () => runPages(people, cases, options),
    review: () => reviewing(people, cases, options),
    openings: () => openingsPage(room, people, cases, options),
    reading: () => readingPages(room, open, people, cases, options),
    hostile: () => hostileTexts(browser, room, people, cases),
    demo: () => theDemo(browser, faults, cases, options),
    talk: () => talking(browser, faults, cases, options),
    dialogue: () => wholeDialogue(browser, faults, cases, options),
    models: () => modelPages(browser, faults, cases, options),
    dark: () => goingDark(browser, faults, cases, options),
    lossless: () => losslessWork(room, open, people.owner, faults, cases, options.case),
  };
  for (const [name, part] of Object.entries(parts)) {
    if (options.only && options.only !== name) continue;
    const began = Date.now();
    await part().catch((error) => cases.check(false, `${name} ran to its end`, error.stack));
    console.log(`      ${name}: ${Math.round((Date.now() - began) / 1000)} s`);
  }
} catch (error) {
  cases.check(false, 'the job ran to its end', error.stack);
} finally {
  await browser.close();
}
cases.check(faults.length === 0, 'no console error, no policy violation, no request to elsewhere', `\n  ${[...new Set(faults)].join('\n  ')}`);
cases.same(await room.stop(), 0, 'the server stops with status 0');
console.log(`${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${cases.passed} passed, ${cases.failed} failed, 0 skipped`);
process.exitCode = cases.failed > 0 ? 1 : 0;
