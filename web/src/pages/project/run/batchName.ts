import { t } from '../../../strings';

/** Tasks that came without a batch lie in one that has no name. */
export const batchName = (batch: { name: string }): string => batch.name || t.run.batches.unnamed;
