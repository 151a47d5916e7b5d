import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { CronJob } from 'kubernetes-models/batch/v1/CronJob'
import { Job } from 'kubernetes-models/batch/v1/Job'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { Service } from 'kubernetes-models/v1/Service'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'

const root = join(import.meta.dirname, '../..')
const deploy = join(root, 'deploy')
const text = (path: string) => readFileSync(join(deploy, path), 'utf8')

/** Checked against the published schema of each kind. */
const KINDS = { Deployment, HorizontalPodAutoscaler, CronJob, Job, ConfigMap, Service }

const manifests = readdirSync(join(deploy, 'kubernetes'))
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) =>
    parseAllDocuments(text(`kubernetes/${name}`)).map((document, i) => ({ name: `${name} ${i}`, document })),
  )

test.each(manifests)('$name is valid by the schema of its kind', ({ document }) => {
  expect(document.errors).toEqual([])
  const manifest = document.toJS() as { kind: keyof typeof KINDS }
  const model = new KINDS[manifest.kind](manifest as never)
  expect(() => model.validate()).not.toThrow()
})

/** Arguments of every container that a manifest or service starts. */
const commands = [
  ...manifests.flatMap(({ document }) => [...JSON.stringify(document.toJS()).matchAll(/"args":(\[[^\]]*\])/g)]),
].map((match) => JSON.parse(match[1]!) as string[])

test('every command that is deployed is one that mambacast knows', () => {
  const compose = parse(text('docker/compose.yaml'), { merge: true }) as {
    services: Record<string, { command?: string[] }>
  }
  const all = [...commands, ...Object.values(compose.services).flatMap(({ command }) => (command ? [command] : []))]
  expect(all.length).toBeGreaterThan(4)
  for (const args of all) {
    const { status, stderr } = spawnSync('node', [join(root, 'bin/mambacast.js'), ...args, '--help'], {
      encoding: 'utf8',
    })
    expect([args, status, stderr]).toEqual([args, 0, ''])
  }
}, 60_000)

test('whoever may log in first comes from a secret that only migrate reads', () => {
  const compose = parse(text('docker/compose.yaml'), { merge: true }) as {
    services: Record<string, { environment?: Record<string, string> }>
  }
  const withPassword = Object.entries(compose.services).filter(
    ([, { environment = {} }]) => 'MAMBACAST_OPERATOR_PASSWORD' in environment,
  )
  expect(withPassword.map(([name]) => name)).toEqual(['migrate'])
  expect(withPassword[0]![1].environment!.MAMBACAST_OPERATOR_PASSWORD).toMatch(/^\$\{MAMBACAST_OPERATOR_PASSWORD:\?/)
  const reading = manifests.filter(({ document }) => JSON.stringify(document.toJS()).includes('"mambacast-operator"'))
  expect(reading.map(({ name }) => name)).toEqual(['migrate.yaml 0'])
})

test.each(['docker/Dockerfile', 'docker/Dockerfile.cuda'])('%s passes a lint and copies only what is there', (path) => {
  expect(validate(text(path)).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([])
  const kept = [...text(path).matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map((match) => match[1]!)
  expect(kept).toContain('dist')
  for (const name of kept) expect([name, existsSync(join(root, name))]).toEqual([name, true])
  expect(text(path)).toMatch(/^USER (?!root)/m)
})

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

test.skipIf(!hasSystemd)('systemd accepts the units (needs systemd-analyze)', () => {
  const units = readdirSync(join(deploy, 'systemd')).map((name) => join(deploy, 'systemd', name))
  execFileSync('systemd-analyze', ['verify', ...units], { stdio: 'pipe' })
})
