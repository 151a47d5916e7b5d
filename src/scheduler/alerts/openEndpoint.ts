import { channelOf } from '../../alerts/channels/channels.js'
import type { SigningSecret } from '../../alerts/signature.js'
import type { OpenEndpoint } from '../../alerts/transport.js'
import type { Vault } from '../../alerts/vault.js'
import type { EndpointRow } from '../../db/alertEndpoints.js'

/** What an endpoint keeps encrypted. */
export interface EndpointSecrets {
  readonly target: Readonly<Record<string, string>>
  /** Newest first; none for channels that sign nothing. */
  readonly secrets: readonly SigningSecret[]
}

/** An endpoint with its secrets in the clear. @throws UserError when the key is not the one they were stored with. */
export function openEndpoint(
  row: Pick<EndpointRow, 'id' | 'channel' | 'sealed' | 'template'>,
  vault: Vault,
): OpenEndpoint {
  const { target, secrets } = vault.open(row.sealed, row.id) as EndpointSecrets
  return { channel: channelOf(row.channel), target, secrets, template: row.template }
}
