// Properties are drawn from one seed, so that a change is judged by what it changes. `PLINTH_TEST_SEED=random` draws new ones: what
// they find becomes a named case in the test beside the property.
import fc from 'fast-check';

const chosen = process.env.PLINTH_TEST_SEED;

if (chosen !== 'random') {
  fc.configureGlobal({
    ...fc.readConfigureGlobal(),
    seed: chosen === undefined ? 20_260_101 : Number(chosen),
  });
}

export default fc;
