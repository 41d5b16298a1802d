export { AwayCard } from '../person/AwayCard';
export { NoteDialog } from '../person/Notes';
export { TaskNotes } from '../person/TaskNotes';
export { TimePanel } from '../person/TimePanel';
export { GuidelinesDrawer } from '../work/guidelines/Drawer';
export { MustRead } from '../work/guidelines/MustRead';
export { KeyMap, Palette } from '../ui/panels';
