/** The bytes of float32 numbers as columns hold them, little-endian as every machine that Node runs on for us; not a copy. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

/** The numbers in such bytes; a copy, for the driver's bytes need not lie where floats may. */
export const floatsOf = (bytes: Buffer): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer)
