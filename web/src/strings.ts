// Every word that a person reads, in one place: pages hold no text of their own. Plain words: "your task", "reserved for you
// until", "people per task", "check tasks", "dataset".
//
// Another language is another value of the same shape (strings/ar), chosen in language.ts before the first page is drawn.
// So `t` is read inside functions only: what a module keeps from the time it was loaded would stay English.
import { answering } from './strings/answering';
import { account, common, dark, join, problems, signin } from './strings/common';
import { journal } from './strings/journal';
import { judged } from './strings/judged';
import { commands, desk, pay, time } from './strings/person';
import type { personal } from './strings/personal';
import type { Make } from './strings/make';
import type { Models } from './strings/models';
import { projects, templates } from './strings/projects';
import { reading } from './strings/reading';
import { ui } from './strings/run';
import type { staff } from './strings/staff';
import type { Talk } from './strings/talk';
import { work } from './strings/work';

const core = {
  common, problems, dark, signin, join, account,
  projects, templates, judged,
  work, ui,
  answering, reading,
  commands, desk, pay, time, journal,
  // Only managers need these: strings/make.ts fills them in when a page of theirs is loaded.
  make: {} as Make,
  // Only a dialogue needs these: strings/talk.ts fills them in when one is shown.
  talk: {} as Talk,
  // Only who looks after models: strings/models.ts.
  models: {} as Models,
};
export type Strings = typeof core & typeof personal & typeof staff;
/** Whole only once the words of the other pages are there. */
export const english = core as Strings;
export let t: Strings = english;

/** Before the first page, a person's history or preferences are drawn. Other languages come whole. */
export async function loadPersonalWords(): Promise<void> {
  Object.assign(english, (await import('./strings/personal')).personal);
}

/** Before a page of those who run or review projects is drawn. */
export async function loadStaffWords(): Promise<void> {
  Object.assign(english, (await import('./chunks/staff')).staff);
}

/** The language of `t`, as Intl takes it: numbers and dates are written in it too. */
export let language = 'en';

export function speak(code: string, strings: Strings): void {
  language = code;
  t = strings;
}
