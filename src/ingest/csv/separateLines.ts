import { ProviderError } from '../../domain/errors.js'

/**
 * Splits a byte stream into lines that each stand alone: a quote left open is closed at the end of its line, so that
 * one damaged row cannot swallow the rows after it.
 *
 * @throws ProviderError when more than `maxBytes` arrive.
 */
export async function* separateLines(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  maxBytes: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    if (bytes > maxBytes)
      throw new ProviderError(`${source}: larger than the limit of ${maxBytes} bytes`, { retryable: false })
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    for (const line of lines) yield `${closeQuote(line)}\n`
  }
  rest += decoder.decode()
  if (rest !== '') yield `${closeQuote(rest)}\n`
}

function closeQuote(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line
  const quotes = text.split('"').length - 1
  return quotes % 2 === 0 ? text : `${text}"`
}
