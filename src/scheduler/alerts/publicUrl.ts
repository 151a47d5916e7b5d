import type { Config } from '../../config.js'

/** Where links of alerts lead, without a slash at its end. */
export const publicUrl = ({ alerts, server }: Pick<Config, 'alerts' | 'server'>): string =>
  (alerts.publicUrl ?? `http://${server.host}:${server.port}`).replace(/\/$/, '')
