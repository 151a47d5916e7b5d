/** A look at the losses waits for the GPU. */
const MOST_EPOCHS = 10
/** Whoever waits for a training wants to hear of it now and then. */
const LOOK_EVERY_MS = 2_000

/** Epochs until the next look at the losses, where the last `epochs` took `ms` milliseconds. */
export const epochsUntilLook = (epochs: number, ms: number): number =>
  Math.max(1, Math.min(MOST_EPOCHS, Math.floor((LOOK_EVERY_MS * epochs) / ms)))
