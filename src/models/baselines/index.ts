/** Every classical classifier by the name that `model.baseline.classifier.kind` gives it. */
import { gaussianMixture } from './gaussian-mixture.js';
import { linearSvm } from './linear-svm.js';
import { logisticRegression } from './logistic-regression.js';
import { multinomialNb } from './multinomial-nb.js';
import { nearestNeighbours } from './nearest-neighbours.js';
import { rbfSvm } from './rbf-svm.js';

export const classifiers = {
  'logistic-regression': logisticRegression,
  'linear-svm': linearSvm,
  'multinomial-nb': multinomialNb,
  'svm-rbf': rbfSvm,
  'k-nn': nearestNeighbours,
  'gaussian-mixture': gaussianMixture,
};

/** Name of a classifier. */
export type ClassifierName = keyof typeof classifiers;
