/** The machine itself: clock, files, memory, disks, hardening. */
import type { Facts } from './facts.ts'
import { type Check, type Finding, note, unsafe, warning } from './findings.ts'

type MachineCheck = Check<Pick<Facts, 'machine'>>

export const checkClock: MachineCheck = ({ machine: { clockSynchronised } }) => {
  if (clockSynchronised === true) return []
  return clockSynchronised === null
    ? [
        note(
          'CLOCK_UNKNOWN',
          null,
          'nothing here says whether NTP keeps the clock',
          'install chrony, or systemd-timesyncd',
        ),
      ]
    : [
        unsafe(
          'CLOCK_UNSYNCHRONISED',
          null,
          'NTP does not keep the clock: dates of certificates, sessions and cards depend on it',
          'timedatectl set-ntp true, or install chrony',
        ),
      ]
}

/** A process holds some thousand connections, and files besides (admission/concurrency.ts). */
const openFilesMin = 16_384

export const checkFiles: MachineCheck = ({ machine: { openFiles } }) =>
  openFiles === null || openFiles >= openFilesMin
    ? []
    : [
        warning(
          'FILES_FEW',
          null,
          `a process may open ${openFiles} files`,
          `LimitNOFILE=65536 in the unit, or ulimit -n; at least ${openFilesMin}`,
        ),
      ]

/** PostgreSQL, two portals, watch and worker beside each other. */
const memoryBytesMin = 2 * 1024 ** 3

export const checkMemory: MachineCheck = ({ machine: { memoryBytes } }) =>
  memoryBytes >= memoryBytesMin
    ? []
    : [
        warning(
          'MEMORY_SMALL',
          null,
          `${(memoryBytes / 1024 ** 3).toFixed(1)} GB of memory`,
          'at least 2 GB; NODE_OPTIONS=--max-old-space-size=256 bounds a process meanwhile',
        ),
      ]

const freeBytesMin = 2 * 1024 ** 3
const freeBytesWarned = 10 * 1024 ** 3
const shareWarned = 0.1

export const checkDisks: MachineCheck = ({ machine: { disks } }) => {
  const findings: Finding[] = disks.flatMap(({ what, path, freeBytes, totalBytes }) => {
    const seen = `${(freeBytes / 1024 ** 3).toFixed(1)} GB free for ${what}`
    const todo = 'free some, or move it to a larger disk: a full disk takes no screening'
    if (freeBytes < freeBytesMin) return [unsafe('DISK_FULL', path, seen, todo)]
    return freeBytes < freeBytesWarned && freeBytes < totalBytes * shareWarned
      ? [warning('DISK_LOW', path, seen, todo)]
      : []
  })
  const [data, backups] = [
    disks.find(({ what }) => what === 'data'),
    disks.find(({ what }) => what === 'backups'),
  ]
  const isShared = data !== undefined && backups !== undefined && data.device === backups.device
  return isShared
    ? [
        ...findings,
        warning(
          'BACKUPS_ON_SAME_DISK',
          backups.path,
          'backups lie on the disk of the data',
          'sidep backup --to a folder of another disk, or copy them elsewhere',
        ),
      ]
    : findings
}

/** What deploy/one-machine keeps to. */
const exposureMax = 1.5

export const checkUnits: MachineCheck = ({ machine: { units } }) =>
  (units ?? []).flatMap(({ name, exposure }) =>
    exposure <= exposureMax
      ? []
      : [
          warning(
            'UNIT_EXPOSED',
            name,
            `systemd-analyze security says ${exposure}`,
            `take the units of deploy/one-machine (at most ${exposureMax})`,
          ),
        ],
  )

const nodeMajorMin = 24

export const checkNode: MachineCheck = ({ machine: { nodeVersion } }) =>
  Number(nodeVersion.replace(/^v/, '').split('.')[0]) >= nodeMajorMin
    ? []
    : [
        warning(
          'NODE_OLD',
          null,
          `Node ${nodeVersion}`,
          'start by npx or npm run: they take the Node of npm ci',
        ),
      ]
