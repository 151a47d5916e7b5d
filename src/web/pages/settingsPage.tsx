import type { ApiToken } from '../../db/apiTokens.js'
import type { User } from '../../db/users.js'
import { day } from '../format.js'
import type { Setting, SettingGroup } from '../settingsView.js'
import { type Frame, Layout } from './layout.js'

interface SettingsProps {
  readonly frame: Frame
  readonly groups: readonly SettingGroup[]
  readonly users: readonly User[]
  readonly tokens: readonly ApiToken[]
}

/** What is in effect, and where each value comes from; nothing can be changed here. */
export function SettingsPage({ frame, groups, users, tokens }: SettingsProps) {
  return (
    <Layout frame={frame} title="Settings" section="/settings">
      <div class="page-head">
        <div>
          <h1>Settings</h1>
          <p class="lede">
            What is in effect since the server started, and where each value comes from: a variable of the environment,
            before the configuration file, before the default. Of secrets it is only said whether they are set.
          </p>
        </div>
      </div>
      <People users={users} tokens={tokens} />
      <section class="card settings">
        <h2>Set here</h2>
        <SettingTable settings={groups.flatMap(({ settings }) => settings.filter(({ source }) => source !== null))} />
      </section>
      <section class="card settings">
        <h2>Everything that can be set</h2>
        {groups.map(({ name, settings }) => (
          <details>
            <summary>
              <h3>{name}</h3>
            </summary>
            <SettingTable settings={settings} />
          </details>
        ))}
      </section>
    </Layout>
  )
}

const SettingTable = ({ settings }: { settings: readonly Setting[] }) =>
  settings.length === 0 ? (
    <p class="under">Nothing: all defaults are in effect.</p>
  ) : (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Value</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {settings.map((setting) => (
          <SettingRow setting={setting} />
        ))}
      </tbody>
    </table>
  )

const SettingRow = ({ setting: { key, description, value, isSecret, source } }: { setting: Setting }) => (
  <tr>
    <th scope="row">
      <code>{key}</code>
      {description && <span class="under">{description}</span>}
    </th>
    <td class="value">
      {value === null ? (
        <span class="muted">not set</span>
      ) : isSecret ? (
        <span class="tag live">set</span>
      ) : (
        <bdi>{value === '' ? 'none' : value}</bdi>
      )}
    </td>
    <td class="source">{source === null ? <span class="muted">default</span> : <bdi>{source}</bdi>}</td>
  </tr>
)

function People({ users, tokens }: { users: readonly User[]; tokens: readonly ApiToken[] }) {
  return (
    <section class="card">
      <h2>Who may log in</h2>
      {users.length === 0 ? (
        <p>
          Nobody yet; <code>mambacast users add NAME</code> adds somebody, and from then on everybody has to log in.
        </p>
      ) : (
        <ul class="lines">
          {users.map(({ name, role, createdAt }) => (
            <li>
              <bdi>{name}</bdi> <span class="tag">{role}</span>{' '}
              <span class="under">since {day(createdAt.toISOString().slice(0, 10))}</span>
            </li>
          ))}
        </ul>
      )}
      {tokens.length > 0 && <h3>Tokens of programs</h3>}
      <ul class="lines">
        {tokens.map(({ name, owner, scopes, expiresAt }) => (
          <li>
            <bdi>{name}</bdi> <span class="tag">{scopes.join(', ')}</span>{' '}
            <span class="under">
              {owner !== null && (
                <>
                  of <bdi>{owner}</bdi>,{' '}
                </>
              )}
              {expiresAt === null ? 'until revoked' : `until ${day(expiresAt.toISOString().slice(0, 10))}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
