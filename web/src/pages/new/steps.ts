// The steps of making a project, in order. The project is there from the first one on, as one in preparation, so that a
// reload or another day loses nothing: what was chosen is on the server, never in the browser.
export const kSteps = ['work', 'data', 'match', 'form', 'settings', 'start'] as const;
export type Step = (typeof kSteps)[number];

export const isStep = (name: string | undefined): name is Step => (kSteps as readonly string[]).includes(name ?? '');

/** `file`: records that have to be matched; without them that step has nothing to do. */
export function stepsFor(matches: boolean): Step[] {
  return kSteps.filter((step) => matches || step !== 'match');
}

export function neighbour(step: Step, by: 1 | -1, matches: boolean): Step | null {
  const order = stepsFor(matches);
  const at = order.indexOf(step);
  // The step that fell away lies between data and form.
  if (at < 0) return by > 0 ? 'form' : 'data';
  return order[at + by] ?? null;
}
