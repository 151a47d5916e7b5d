import { Hono } from 'hono'
import { handle } from 'hono/aws-lambda'
import { fetch } from './dist/cli/fetchHandler.js'

export const handler = handle(new Hono().mount('/', fetch))
