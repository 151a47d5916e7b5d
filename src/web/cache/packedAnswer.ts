import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, gunzip, gzip, constants as zlib } from 'node:zlib'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'

type Bytes = Uint8Array<ArrayBuffer>
type Packing = 'br' | 'gzip'

/** Much smaller than gzip, and as quick to make. */
const BROTLI = { params: { [zlib.BROTLI_PARAM_QUALITY]: 5, [zlib.BROTLI_PARAM_MODE]: zlib.BROTLI_MODE_TEXT } }

const toBrotli = promisify<Bytes, object, Buffer>(brotliCompress)
const pack = { br: (body: Bytes) => toBrotli(body, BROTLI), gzip: promisify(gzip) }
const unpack = { br: promisify(brotliDecompress), gzip: promisify(gunzip) }

/** An answer kept compressed, as it was first asked for; the other encoding is made when somebody asks for it. */
export class PackedAnswer {
  readonly #headers: Readonly<Record<string, string>>
  readonly #packed: Partial<Record<Packing, Promise<Bytes>>>

  private constructor(
    private readonly first: Packing,
    private readonly body: Bytes,
    headers: Record<string, string>,
  ) {
    this.#headers = headers
    this.#packed = { [first]: Promise.resolve(body) }
  }

  /** Takes the body of `response`, which answers `c`, and its headers, to which it adds a weak ETag. */
  static async of(c: Context, response: Response): Promise<PackedAnswer> {
    const body = new Uint8Array(await response.arrayBuffer())
    const tag = createHash('sha256').update(body).digest('base64url').slice(0, 22)
    const headers = { ...Object.fromEntries(response.headers), etag: `W/"${tag}"`, vary: 'Accept-Encoding' }
    const first = packingOf(c) ?? 'gzip'
    return new PackedAnswer(first, copyOf(await pack[first](body)), headers)
  }

  /** In memory, about. */
  get bytes(): number {
    return 2 * this.body.length + 1_000
  }

  /** The answer in the best encoding that the request accepts. */
  async respond(c: Context): Promise<Response> {
    const packing = packingOf(c)
    if (!packing) return new Response(await this.#unpacked(), { headers: this.#headers })
    this.#packed[packing] ??= this.#unpacked().then(pack[packing]).then(copyOf)
    return new Response(await this.#packed[packing], { headers: { ...this.#headers, 'content-encoding': packing } })
  }

  readonly #unpacked = async (): Promise<Bytes> => copyOf(await unpack[this.first](this.body))
}

/** A buffer of its own, not a slice of a pool. */
const copyOf = (buffer: Buffer): Bytes => new Uint8Array(buffer)

/** Undefined where the body must go as it is. */
function packingOf(c: Context): Packing | undefined {
  const encoding = accepts(c, {
    header: 'Accept-Encoding',
    supports: ['br', 'gzip'],
    default: 'identity',
    match: (accepted) =>
      ['br', 'gzip'].find((name) => accepted.some(({ type, q }) => type.toLowerCase() === name && q > 0)) ?? 'identity',
  })
  return encoding === 'identity' ? undefined : (encoding as Packing)
}
