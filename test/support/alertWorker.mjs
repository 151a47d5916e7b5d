// A process that delivers alerts until it is killed: the product's own worker, for that kind of job only.
import { loadConfig } from '../../dist/config.js'
import { connect } from '../../dist/db/database.js'
import { createLogger } from '../../dist/log.js'
import { DeliverHandler } from '../../dist/scheduler/deliverHandler.js'
import { Supervisor } from '../../dist/scheduler/supervisor.js'
import { Worker } from '../../dist/scheduler/worker.js'

const { DATABASE_URL, MAMBACAST_ALERT_KEY, LOG_LEVEL = 'silent' } = process.env
const config = loadConfig({ DATABASE_URL, MAMBACAST_ALERT_KEY })
Object.assign(config.alerts, { allowHttp: true, allowNetworks: ['127.0.0.0/8'], allowPorts: [] })
const log = createLogger(LOG_LEVEL)
const database = connect(DATABASE_URL, 8)
const clock = () => new Date()
const context = { database, config, log, clock }
const worker = new Worker({ database, log, handlers: { deliver: new DeliverHandler(context) }, concurrency: 1 })
new Supervisor(context).start()
const working = worker.run()
process.stdout.write('ready\n')
await working
