export { AccountPage } from '../pages/account';
export { HistoryPage } from '../pages/history';
export { JoinPage } from '../pages/join';
export { ProjectsPage } from '../pages/projects';
