/** Facts of the machine, from the kernel, systemd and whoever keeps the clock. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname } from 'node:path'
import type { DiskFacts, MachineFacts, UnitFacts } from './facts.ts'

const programMillisecondsMax = 5_000

/** What a program says; null where it is not there, or fails. */
const said = (program: string, ...words: string[]): string | null => {
  const run = spawnSync(program, words, {
    encoding: 'utf8',
    timeout: programMillisecondsMax,
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  })
  return run.status === 0 ? run.stdout : null
}

const hasSystemd = (): boolean => existsSync('/run/systemd/system')

const clockSynchronised = (): boolean | null => {
  const chrony = said('chronyc', '-c', 'tracking')
  // The last field is the leap status: Normal, Insert second, Delete second or Not synchronised.
  if (chrony !== null) return !chrony.trim().endsWith('Not synchronised')
  const known = hasSystemd()
    ? said('timedatectl', 'show', '-p', 'NTPSynchronized', '--value')
    : null
  return known === null ? null : known.trim() === 'yes'
}

/** Of the unit that serves, where there is one: our own says nothing of it. */
const openFiles = (): number | null => {
  const unit = hasSystemd()
    ? said('systemctl', 'show', 'sidep-portal@1.service', '-p', 'LimitNOFILE', '--value')
    : null
  const ofUnit = Number(unit?.trim())
  if (unit !== null && Number.isInteger(ofUnit) && ofUnit > 0) return ofUnit
  const path = '/proc/self/limits'
  if (!existsSync(path)) return null
  const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync(path, 'utf8')) ?? []
  return soft === undefined || soft === 'unlimited' ? null : Number(soft)
}

/** Lines of `systemd-analyze security`: UNIT EXPOSURE PREDICATE HAPPY. */
export const parseExposures = (text: string): UnitFacts[] =>
  [...text.matchAll(/^(sidep-\S+)\s+(\d+\.\d)\s/gm)].map(([, name = '', exposure]) => ({
    name,
    exposure: Number(exposure),
  }))

const units = (): UnitFacts[] | null => {
  const text = hasSystemd() ? said('systemd-analyze', '--no-pager', 'security') : null
  return text === null ? null : parseExposures(text)
}

/** The nearest folder that is there already. */
const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)))

const diskOf = async (what: DiskFacts['what'], path: string): Promise<DiskFacts> => {
  const folder = existing(path)
  const [space, { dev }] = await Promise.all([statfs(folder), stat(folder)])
  return {
    what,
    path,
    freeBytes: space.bavail * space.bsize,
    totalBytes: space.blocks * space.bsize,
    device: dev,
  }
}

export const gatherMachine = async (
  dataDirectory: string,
  backupFolder: string | null,
): Promise<MachineFacts> => ({
  clockSynchronised: clockSynchronised(),
  openFiles: openFiles(),
  memoryBytes: totalmem(),
  nodeVersion: process.version,
  disks: [
    await diskOf('data', dataDirectory),
    ...(backupFolder === null ? [] : [await diskOf('backups', backupFolder)]),
  ],
  units: units(),
})
