/** `viewer` reads, `operator` changes as well. */
export const ROLES = ['viewer', 'operator'] as const
export type Role = (typeof ROLES)[number]

/** What an API token may be used for: `operate` includes `read`, which includes `metrics`. */
export const TOKEN_SCOPES = ['metrics', 'read', 'operate'] as const
export type TokenScope = (typeof TOKEN_SCOPES)[number]
