import type { AccessOptions } from '../../src/web/access/identify.js'

/** As configured by nobody: open to all of this machine. */
export const LOOPBACK: AccessOptions = {
  config: { public: false, sessionHours: 168, trustedProxies: [], operators: [] },
  listensOnLoopback: true,
}

/** Where others can reach it, with those settings. */
export const reachable = (config: Partial<AccessOptions['config']> = {}): AccessOptions => ({
  config: { ...LOOPBACK.config, ...config },
  listensOnLoopback: false,
})
