import { type Config, loadConfig } from '../../src/config.js'

/** base64 of 32 bytes. */
export const ALERT_KEY = Buffer.alloc(32, 7).toString('base64')

/** The configuration that lets alerts go to receivers on loopback, and nowhere else. */
export const alertConfig = (overrides: Partial<Config['alerts']> = {}): Config => {
  const config = loadConfig({ MAMBACAST_ALERT_KEY: ALERT_KEY })
  const { allowHosts = ['127.0.0.1'], ...rest } = overrides
  const alerts = { allowHttp: true, allowNetworks: ['127.0.0.0/8'], allowPorts: [], allowHosts, ...rest }
  return { ...config, alerts: { ...config.alerts, ...alerts } }
}
