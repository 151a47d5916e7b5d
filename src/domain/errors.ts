/** A problem the user can put right: shown as one line without a stack trace. Exit code 1, or 2 for wrong use. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly exitCode: 1 | 2
  constructor(message: string, options: { exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.exitCode = options.exitCode ?? 1
  }
}

/** A provider could not deliver. `retryable` says whether the same request may succeed later. */
export class ProviderError extends UserError {
  readonly retryable: boolean
  constructor(message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.retryable = options.retryable
  }
}
