import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Lines to join before a write: one system call for many verdicts. */
const pendingCharactersMax = 64 * 1024

/** Writes lines in order, waiting when the reader is slower than we are. */
export class LineWriter {
  #pending = ''
  readonly #stream: Writable

  constructor(stream: Writable) {
    this.#stream = stream
  }

  async write(line: string): Promise<void> {
    this.#pending += `${line}\n`
    if (this.#pending.length >= pendingCharactersMax) await this.flush()
  }

  async flush(): Promise<void> {
    const text = this.#pending
    this.#pending = ''
    if (text !== '' && !this.#stream.write(text)) await once(this.#stream, 'drain')
  }
}
