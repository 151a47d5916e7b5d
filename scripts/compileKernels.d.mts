export function compileKernels(root: string, entry: string, features: readonly string[]): Promise<Uint8Array>
