import { Hono } from 'hono'
import { allTokens } from '../../db/apiTokens.js'
import type { Db } from '../../db/database.js'
import { allUsers } from '../../db/users.js'
import { visitorOf } from '../access/visitor.js'
import { type SettingsOptions, settingsView } from '../settingsView.js'
import { page } from './answers.js'
import type { Frame } from './layout.js'
import { SettingsPage } from './settingsPage.js'

interface SettingsRoutesOptions extends Frame {
  readonly db: Db
  readonly settings: SettingsOptions
}

/** `/settings`: for those who are somebody, not for the public. */
export function settingsRoutes({ db, settings, ...frame }: SettingsRoutesOptions): Hono {
  const groups = settingsView(settings)
  return new Hono().get('/settings', async (c) => {
    if (visitorOf(c).via === 'public') return c.redirect('/login?to=/settings', 303)
    const [users, tokens] = await Promise.all([allUsers(db), allTokens(db)])
    return page(c, <SettingsPage frame={frame} groups={groups} users={users} tokens={tokens} />)
  })
}
