export { AuditPage } from '../pages/audit';
export { KeysPage } from '../pages/keys';
export { NewProjectPage } from '../pages/newProject';
export { ProjectPage } from '../pages/project';
export { ReviewFlow, ReviewPage } from '../pages/review';
export { staff } from '../strings/staff';
