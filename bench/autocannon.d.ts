/** The part of autocannon that is used here; the package has no types of its own. */
declare module 'autocannon' {
  interface Client {
    setRequests(requests: readonly { readonly path: string }[]): void
  }
  interface Options {
    readonly url: string
    readonly connections: number
    /** Seconds. */
    readonly duration?: number
    /** Requests in all, instead of a duration. */
    readonly amount?: number
    /** Seconds until a request counts as an error. */
    readonly timeout?: number
    readonly headers?: Readonly<Record<string, string>>
    readonly setupClient?: (client: Client) => void
  }
  interface Result {
    /** In ms. */
    readonly latency: { readonly p50: number; readonly p99: number; readonly max: number }
    readonly requests: { readonly total: number; readonly average: number }
    readonly duration: number
    readonly errors: number
    readonly non2xx: number
  }
  export default function autocannon(options: Options): Promise<Result>
}
