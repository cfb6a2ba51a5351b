/**
 * fast-check with the same seed in every run, so that a change and not chance decides whether the tests pass.
 * `POLYTAG_TEST_SEED=7 npx vitest run` tries other cases.
 */
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.POLYTAG_TEST_SEED ?? 1) });

export default fc;
