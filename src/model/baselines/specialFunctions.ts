import { compiled } from 'cephes'

// The package compiles its WebAssembly asynchronously; a module that imports from here finds it ready.
await compiled

export { chdtrc, incbet, incbi, lgam, ndtr, ndtri } from 'cephes'
