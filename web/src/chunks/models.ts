// With all of `staff`, which is there whenever these pages are: so what both use stays in the pieces that staff's pages share with
// the workbench, instead of splitting them.
export * from './staff';
export { ModelsPage } from '../pages/models';
export { ModelsTab } from '../pages/project/models';
