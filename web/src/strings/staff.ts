// Words of the pages of those who run and review projects: they load with those pages (lazy.tsx, App.tsx), so that the workbench
// does not carry them. A module that both kinds of pages use belongs to strings.ts.
import { audit } from './audit';
import { keys } from './keys';
import { deliveries, guidelines, imports, members, overview, settings, submissionStates, tasks } from './manage';
import { quality } from './quality';
import { review } from './review';
import { run } from './running';

export const staff = { overview, tasks, imports, members, guidelines, deliveries, settings, submissionStates, review, run, audit, keys, quality };
