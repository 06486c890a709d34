/**
 * Secrets of weeks, each derived from the one before by a one-way function. The file holds the secret of the oldest
 * week that is still needed. When that week is over for good, the next secret takes its place, and what was wrapped
 * under the old one cannot be opened any more: not here, and not in a copy of the database that somebody kept.
 *
 * Invariants
 * - The file only ever goes forward, whole, and is the same on every machine of a portal: a secret follows from
 *   another.
 * - It is not in the database and not in its backups. A copy of it opens its own week and those after it.
 */
import { createHmac } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { RandomBytes } from './clock.ts'
import { ofSettingNow } from './setting-file.ts'
import { isWeek, weekAfter } from './weeks.ts'

export interface KeyEpochs {
  /** 32 bytes; null for a week that is over for good. */
  secretOf(week: string): Uint8Array | null
  /** Gives up every week before this one. */
  advanceTo(week: string): void
  /** Reads the file again: another process may have moved it. */
  reload(): void
}

interface Epoch {
  readonly week: string
  readonly secret: Uint8Array
}

const secretBytes = 32
/** A Monday before any portal of this kind. */
const firstWeek = '2000-01-03'

const after = ({ week, secret }: Epoch): Epoch => ({
  week: weekAfter(week),
  secret: new Uint8Array(createHmac('sha256', secret).update('sidep|next week').digest()),
})

const parseEpoch = (text: string): Epoch => {
  const notOne = 'it is not a file of key epochs'
  let fields: Record<string, unknown>
  try {
    fields = { ...JSON.parse(text) }
  } catch {
    // What the parser says quotes the text, and the text has a secret.
    throw new Error(notOne)
  }
  const { week, secret } = fields
  const bytes = new Uint8Array(Buffer.from(String(secret), 'base64'))
  if (typeof week !== 'string' || !isWeek(week) || bytes.length !== secretBytes) {
    throw new Error(notOne)
  }
  return { week, secret: bytes }
}

const readEpoch = (path: string): Epoch =>
  ofSettingNow('KEY_EPOCHS_FILE', path, () => parseEpoch(readFileSync(path, 'utf8')))

const writeEpoch = (path: string, { week, secret }: Epoch): void => {
  const text = JSON.stringify({ week, secret: Buffer.from(secret).toString('base64') })
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, `${text}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/**
 * Opens the file, made when it is not there.
 * @throws when it is not one of key epochs: better no start than data under other keys
 */
export const openKeyEpochs = (path: string, randomBytes: RandomBytes): KeyEpochs => {
  const making = (): string => `${path}.${Buffer.from(randomBytes(6)).toString('hex')}`
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o711 })
    const name = making()
    writeEpoch(name, { week: firstWeek, secret: randomBytes(secretBytes) })
    // A link appears whole, and fails when another process was first.
    if (!existsSync(path)) linkSync(name, path)
    rmSync(name)
  }
  let first = readEpoch(path)
  let known = new Map<string, Uint8Array>()
  let last = first

  const reload = (): void => {
    const read = readEpoch(path)
    if (read.week === first.week) return
    first = read
    last = read
    known = new Map([[read.week, read.secret]])
  }
  const secretOf = (week: string): Uint8Array | null => {
    if (week < first.week) return null
    known.set(first.week, first.secret)
    while (last.week < week) {
      last = after(last)
      known.set(last.week, last.secret)
    }
    return known.get(week) ?? null
  }

  return {
    secretOf,
    reload,
    advanceTo(week) {
      reload()
      if (week <= first.week) return
      const secret = secretOf(week)
      if (secret === null) return
      const name = making()
      writeEpoch(name, { week, secret })
      renameSync(name, path)
      reload()
    },
  }
}
