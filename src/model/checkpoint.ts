import { createHash } from 'node:crypto'
import { z } from 'zod'
import { UserError } from '../domain/errors.js'
import type { Checkpoint, Weights } from './forecaster.js'
import { ensembleSize } from './seedEnsemble.js'
import { flattenWeights, parameterCount, unflattenWeights } from './weights.js'

const MAGIC = 'MAMBACAST\x00'
const FORMAT = 1
const DIGEST_BYTES = 32
const PREFIX_BYTES = MAGIC.length + 8

const size = z.int().positive()

const header = z.strictObject({
  options: z.strictObject({
    head: z.enum(['quantile', 'tanh']),
    dModel: size,
    nLayers: size,
    dState: size,
    expand: size,
    dConv: size,
    dtRank: z.union([size, z.literal('auto')]),
    learningRate: z.number(),
    weightDecay: z.number(),
    maxEpochs: size,
    patience: size,
    validationShare: z.number(),
    trainWindow: size.exactOptional(),
    ensemble: size.exactOptional(),
    seed: z.int(),
  }),
  shape: z.strictObject({
    features: size,
    dModel: size,
    nLayers: size,
    dState: size,
    expand: size,
    dConv: size,
    dtRank: z.union([size, z.literal('auto')]),
    outputs: size,
    context: z.strictObject({ sources: size, channels: size }).optional(),
  }),
  featureNames: z.array(z.string()),
  normaliser: z.strictObject({ mean: z.array(z.number()), scale: z.array(z.number()) }),
  residualQuantiles: z.array(z.number()).nullable(),
  trainStart: z.iso.date(),
  trainEnd: z.iso.date(),
  trainRows: size,
  epochs: z.int().nonnegative(),
  trainLoss: z.number(),
  validationLoss: z.number(),
  backend: z.string(),
  seconds: z.number(),
  parameters: size,
})

/**
 * A checkpoint as bytes: magic, format and header length (uint32 little-endian), JSON header, the weights in canonical
 * order as float32 little-endian, SHA-256 of all that. Loading gives every weight back bit for bit.
 */
export function saveCheckpoint(checkpoint: Checkpoint): Buffer {
  const { weights: _, further: __, ...rest } = checkpoint
  const json = Buffer.from(JSON.stringify(rest))
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.write(MAGIC, 'latin1')
  prefix.writeUInt32LE(FORMAT, MAGIC.length)
  prefix.writeUInt32LE(json.length, MAGIC.length + 4)
  const body = Buffer.concat([prefix, json, weightBytes(checkpoint)])
  return Buffer.concat([body, sha256(body)])
}

/**
 * The checkpoint that `saveCheckpoint` turned into these bytes.
 * @throws UserError in one line when they are no checkpoint, cut short, damaged, or of another format.
 */
export function loadCheckpoint(bytes: Uint8Array): Checkpoint {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length < PREFIX_BYTES + DIGEST_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new UserError('this is not a mambacast checkpoint')
  }
  const format = file.readUInt32LE(MAGIC.length)
  if (format !== FORMAT)
    throw new UserError(`checkpoint format ${format} is not supported (this version reads ${FORMAT})`)
  const body = file.subarray(0, -DIGEST_BYTES)
  if (!sha256(body).equals(file.subarray(-DIGEST_BYTES))) throw new UserError('the checkpoint is cut short or damaged')
  return readBody(body)
}

function readBody(body: Buffer): Checkpoint {
  const weightsStart = PREFIX_BYTES + body.readUInt32LE(MAGIC.length + 4)
  const parsed = header.safeParse(JSON.parse(body.toString('utf8', PREFIX_BYTES, weightsStart)))
  if (!parsed.success) throw new UserError(`the checkpoint's header is not valid: ${z.prettifyError(parsed.error)}`)
  const { shape, featureNames, options } = parsed.data
  const data = body.subarray(weightsStart)
  const bytes = 4 * parameterCount(shape)
  if (data.length !== bytes * ensembleSize(options) || featureNames.length !== shape.features) {
    throw new UserError('the checkpoint does not hold the weights its header describes')
  }
  const [weights, ...further] = Array.from({ length: ensembleSize(options) }, (_, i) =>
    readWeights(shape, data.subarray(i * bytes, (i + 1) * bytes)),
  )
  return { ...parsed.data, weights: weights!, ...(further.length > 0 && { further }) }
}

function readWeights(shape: Checkpoint['shape'], data: Buffer): Weights {
  const flat = new Float32Array(data.length / 4)
  for (let i = 0; i < flat.length; i++) flat[i] = data.readFloatLE(4 * i)
  return unflattenWeights(shape, flat)
}

/** The weights of every member, one after the other. */
const weightBytes = ({ shape, weights, further = [] }: Checkpoint): Buffer =>
  Buffer.concat([weights, ...further].map((member) => bytesOf(shape, member)))

function bytesOf(shape: Checkpoint['shape'], weights: Weights): Buffer {
  const flat = flattenWeights(shape, weights)
  const bytes = Buffer.alloc(4 * flat.length)
  for (let i = 0; i < flat.length; i++) bytes.writeFloatLE(flat[i]!, 4 * i)
  return bytes
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/**
 * Identity of a model, for the ledger: `mamba-` and 24 hexadecimal digits of a SHA-256 over everything its forecasts
 * follow from (options, window, features, normaliser, weights) and the hash of the bars it was trained on. How long
 * training took is no part of it, so the same training gives the same id.
 */
export function checkpointId(checkpoint: Checkpoint, dataHash: string): string {
  const { weights: _, further: __, seconds: ___, ...rest } = checkpoint
  const hash = createHash('sha256')
  hash.update(JSON.stringify([dataHash, rest], sortedKeys))
  hash.update(weightBytes(checkpoint))
  return `mamba-${hash.digest('hex').slice(0, 24)}`
}

/** JSON replacer that writes object keys in sorted order, so that equal content has equal text. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
