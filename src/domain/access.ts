/** `viewer` reads, `operator` changes as well. */
export const ROLES = ['viewer', 'operator'] as const
export type Role = (typeof ROLES)[number]

/**
 * What a token may be used for: `operate` includes `read`, which includes `metrics`. One for `feeds` stands in the address
 * of a feed, for programs that cannot log in, and opens nothing else.
 */
export const TOKEN_SCOPES = ['metrics', 'feeds', 'read', 'operate'] as const
export type TokenScope = (typeof TOKEN_SCOPES)[number]
