/** `polytag/study`: what a file in experiments/ is written with. */
export {
  defineStudy,
  type Study,
  type StudyContrast,
  type StudyGroup,
  type StudyPanel,
  type StudyRow,
  type StudyTheme,
} from './study.js';
