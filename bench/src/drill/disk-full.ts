/**
 * `sidep drill disk-full`: the file system under the database fills up under load, stays full, and has room again. Counters are
 * to be told to come back, nothing acknowledged may be lost, and it comes back by itself.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { requireRoot } from './debian-programs.ts'
import { type DrillResult, runDrill } from './run-drill.ts'
import type { RoundsOptions } from './three-hosts-drills.ts'
import { startOneMachine } from './world-one-machine.ts'

/** The database is some 60 MB at first, and its log comes in files of 16. */
const megabytes = 220
const fullMilliseconds = 6_000
const pieceBytes = 1 << 20

/** Writes until nothing more fits. */
const fill = (file: string): void => {
  const ballast = openSync(file, 'w')
  const piece = Buffer.alloc(pieceBytes)
  try {
    for (let length = pieceBytes; length > 512; ) {
      try {
        writeSync(ballast, piece, 0, length)
      } catch {
        length >>= 1
      }
    }
  } finally {
    closeSync(ballast)
  }
}

export const drillDiskFull = async (
  { rounds, ...options }: RoundsOptions,
  say: (line: string) => void,
): Promise<DrillResult> => {
  requireRoot()
  const disk = await mkdtemp(join(tmpdir(), 'sidep-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=711`, 'sidep-drill', disk])
  try {
    const world = await startOneMachine({ isWhole: false, folder: join(disk, 'data') })
    const ballast = join(disk, 'ballast')
    try {
      return await runDrill(
        'disk-full',
        world,
        options,
        async (stage) => {
          for (let round = 1; round <= rounds; round += 1) {
            await stage.strike('the disk is full, and has room again', async () => {
              fill(ballast)
              await wait(fullMilliseconds)
              rmSync(ballast)
            })
            await wait(2_000)
          }
        },
        say,
      )
    } finally {
      rmSync(ballast, { force: true })
      await world.close()
    }
  } finally {
    execFileSync('umount', [disk])
    rmdirSync(disk)
  }
}
