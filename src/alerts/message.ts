import type { AlertPayload, AlertPlot } from '../domain/alert.js'
import { plotImage } from './plotImage.js'
import { renderTemplate } from './renderTemplate.js'
import { oneLine, plain } from './words.js'

/** Pushover takes no longer ones. */
const LONGEST_LINK = 512

/** An alert as channels for people show it: plain text without markup, which each channel escapes in its own way. */
export interface AlertMessage {
  /** The webhook-id: the same over all attempts. */
  readonly id: string
  readonly payload: AlertPayload
  readonly title: string
  readonly text: string
  /** Why it fired, a sentence each. */
  readonly reasons: readonly string[]
  readonly link: string
  /** PNG. */
  readonly image: Buffer | null
}

/**
 * What a channel is given to send. A template replaces text and reasons; one that fails holds no alert back. The picture
 * is drawn where `withImage` asks for it.
 */
export async function alertMessage(
  alert: { readonly id: string; readonly payload: AlertPayload; readonly plot: AlertPlot | null },
  template: string | null,
  withImage: boolean,
): Promise<AlertMessage> {
  const { id, payload, plot } = alert
  const { title, link } = payload.data
  return {
    ...{ id, payload, title: oneLine(title, 200) },
    link: link.length <= LONGEST_LINK ? link : new URL(link).origin,
    ...words(payload, template),
    image: withImage && plot ? await plotImage(plot) : null,
  }
}

function words(payload: AlertPayload, template: string | null): Pick<AlertMessage, 'text' | 'reasons'> {
  const { text, reasons } = payload.data
  const own = { text: plain(text), reasons: reasons.map(({ sentence }) => oneLine(sentence, 300)) }
  if (template === null) return own
  try {
    return { text: renderTemplate(template, payload), reasons: [] }
  } catch (error) {
    return { ...own, reasons: [...own.reasons, oneLine((error as Error).message, 300)] }
  }
}

/** Text and reasons below each other. */
export const bodyOf = ({ text, reasons }: Pick<AlertMessage, 'text' | 'reasons'>): string =>
  [text, ...reasons.map((reason) => `• ${reason}`)].join('\n')
