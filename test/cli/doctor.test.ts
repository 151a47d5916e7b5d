import { expect, test } from 'vitest'
import { useSoftwareVulkan } from '../kernels/softwareVulkan.js'
import { mambacast } from '../support/mambacast.js'
import { testDatabase } from '../support/testDatabase.js'

const hasSoftwareVulkan = useSoftwareVulkan()

interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly details: string
}

test('doctor names the database, the backend, why the others are not used, and finds the kernels correct', async () => {
  const { url } = await testDatabase()
  const { code, stdout } = await mambacast(['doctor', '--json'], { DATABASE_URL: url })
  const findings = JSON.parse(stdout) as Finding[]
  const details = (name: string) =>
    findings.filter((finding) => finding.name === name).map((finding) => finding.details)
  expect(details('database')).toEqual([expect.stringMatching(/^PostgreSQL 18.*at DATABASE_URL$/)])
  expect(details('backend')).toHaveLength(1)
  expect(details('not used').join('\n')).toContain('tensorflow: neither')
  expect(details('not used').at(-1)).toMatch(/^cpu: \w+ is faster$/)
  expect(details('kernels')[0]).toContain('Linear, RmsNorm, CausalConv1d, SelectiveScan')
  expect(details('training')[0]).toMatch(
    /^(one ticker on each thread|several tickers at once, each with its own weights)$/,
  )
  expect(details('correctness')[0]).toMatch(/^outputs within .*e-\d, gradient within .*e-\d of the plain kernels$/)
  expect(code).toBe(0)
})

test.skipIf(!hasSoftwareVulkan)(
  'doctor says of a software driver that it is slow, and finds its kernels correct',
  async () => {
    const { url } = await testDatabase()
    const names = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'XDG_RUNTIME_DIR']
    const driver = Object.fromEntries(names.map((name) => [name, process.env[name]!]))
    const { code, stdout } = await mambacast(['doctor'], { ...driver, DATABASE_URL: url, MAMBACAST_BACKEND: 'webgpu' })
    expect(stdout).toMatch(/✓ backend +webgpu: .*, slow: a software driver runs the shaders on the processor/)
    expect(stdout).toMatch(/✓ not used +wasm: webgpu is asked for/)
    expect(stdout).toMatch(/✓ kernels +Adam, Linear, RmsNorm, CausalConv1d, SelectiveScan\n/)
    expect(stdout).toMatch(/✓ correctness/)
    expect(code).toBe(0)
  },
)

test('doctor says in a line each what does not work, with exit code 1', async () => {
  const env = { DATABASE_URL: 'postgres://someone:s3cret@127.0.0.1:1/db', MAMBACAST_BACKEND: 'tensorflow' }
  const { code, stdout } = await mambacast(['doctor'], env)
  expect(code).toBe(1)
  expect(stdout).toMatch(/✗ database +cannot use the database at 127\.0\.0\.1:1\/db/)
  expect(stdout).toMatch(/✗ backend +backend 'tensorflow' cannot start: neither/)
  expect(stdout).not.toContain('s3cret')
})
