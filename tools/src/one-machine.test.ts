/** The files of deploy/one-machine, each looked at by its own program where Debian has it, and by what they promise. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseConfiguration } from '@sidep/server'
import { ensureDebianPackages } from './debian.ts'

const source = join(import.meta.dirname, '../../deploy/one-machine')
const folder = mkdtempSync(join(tmpdir(), 'sidep-one-machine-'))
after(() => rmSync(folder, { recursive: true, force: true }))
before(() => ensureDebianPackages(['haproxy', 'systemd']))

const textOf = (name: string): string => readFileSync(join(source, name), 'utf8')
const run = (
  program: string,
  args: readonly string[],
  environment: Record<string, string> = {},
) => {
  const options = {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', ...environment },
  } as const
  const { status, stdout, stderr } = spawnSync(program, args, options)
  return { status, output: `${stdout}${stderr}` }
}

/** A certificate for itself, as certbot would leave it. */
const lineage = (): string => {
  const path = join(folder, 'lineage')
  mkdirSync(path, { recursive: true })
  const made = run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', '/CN=portail.example', '-days', '1'],
    ...['-keyout', join(path, 'privkey.pem'), '-out', join(path, 'fullchain.pem')],
  ])
  assert.equal(made.status, 0, made.output)
  return path
}

test('certbot’s hook puts chain and key where HAProxy and the card port look, readable by nobody else', () => {
  const environment = {
    RENEWED_LINEAGE: lineage(),
    SIDEP_CERTIFICATES: join(folder, 'certificates'),
    SIDEP_CARD_CERTIFICATES: join(folder, 'tls'),
    SIDEP_RELOAD: '',
    // The owners are of the machine that is installed.
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
  }
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin/chown'), '#!/bin/sh\n', { mode: 0o755 })
  const hook = run('sh', [join(source, 'certbot/install-certificate')], environment)
  assert.equal(hook.status, 0, hook.output)
  const portal = join(folder, 'certificates/portal.pem')
  assert.match(readFileSync(portal, 'utf8'), /BEGIN CERTIFICATE[\s\S]*BEGIN (EC )?PRIVATE KEY/)
  assert.deepEqual(readdirSync(join(folder, 'certificates')), ['portal.pem'])
  assert.deepEqual(readdirSync(join(folder, 'tls')).sort(), ['certificate.pem', 'key.pem'])
  for (const file of [portal, join(folder, 'tls/key.pem')]) {
    assert.equal(statSync(file).mode & 0o077, 0, file)
  }
})

for (const name of ['haproxy/haproxy.cfg', 'container/haproxy.cfg']) {
  test(`HAProxy takes ${name}, which lets nothing below TLS 1.3 in and passes cards through`, () => {
    const text = textOf(name)
      .replaceAll('/etc/haproxy/certificates', join(folder, 'certificates'))
      .replace(/^ {2}stats socket .*$/m, '')
    const path = join(folder, 'haproxy.cfg')
    writeFileSync(path, text)
    const { status, output } = run('haproxy', ['-c', '-q', '-f', path])
    assert.equal(status, 0, output)
    assert.match(text, /ssl-min-ver TLSv1\.3/)
    const cards = /frontend cards\n([\s\S]*?)\n\S/.exec(text)?.[1] ?? ''
    assert.match(cards, /mode tcp/)
    assert.doesNotMatch(cards, /ssl/)
    // Paths carry links of people.
    assert.doesNotMatch(text, /httplog|log-format/)
  })
}

/** A root with the units in it, and an instance of each template. */
const unitRoot = (): { root: string; units: string[] } => {
  const root = join(folder, 'root')
  const system = join(root, 'etc/systemd/system')
  mkdirSync(system, { recursive: true })
  cpSync(join(source, 'systemd'), system, { recursive: true })
  const units = readdirSync(system).filter((name) => /^sidep-.*\.service$/.test(name))
  const instances = units.map((name) => {
    const instance = name.replace('@.', '@1.')
    if (instance !== name) cpSync(join(system, name), join(system, instance))
    return instance
  })
  return { root, units: instances }
}

test('no unit of ours is above 1.5 in systemd’s judgement', () => {
  const { root, units } = unitRoot()
  assert.deepEqual(units.sort(), [
    'sidep-laboratory.service',
    'sidep-portal@1.service',
    'sidep-watch.service',
    'sidep-worker.service',
  ])
  for (const unit of units) {
    const options = ['security', '--offline=true', `--root=${root}`, '--no-pager']
    const { output } = run('systemd-analyze', [...options, unit])
    const [, exposure] = /exposure level for \S+: (\d+\.\d)/.exec(output) ?? []
    assert.ok(exposure !== undefined && Number(exposure) <= 1.5, `${unit}: ${exposure}\n${output}`)
  }
})

test('every unit starts the command that there is, with settings that the configuration knows', () => {
  const secrets = {
    DATABASE_URL: 'postgres://sidep_portal:a@127.0.0.1/sidep',
    OWNER_DATABASE_URL: 'postgres://sidep_owner:b@127.0.0.1/sidep',
    KEY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
    ECPS_CLIENT_SECRET: 'c',
    SMTP_URL: 'smtps://d@mail.example.org',
    SMS_GATEWAY_TOKEN: 'e',
  }
  const settings = Object.fromEntries(
    [...textOf('sidep.env').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, key, value]) => [key, value]),
  )
  const parsed = parseConfiguration({ ...settings, ...secrets, PORT: '8081' }, '/srv/sidep')
  assert.deepEqual(parsed.ok ? [] : parsed.faults, [])
  for (const name of Object.keys(secrets)) {
    assert.ok(textOf('sidep.env').includes(name), name)
    assert.equal(settings[name], undefined, `${name} is a secret`)
    assert.ok(textOf('container/compose.yaml').includes(`./secrets/${name}`), name)
  }
  for (const unit of readdirSync(join(source, 'systemd')).filter(
    (name) => name.startsWith('sidep-') && name.endsWith('.service'),
  )) {
    assert.match(
      textOf(`systemd/${unit}`),
      /^ExecStart=\/srv\/sidep\/node_modules\/node\/bin\/node apps\/cli\/src\/main\.ts (start|laboratory|watch)/m,
    )
  }
})

test('where cores are full the database goes before portals, they before laboratories, and those before the worker', () => {
  const weightOf = (name: string): number =>
    Number(/^CPUWeight=(\d+)$/m.exec(textOf(`systemd/${name}`))?.[1])
  const weights = [
    'system-postgresql.slice.d/weight.conf',
    'sidep-portal@.service',
    'sidep-laboratory.service',
    'sidep-worker.service',
  ].map(weightOf)
  assert.deepEqual(
    weights,
    weights.toSorted((a, b) => b - a),
  )
  assert.equal(new Set(weights).size, 4)
  // An instance is in a slice of its own kind, where its weight says nothing about other services.
  assert.match(textOf('systemd/sidep-portal@.service'), /^Slice=system\.slice$/m)
})

test('scripts are sound, and what a container runs is pinned, unprivileged and asked whether it is ready', () => {
  for (const script of ['bin/restart-portals', 'bin/sidep', 'certbot/install-certificate']) {
    assert.equal(run('sh', ['-n', join(source, script)]).status, 0, script)
  }
  const file = textOf('container/Containerfile')
  const images = [
    ...`${file}${textOf('container/compose.yaml')}`.matchAll(/^(?:FROM| +image:) (\S+)/gm),
  ]
  for (const [, image = ''] of images) {
    assert.ok(image === 'sidep' || /:\d+\.\d+(\.\d+)?-/.test(image), `${image} is not pinned`)
  }
  const last = file.slice(file.lastIndexOf('\nFROM '))
  assert.ok(last.indexOf('\nUSER sidep') < last.indexOf('\nENTRYPOINT'))
  assert.match(last, /HEALTHCHECK[\s\S]*readyz/)
  assert.doesNotMatch(file, /npm install|:latest|curl .*\| *sh/)
})
