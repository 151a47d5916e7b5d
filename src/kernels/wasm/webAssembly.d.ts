// The part of the WebAssembly JavaScript interface that Node has and @types/node 20 leaves to the DOM library.
declare namespace WebAssembly {
  class Memory {
    constructor(limits: { initial: number })
    readonly buffer: ArrayBuffer
  }
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } })
    readonly exports: object
  }
  function validate(bytes: Uint8Array): boolean
}
