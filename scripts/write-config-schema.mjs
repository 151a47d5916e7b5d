// Writes mambacast.schema.json from the compiled configuration schema.
import { writeFileSync } from 'node:fs'
import { configJsonSchema } from '../dist/config.js'

writeFileSync(new URL('../mambacast.schema.json', import.meta.url), `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
