/** Every network of the zoo by the name that `model.zoo.kind` gives it. */
import { musicnn } from './musicnn.js';
import { vgg } from './vgg.js';

export const zoo = { musicnn, vgg };

/** Name of a network of the zoo. */
export type ZooName = keyof typeof zoo;
