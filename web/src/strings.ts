// Every word that a person reads, in one place: pages hold no text of their own, so another language is another module of
// this shape. Plain words: "your task", "reserved for you until", "people per task", "check tasks", "dataset".
import { account, common, join, problems, signin } from './strings/common';
import { deliveries, guidelines, imports, members, overview, projects, settings, submissionStates, tasks, templates } from './strings/manage';
import { commands } from './strings/person';
import { review, work } from './strings/work';

export const t = {
  common, problems, signin, join, account,
  projects, overview, tasks, imports, members, guidelines, deliveries, settings, submissionStates, templates,
  work, review,
  commands,
};
