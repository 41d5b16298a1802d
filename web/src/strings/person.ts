// Words of what belongs to the person: commands, time, money, questions to the lead, guidelines, own history.
export const commands = {
  paletteTitle: 'Commands and pages',
  paletteHint: 'Type to find a command, a page or a project.',
  palettePlaceholder: 'Find…',
  results: (n: number) => (n === 0 ? 'Nothing found' : n === 1 ? 'One result' : `${n} results`),
  none: 'Nothing fits. Try fewer letters, or press Esc.',
  groups: { here: 'On this page', everywhere: 'Everywhere', pages: 'Pages', projects: 'Projects' },
  showKeys: 'Show all keys',
  showPalette: 'Find a command, page or project',
  leaveField: 'Leave a text field, so that keys work again',
  keysNote: 'Keys work while no text field has the focus.',
  toProjects: 'Go to your projects',
  toAccount: 'Go to your account and preferences',
  toNew: 'Make a new project',
  openProject: (title: string) => `Open ${title}`,
  work: (title: string) => `Work on ${title}`,
  review: (title: string) => `Review ${title}`,
  history: 'My work in this project',
};

export const pay = {
  rate: { hour: (money: string) => `${money} an hour`, task: (money: string) => `${money} a task` },
  today: (money: string) => `${money} today`,
  earned: 'Earned today',
  worked: 'Worked today',
  submitted: 'Submitted today',
  nth: (n: string) => `Task ${n} today`,
  note: 'From the recorded time and the rate of the project. What was agreed with you decides.',
};

export const time = {
  title: 'Your time today',
  running: 'Timer running',
  paused: 'paused',
  pausedWhy: 'Still working? The timer waits for a sign from you. A pause never counts against you.',
  reading: 'Reading the guidelines: counted as that',
  researching: 'Researching elsewhere: counted as that',
  researchStart: 'Research elsewhere',
  researchEnd: 'I am back',
  researchNoted: (length: string) => `${length} of research noted.`,
};

export const desk = {
  badge: (n: number) => `Guidelines v${n}`,
  isNew: 'new',
  flag: 'Flag this task',
  ask: 'Ask the lead',
};
