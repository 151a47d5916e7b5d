import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

const common = { referrerPolicy: 'same-origin', strictTransportSecurity: false, xFrameOptions: 'DENY' } as const

/** Nothing but our own files: no inline script, no inline style, no other host. */
const forPages = secureHeaders({
  ...common,
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
})

/** A report is one file with its styles inside: it may show itself and nothing else, as if it came from elsewhere. */
const forReports = secureHeaders({
  ...common,
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'unsafe-inline'"],
    imgSrc: ['data:'],
    formAction: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    sandbox: [],
  },
})

const REPORT = /^\/evaluations\/[0-9a-f]+\/report\.html$/

/** The headers that say what a page may do. */
export const securityPolicy: MiddlewareHandler = (c, next) => (REPORT.test(c.req.path) ? forReports : forPages)(c, next)
