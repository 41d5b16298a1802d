// Which version of the guidelines this person still has to see. Pure.

export interface GuidelinesState {
  /** The newest there is; 0: the project has none. */
  version: number;
  /** The newest that this person has said to have read; 0: none. */
  seen: number;
  /** The newest that the manager wants read; 0: none. */
  must: number;
  required: boolean;
}

export function guidelinesState(project: {
  guidelines_version: number; guidelines_seen?: number; guidelines_must?: number; settings: { guidelines_required?: boolean };
}): GuidelinesState {
  return {
    version: project.guidelines_version, seen: project.guidelines_seen ?? 0, must: project.guidelines_must ?? 0,
    required: project.settings.guidelines_required === true,
  };
}

/** Before work goes on: a version that must be read, or the first one where the project wants any read. */
export function mustSee(state: GuidelinesState): boolean {
  if (state.version === 0) return false;
  return state.must > state.seen || (state.required && state.seen === 0);
}

/** There is a version that this person has not looked at. */
export const isNew = (state: GuidelinesState): boolean => state.version > state.seen && state.seen > 0;
