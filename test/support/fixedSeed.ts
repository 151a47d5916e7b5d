import fc from 'fast-check'

/** The same cases in every run: a property that fails once fails again. `FC_SEED=n npm test` looks elsewhere. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_240_228) })
