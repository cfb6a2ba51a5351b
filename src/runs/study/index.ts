/** `polytag/study`: the API for files in experiments/. */
export type { StudyInput } from './schema.js';
export {
  defineStudy,
  type Study,
  type StudyContrast,
  type StudyGroup,
  type StudyPanel,
  type StudyRow,
  type StudyTheme,
} from './study.js';
