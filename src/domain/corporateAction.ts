/** Something a company did to its shares that makes prices before and after it incomparable. */
export interface CorporateAction {
  /** First session on the new basis (ex-date), `YYYY-MM-DD`. */
  readonly session: string
  /**
   * `split`: new shares per old one. `dividend`: cash per share in the quote currency, on the price basis of that session.
   * `adjustment`: factor by which prices before are multiplied, where the provider tells no more.
   */
  readonly kind: 'split' | 'dividend' | 'adjustment'
  readonly value: number
}
