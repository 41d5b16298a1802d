// Every word that a person reads, in one place: pages hold no text of their own. Plain words: "your task", "reserved for you
// until", "people per task", "check tasks", "dataset".
//
// Another language is another value of the same shape (strings/ar), chosen in language.ts before the first page is drawn.
// So `t` is read inside functions only: what a module keeps from the time it was loaded would stay English.
import { answering } from './strings/answering';
import { account, common, join, problems, signin } from './strings/common';
import { deliveries, guidelines, imports, members, overview, projects, settings, submissionStates, tasks, templates } from './strings/manage';
import type { Make } from './strings/make';
import { commands } from './strings/person';
import { reading } from './strings/reading';
import { review } from './strings/review';
import { ui } from './strings/run';
import { work } from './strings/work';

export const english = {
  common, problems, signin, join, account,
  projects, overview, tasks, imports, members, guidelines, deliveries, settings, submissionStates, templates,
  work, review, ui,
  answering, reading,
  commands,
  // Only managers need these: strings/make.ts fills them in when a page of theirs is loaded.
  make: {} as Make,
};
export type Strings = typeof english;
export let t: Strings = english;

/** The language of `t`, as Intl takes it: numbers and dates are written in it too. */
export let language = 'en';

export function speak(code: string, strings: Strings): void {
  language = code;
  t = strings;
}
