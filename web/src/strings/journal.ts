// Words about what is kept, sent, restored and taken back.
export const journal = {
  kept: (n: number) => (n === 1 ? 'Offline, one answer kept here' : `Offline, ${n} answers kept here`),
  unsafe: (n: number) => (n === 1 ? 'Offline, one answer in this page only' : `Offline, ${n} answers in this page only`),
  trouble: {
    insecure: 'This page came without encryption (http), so the browser keeps nothing on this device. Your answers go to the server every second; do not close the page while it says “offline”.',
    blocked: 'This browser keeps nothing on this device (a private window, or its storage is off or broken). Your answers go to the server every second; do not close the page while it says “offline”.',
    full: 'The disk of this device is full, so nothing more is kept on it. Your answers go to the server every second; make room, and do not close the page while it says “offline”.',
    'no-key': 'The key for keeping answers on this device could not be fetched. Your answers go to the server every second; do not close the page while it says “offline”.',
  },
  sentLate: (n: number) => (n === 1 ? 'Sent: one answer that was kept on this device.' : `Sent: ${n} answers that were kept on this device.`),
  restored: 'Restored from this device: these answers had not reached the server. They are being saved now.',
  dismiss: 'Understood',
  drop: 'Delete from this device',
  fates: {
    taken: {
      title: 'Somebody else took the place',
      text: 'Your answer came after the reservation had run out, and somebody else had finished the task by then. It could not be taken. Your draft is kept on the server, and the time you worked counts. Copy your answers if you need them.',
    },
    over: {
      title: 'This task was finished or withdrawn in the meantime',
      text: 'It was submitted from another window, given back, or withdrawn by the people who run the project. What you had written here is below: copy your answers if you need them.',
    },
    refused: {
      title: 'The server did not take one of your answers',
      text: 'It is kept on this device. Open the task, mend what is named here, and submit it again.',
    },
    'ran-out': {
      title: 'The reservation ran out',
      text: 'You were away longer than a task is kept for you. Your answers are kept as a draft. Take the task again to go on; if somebody else has it by then, you will be told.',
    },
  },
  openAgain: 'Open the task',
  takeAgain: 'Take the task again',
  submitted: 'Submitted.',
  resubmitted: 'The revision is submitted.',
  skipped: 'Skipped.',
  takeBack: 'Take back',
  takeBackLast: 'Take back the last one',
  takenBack: 'Taken back. Nothing was sent.',
  tooLate: 'It has been sent already.',
  seconds: (n: number) => `${n} s`,
  undo: 'Undo the last change of your answers',
  redo: 'Redo it',
  undone: 'Undone.',
  redone: 'Done again.',
  nothingToUndo: 'Nothing to undo.',
  nothingToRedo: 'Nothing to redo.',
  elsewhereTitle: 'You have this project open in another tab',
  elsewhere: 'Work goes on in one tab at a time, so that two never overwrite each other. Go to the other tab, or work here: what you wrote there comes along.',
  movedTitle: 'You went on in another tab',
  moved: 'Everything you wrote here was handed over to it.',
  workHere: 'Work here',
  strandedTitle: 'No connection',
  stranded: (n: number) =>
    n === 1
      ? 'One answer is kept here and goes out by itself. Your next task comes when the connection is back.'
      : `${n} answers are kept here and go out by themselves. Your next task comes when the connection is back.`,
  removedTitle: 'You are not in this project',
  removed: 'Either it does not exist, or you were taken out of it. What this device kept of it was deleted.',
  conflictTitle: 'You also worked on this on another device',
  conflict: 'The draft saved there is newer than the last one saved from here, and the two differ. Choose which answers to go on with; the other can be had back with Undo.',
  here: 'Here',
  there: 'On the other device',
  differsIn: (label: string) => label,
  unsentTitle: 'Not everything has been sent yet',
  unsent: (n: number) =>
    n === 1
      ? 'One answer on this device has not reached the server. Signing out deletes it. Stay signed in until the connection is back, and it goes out by itself.'
      : `${n} answers on this device have not reached the server. Signing out deletes them. Stay signed in until the connection is back, and they go out by themselves.`,
  stay: 'Stay signed in',
  signOutAnyway: 'Sign out and delete',
  sendingFirst: 'Sending what is left…',
};
