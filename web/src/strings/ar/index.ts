// Arabic, whole: one chunk that is fetched before the first page when it is the language.
import type { Strings } from '../../strings';
import { answering } from './answering';
import { audit } from './audit';
import { account, common, dark, join, problems, signin } from './common';
import { journal } from './journal';
import { judged } from './judged';
import { keys } from './keys';
import { make } from './make';
import { deliveries, guidelines, imports, members, overview, settings, submissionStates, tasks } from './manage';
import { models } from './models';
import { commands, desk, pay, time } from './person';
import { personal } from './personal';
import { projects, templates } from './projects';
import { quality } from './quality';
import { reading } from './reading';
import { review } from './review';
import { talk } from './talk';
import { ui } from './run';
import { run } from './running';
import { work } from './work';

export const arabic: Strings = {
  common, problems, dark, signin, join, account, projects, templates, judged, work, ui, answering, reading, commands, desk, pay, time, journal, make, talk, models,
  ...personal, overview, tasks, imports, members, guidelines, deliveries, settings, submissionStates, review, run, audit, keys, quality,
};
