import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, gunzip, gzip, constants as zlib } from 'node:zlib'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'

type Bytes = Uint8Array<ArrayBuffer>
type Encoding = 'br' | 'gzip' | 'identity'

const [toGzip, fromGzip, toBrotli] = [promisify(gzip), promisify(gunzip), promisify(brotliCompress)]
/** Much smaller than gzip, and as quick to make. */
const BROTLI = { params: { [zlib.BROTLI_PARAM_QUALITY]: 5, [zlib.BROTLI_PARAM_MODE]: zlib.BROTLI_MODE_TEXT } }

/** An answer kept compressed: each encoding is made once, when it is first asked for. */
export class PackedAnswer {
  readonly #headers: Readonly<Record<string, string>>
  #brotli: Promise<Bytes> | undefined

  private constructor(
    private readonly gzipped: Bytes,
    headers: Record<string, string>,
  ) {
    this.#headers = headers
  }

  /** Takes the body of `response`, and its headers, to which it adds a weak ETag. */
  static async of(response: Response): Promise<PackedAnswer> {
    const body = new Uint8Array(await response.arrayBuffer())
    const tag = createHash('sha256').update(body).digest('base64url').slice(0, 22)
    const headers = { ...Object.fromEntries(response.headers), etag: `W/"${tag}"`, vary: 'Accept-Encoding' }
    return new PackedAnswer(copyOf(await toGzip(body)), headers)
  }

  /** In memory, about. */
  get bytes(): number {
    return 2 * this.gzipped.length + 1_000
  }

  /** The answer in the best encoding that the request accepts. */
  async respond(c: Context): Promise<Response> {
    const encoding = encodingOf(c)
    if (encoding === 'identity') return new Response(copyOf(await fromGzip(this.gzipped)), { headers: this.#headers })
    const body = encoding === 'gzip' ? this.gzipped : await this.#asBrotli()
    return new Response(body, { headers: { ...this.#headers, 'content-encoding': encoding } })
  }

  #asBrotli(): Promise<Bytes> {
    this.#brotli ??= fromGzip(this.gzipped)
      .then((body) => toBrotli(body, BROTLI))
      .then(copyOf)
    return this.#brotli
  }
}

/** A buffer of its own, not a slice of a pool. */
const copyOf = (buffer: Buffer): Bytes => new Uint8Array(buffer)

const encodingOf = (c: Context): Encoding =>
  accepts(c, {
    header: 'Accept-Encoding',
    supports: ['br', 'gzip'],
    default: 'identity',
    match: (accepted) =>
      ['br', 'gzip'].find((name) => accepted.some(({ type, q }) => type.toLowerCase() === name && q > 0)) ?? 'identity',
  }) as Encoding
