/**
 * One connection of a laboratory: a message after the other, each answered before the next is read.
 *
 * - While a message is in work nothing more is read: what a sender pushes waits on its own side.
 * - A frame that has begun is whole within a time; a sender that drips is cut, and one that says nothing at all is in the end.
 */
import { once } from 'node:events'
import type { TLSSocket } from 'node:tls'
import { frameOf, makeFrameReader } from './frames.ts'

export interface ConnectionBounds {
  readonly frameBytesMax: number
  /** From the first byte of a frame to its last. */
  readonly frameMilliseconds: number
  /** Between two frames. */
  readonly idleMilliseconds: number
  /** How long a sender may leave its answer lying. */
  readonly writeMilliseconds: number
}

export const defaultConnectionBounds: Omit<ConnectionBounds, 'frameBytesMax'> = {
  frameMilliseconds: 30_000,
  // Laboratories keep a connection open all day, and are silent at night.
  idleMilliseconds: 12 * 3_600_000,
  writeMilliseconds: 30_000,
}

export interface ConnectionHandlers {
  /** @param isGone whether the connection has ended meanwhile */
  readonly answer: (frame: Uint8Array, isGone: () => boolean) => Promise<readonly Uint8Array[]>
  /** The last thing said to who sends no frames, or too large ones. */
  readonly refuse: (rule: 'NOT_A_MESSAGE' | 'MESSAGE_TOO_LARGE') => readonly Uint8Array[]
}

export interface Connection {
  /** Ends when the connection has. */
  readonly ended: Promise<void>
  /** Answers what is in work, then closes. */
  end(): void
  /** Closes whatever is in work. */
  cut(): void
}

export const startConnection = (
  socket: TLSSocket,
  bounds: ConnectionBounds,
  { answer, refuse }: ConnectionHandlers,
): Connection => {
  const reader = makeFrameReader(bounds.frameBytesMax)
  let isEnding = false
  let isWorking = false
  let timer: NodeJS.Timeout | undefined
  const cutAfter = (milliseconds: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => socket.destroy(), milliseconds)
    timer.unref()
  }

  const send = async (answers: readonly Uint8Array[]): Promise<void> => {
    cutAfter(bounds.writeMilliseconds)
    for (const one of answers) {
      if (!socket.write(frameOf(one)) && !socket.destroyed) {
        await Promise.race([once(socket, 'drain'), once(socket, 'close')])
      }
    }
  }

  const work = async (chunk: Uint8Array): Promise<void> => {
    const wasWithin = reader.isWithin
    for (const frame of reader.take(chunk)) {
      clearTimeout(timer)
      if (isEnding || socket.destroyed) return
      await send(await answer(frame, () => socket.destroyed))
    }
    if (reader.fault !== null) {
      await send(refuse(reader.fault === 'FRAME_TOO_LARGE' ? 'MESSAGE_TOO_LARGE' : 'NOT_A_MESSAGE'))
      socket.end()
    } else if (!reader.isWithin) cutAfter(bounds.idleMilliseconds)
    // The clock of a frame that was within one already runs on.
    else if (!wasWithin || timer === undefined) cutAfter(bounds.frameMilliseconds)
  }

  socket.on('data', (chunk) => {
    socket.pause()
    isWorking = true
    work(chunk)
      .catch(() => socket.destroy())
      .finally(() => {
        isWorking = false
        if (isEnding) socket.end()
        else socket.resume()
      })
  })
  socket.on('error', () => socket.destroy())
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
  cutAfter(bounds.idleMilliseconds)
  return {
    ended,
    cut: () => socket.destroy(),
    end: () => {
      isEnding = true
      if (!isWorking) socket.end()
      cutAfter(bounds.writeMilliseconds)
    },
  }
}
